using System.Globalization;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.Attack;

/// <summary>The tokens of those who attack: every role, under several subjects, and none at all.</summary>
internal sealed class Callers
{
    // A caller's share is one subject's: with one only, most calls would be refused for that.
    private const int Subjects = 20;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(4);

    private readonly List<string> _tokens = [];

    /// <summary>Signs them with the key of a data folder.</summary>
    public Callers(string folder, IReadOnlyList<string> names)
    {
        var issuer = PlatformProcess.IssuerOf(folder);
        var parties = names.Where(n => n.Split('/') is ["participants" or "bodies", _]).Distinct().ToList();
        for (var i = 0; i < Subjects; i++)
        {
            // Officers three times, because they get farthest.
            foreach (var role in new[] { Role.Officer, Role.Reader, Role.CoChair, Role.Operator, Role.Officer, Role.Officer })
                _tokens.Add(issuer.Issue(role, string.Create(CultureInfo.InvariantCulture, $"{role.Name()}-{i}"), lifetime: Lifetime));
            var party = parties[i * parties.Count / Subjects];
            _tokens.Add(issuer.Issue(Role.PartySystem, $"{party}-system", party, Lifetime));
            _tokens.Add(issuer.IssueForService(PlatformServices.All[i % PlatformServices.All.Count].Name, Lifetime));
        }
        Officer = _tokens[0];
    }

    /// <summary>The token of an officer.</summary>
    public string Officer { get; }

    /// <summary>Headers of anybody; one in twenty has no token.</summary>
    public IReadOnlyList<string> Any(Random random) => random.Next(20) == 0 ? [] : [$"Bearer {_tokens[random.Next(_tokens.Count)]}"];
}
