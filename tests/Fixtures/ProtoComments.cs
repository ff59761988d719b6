using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Grpc.Core;
using Platform.Hosting.Identity;

namespace Platform.Fixtures;

/// <summary>What the comment of a method in the protos promises.</summary>
/// <param name="Roles">Who may use it.</param>
/// <param name="Errors">The codes it may end in, with those that every method shares.</param>
public sealed record MethodComment(IReadOnlySet<Role> Roles, IReadOnlySet<StatusCode> Errors);

/// <summary>What a reason's comment promises.</summary>
/// <param name="Codes">The codes that come with it.</param>
/// <param name="Metadata">The keys of its metadata.</param>
public sealed record ReasonComment(IReadOnlyList<StatusCode> Codes, IReadOnlyList<string> Metadata);

/// <summary>Reads the comments of the protos, so that what they say and what the services do cannot diverge.</summary>
public static partial class ProtoComments
{
    private static readonly ConcurrentDictionary<(string Service, string Method), MethodComment> Methods = new();
    private static readonly Lazy<Dictionary<string, ReasonComment>> Reasons = new(ReadReasons);

    /// <summary>The comment of a method.</summary>
    public static MethodComment Of(string service, string method) => Methods.GetOrAdd((service, method), _ =>
    {
        var comment = CommentBefore(service.Split('.')[1] + "_service.proto", $"rpc {method}(");
        var (roles, errors) = (Sentence().Match(comment), comment.IndexOf("Errors:", StringComparison.Ordinal));
        Assert.True(roles.Success, $"The comment of {method} does not say \"Roles: …\".");
        return new MethodComment(RolesOf(roles.Groups[1].Value), OfEveryMethod.Concat(errors < 0 ? [] : CodesOf(comment[errors..]))
            .ToHashSet());
    });

    /// <summary>The comment of a reason, for example <c>FIELD_INVALID</c>.</summary>
    public static ReasonComment OfReason(string reason) => Reasons.Value[reason];

    // The service's comment promises the first two of every method; the others come of the connection.
    private static IEnumerable<StatusCode> OfEveryMethod =>
        [StatusCode.Unauthenticated, StatusCode.PermissionDenied, StatusCode.ResourceExhausted, StatusCode.DeadlineExceeded,
            StatusCode.Cancelled];

    private static HashSet<Role> RolesOf(string sentence) =>
        sentence == "every role" ? [.. Enum.GetValues<Role>().Where(r => r != Role.Service)]
            : [.. Enum.GetValues<Role>().Where(r => sentence.Contains(r.Name(), StringComparison.Ordinal)
            || sentence.Contains(r.Name().Replace("party-system", "party system", StringComparison.Ordinal),
            StringComparison.Ordinal))];

    private static IEnumerable<StatusCode> CodesOf(string text) =>
        Code().Matches(text).Select(m => Enum.TryParse<StatusCode>(m.Value.Replace("_", "", StringComparison.Ordinal), ignoreCase: true,
            out var code) ? code : (StatusCode?)null).OfType<StatusCode>();

    private static Dictionary<string, ReasonComment> ReadReasons()
    {
        var reasons = new Dictionary<string, ReasonComment>();
        foreach (Match value in ReasonValue().Matches(Text("errors.proto")))
        {
            var comment = CommentBefore("errors.proto", value.Value);
            var metadata = comment.IndexOf("Metadata:", StringComparison.Ordinal);
            reasons[value.Groups[1].Value] = new ReasonComment(
                [.. CodesOf(comment.Split('.')[0])],
                [.. metadata < 0 ? [] : Key().Matches(comment[metadata..]).Select(m => m.Groups[1].Value)]);
        }
        return reasons;
    }

    private static string CommentBefore(string file, string line)
    {
        var lines = Text(file).Split('\n');
        var at = Array.FindIndex(lines, l => l.Contains(line, StringComparison.Ordinal));
        Assert.True(at > 0, $"{file} has no \"{line}\".");
        return string.Join(' ', lines[..at].Reverse().TakeWhile(l => l.TrimStart().StartsWith("//", StringComparison.Ordinal)).Reverse()
            .Select(l => l.TrimStart(' ', '/')));
    }

    private static string Text(string file)
    {
        using var reader = new StreamReader(typeof(ProtoComments).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not among the protos."));
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"Roles: ([^.]*)\.", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\b[A-Z]+_?[A-Z]+(_[A-Z]+)*\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"ERROR_REASON_([A-Z_]+) = [1-9]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReasonValue();

    // Keys are what the comment quotes, but for the examples.
    [GeneratedRegex(@"(?<!for example )`([a-z_]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
