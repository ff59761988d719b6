using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Platform.Common.V1;
using Platform.Hosting.Errors;

namespace Platform.Contracts.Tests;

/// <summary>What the comments of the protos promise beyond that they are there, which buf checks.</summary>
public sealed partial class CommentTests(ProtoComments comments) : IClassFixture<ProtoComments>
{
    // Names of google.rpc.Code that a comment may use.
    private static readonly HashSet<string> Codes = [.. Enum.GetNames<Grpc.Core.StatusCode>().Select(UpperSnake)];

    // Decided by how the call ended, not by the table.
    private const string CallEnded = "DEADLINE_EXCEEDED or CANCELLED";

    [Fact]
    public void Rpcs_All_StateWhoMayCall()
    {
        string[] roles = ["every role", "reader", "party system", "officer", "co-chair", "operator", "service"];
        Assert.All(comments.Rpcs, rpc =>
        {
            var (_, found, after) = Split(rpc.Comment, "Roles: ");
            Assert.True(found, $"{rpc.Name} does not state its roles.");
            Assert.Contains(roles, role => after.Contains(role, StringComparison.Ordinal));
        });
    }

    // Whoever sends nothing can do nothing wrong but what the comment of the service says of every call.
    [Fact]
    public void Rpcs_WithFieldsInTheRequest_StateTheirErrorsByGrpcCode()
    {
        Assert.All(comments.Rpcs.Where(rpc => rpc.RequestFields > 0), rpc =>
        {
            var (_, found, errors) = Split(rpc.Comment, "Errors: ");
            Assert.True(found, $"{rpc.Name} does not state its errors.");
            Assert.Contains(Words().Matches(errors), word => Codes.Contains(word.Value));
        });
    }

    [Fact]
    public void Rpcs_ThatWrite_StateWhatARepeatedRequestIdMeets() =>
        Assert.All(comments.Rpcs.Where(rpc => rpc.HasRequestId),
            rpc => Assert.Contains("FAILED_PRECONDITION", rpc.Comment, StringComparison.Ordinal));

    [Fact]
    public void Services_All_StateTheErrorsOfEveryCall() =>
        Assert.All(comments.Services, service =>
        {
            Assert.Contains("UNAUTHENTICATED", service.Comment, StringComparison.Ordinal);
            Assert.Contains("PERMISSION_DENIED", service.Comment, StringComparison.Ordinal);
        });

    [Fact]
    public void ErrorReasons_All_BeginWithTheCodeThatTheServiceSends()
    {
        var reasons = ErrorsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason)).Values.Where(v => v.Number != 0)
            .ToList();

        var stated = reasons.ToDictionary(r => r.Name, r => comments.OfEnumValue("rcp.common.v1.ErrorReason", r.Name).Split('.')[0]);

        Assert.Equal(
            reasons.ToDictionary(r => r.Name, r => r.Number == (int)ErrorReason.CallEnded ? CallEnded
                : UpperSnake(StatusDetails.CodeOf((ErrorReason)r.Number).ToString())),
            stated);
    }

    private static (string Before, bool Found, string After) Split(string text, string separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, false, "") : (text[..at], true, text[(at + separator.Length)..]);
    }

    private static string UpperSnake(string name) => InnerCapital().Replace(name, "_$0").ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InnerCapital();

    [GeneratedRegex("[A-Z_]{3,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
