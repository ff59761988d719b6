using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Platform.Hosting.Settings;
using Platform.Processes;
using Platform.Tool.Serving;

namespace Platform.Architecture.Tests;

/// <summary>What the documents say of the code is what the code is.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Settings_All_AreDocumentedAsTheyAre()
    {
        var builder = AllInOneHost.CreateBuilder(_ => []);
        var sections = builder.Services.Select(s => s.ImplementationInstance).OfType<SettingsSection>()
            .GroupBy(s => s.Options).Select(g => g.Count() > 1 && g.Key.Name == "ServiceClientOptions"
                ? new SettingsSection("Services:NAME", g.Key) : g.First())
            .OrderBy(s => s.Name, StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var section in sections)
        {
            var defaults = Activator.CreateInstance(section.Options)!;
            text.Append(CultureInfo.InvariantCulture,
                $"### {section.Name}\n\n{Comment(section.Options, section.Options)}\n\n| key | type | default | range | meaning "
                    + $"|\n|---|---|---|---|---|\n");
            foreach (var property in section.Options.GetProperties().Where(p => p.CanWrite))
            {
                var range = property.GetCustomAttribute<RangeAttribute>() is { } r ? $"{r.Minimum} to {r.Maximum}"
                    : property.GetCustomAttribute<StringLengthAttribute>() is { } l ? $"at most {l.MaximumLength} characters" : "";
                var value = property.GetValue(defaults) is { } given and not "" ? $"`{given}`" : "";
                text.Append(CultureInfo.InvariantCulture,
                    $"| `{section.Name}:{property.Name}` | {TypeName(property.PropertyType)} | {value} | {range} | "
                        + $"{Comment(section.Options, property)} |\n");
            }
            text.Append('\n');
        }
        GeneratedDocument.Check("docs/settings.md", "settings", text.ToString());
    }

    [Fact]
    public void Rooms_All_AreDrawnAsTheyAre()
    {
        var text = new StringBuilder();
        foreach (var file in new[] { "Platform.Hosting.dll", "Platform.Reporting.dll", "platform.dll" })
        {
            var map = NamespaceMap.Of(Path.Combine(AppContext.BaseDirectory, file));
            text.Append(CultureInfo.InvariantCulture, $"```mermaid\nflowchart TD\n");
            foreach (var (from, to) in map.Reduced())
                text.Append(CultureInfo.InvariantCulture, $"    {Room(map, from)} --> {Room(map, to)}\n");
            text.Append("```\n\n");
        }
        GeneratedDocument.Check("docs/architecture.md", "rooms", text.ToString());
    }

    // A protection whose test is gone would be a promise.
    [Fact]
    public void Security_TestsThatItNames_AreThere()
    {
        var named = TestName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md")))
            .Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToList();
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

        Assert.True(named.Count > 20, "docs/security.md names tests as `ClassTests.Method_Case_Result`.");
        Assert.Empty(named.Where(n => !sources[n.Class].Any(text => text.Contains($" {n.Method}(", StringComparison.Ordinal)))
            .Select(n => $"docs/security.md names {n.Class}.{n.Method}, which is not in tests/."));
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+Tests)\\.([A-Za-z_]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TestName();

    // Every package that a project references stands in the list, and nothing else does.
    [Fact]
    public void Dependencies_All_AreListedWithTheirVersions()
    {
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants()
            .Where(e => e.Name.LocalName is "PackageVersion" or "GlobalPackageReference")
            .ToDictionary(e => e.Attribute("Include")!.Value, e => e.Attribute("Version")!.Value);
        var referenced = Directory.EnumerateFiles(Repository.Root, "*.*proj", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "Directory.Build.targets"))
            .SelectMany(f => XDocument.Load(f).Descendants().Where(e => e.Name.LocalName == "PackageReference"))
            .Select(e => e.Attribute("Include")!.Value).ToHashSet();
        var listed = DependencyRow().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/dependencies.md")))
            .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["version"].Value);

        Assert.Equal(packages.OrderBy(p => p.Key, StringComparer.Ordinal), listed.OrderBy(p => p.Key, StringComparer.Ordinal));
        Assert.Empty(referenced.Except(packages.Keys));
    }

    private static string Room(NamespaceMap map, string name) =>
        name.Length > map.Root.Length ? name[(map.Root.Length + 1)..] : name[(name.LastIndexOf('.') + 1)..];

    private static string TypeName(Type type) =>
        type == typeof(string) ? "text" : type == typeof(bool) ? "true or false" : type == typeof(int) ? "number" : type == typeof(TimeSpan)
            ? "time, `hh:mm:ss`" : type.Name;

    // The doc comment of a type or of one of its properties, in one line.
    private static string Comment(Type type, MemberInfo member)
    {
        var name = member is Type ? $"T:{type.FullName}" : $"P:{type.FullName}.{member.Name}";
        var summary = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member")
            .Single(m => m.Attribute("name")!.Value == name).Element("summary")!;
        foreach (var code in summary.Elements("c").ToList())
            code.ReplaceWith($"`{code.Value}`");
        foreach (var reference in summary.Elements("see").ToList())
            reference.ReplaceWith($"`{reference.Attribute("cref")!.Value.Split('.')[^1]}`");
        return Space().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<version>[0-9][^ ]*) \|", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DependencyRow();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
