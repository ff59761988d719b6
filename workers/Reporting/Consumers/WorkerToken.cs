using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Platform.Reporting.Consumers;

/// <summary>
/// The token with which the worker reads the feeds: issued by itself where the platform has a key of its own,
/// otherwise that of <see cref="ReportingOptions.TokenFile"/>.
/// </summary>
internal sealed class WorkerToken(IOptions<IdentityOptions> identity, IOptions<ReportingOptions> reporting, TimeProvider time)
{
    /// <summary>Headers that carry it.</summary>
    public Metadata Headers() => new() { { "authorization", $"Bearer {Token()}" } };

    private string Token() => identity.Value.SigningKeyFile.Length > 0
        ? new TokenIssuer(identity.Value, time).Issue(Role.Service, "reporting-worker")
        : File.ReadAllText(reporting.Value.TokenFile).Trim();
}
