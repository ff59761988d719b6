using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Hosting.Settings;

/// <summary>
/// Finds sections whose names are nearly those that a process reads, for example <c>Idenity__Authority</c>: they would be
/// passed over in silence. The environment has variables of many others, so that only what is nearly ours is named.
/// </summary>
internal static class MisspeltSections
{
    // Sections of ASP.NET, and those that have no class of options.
    private static readonly string[] Others = ["ConnectionStrings", "Kestrel", "Logging", "Services"];

    /// <summary>Throws when there is one.</summary>
    public static void Check(IServiceProvider services)
    {
        var known = services.GetServices<SettingsSection>().Select(s => s.Name.Split(':')[0]).Concat(Others)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var problems = services.GetRequiredService<IConfiguration>().GetChildren()
            .Where(section => section.Value is null && !known.Contains(section.Key))
            .Select(section => (section.Key, Meant: known.FirstOrDefault(name => IsNear(section.Key, name))))
            .Where(found => found.Meant is not null)
            .Select(found => new InvalidOperationException(
                $"There are settings {found.Key}:…, which nothing reads. Is {found.Meant} meant?"))
            .ToList();
        if (problems.Count > 0)
            throw new AggregateException(problems);
    }

    // By Levenshtein's distance: one letter of a short name, two of a longer one; or two neighbours that changed places.
    private static bool IsNear(string one, string other)
    {
        var (a, b, max) = (one.ToLowerInvariant(), other.ToLowerInvariant(), other.Length < 8 ? 1 : 2);
        if (Math.Abs(a.Length - b.Length) > max)
            return false;
        if (Enumerable.Range(1, Math.Max(0, a.Length - 1)).Any(i => $"{a[..(i - 1)]}{a[i]}{a[i - 1]}{a[(i + 1)..]}" == b))
            return true;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (corner, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                corner = above;
            }
        }
        return row[b.Length] <= max;
    }
}
