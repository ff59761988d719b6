using Grpc.Core;
using Microsoft.Extensions.Options;
using Platform.Hosting.Identity;

namespace Platform.Reporting.Consumers;

/// <summary>
/// The token with which the worker reads the feeds: issued by itself where the platform has a key of its own,
/// otherwise the content of <c>Reporting:TokenFile</c>, read anew each time so that it can be renewed from outside.
/// </summary>
internal sealed class WorkerToken(IOptions<IdentityOptions> identity, IConfiguration configuration, TimeProvider time)
{
    /// <summary>Headers that carry it.</summary>
    public Metadata Headers() => new() { { "authorization", $"Bearer {Token()}" } };

    private string Token()
    {
        if (identity.Value.SigningKeyFile.Length > 0)
            return new TokenIssuer(identity.Value, time).Issue(Role.Reader, "reporting-worker");
        var file = configuration["Reporting:TokenFile"];
        return string.IsNullOrEmpty(file)
            ? throw new InvalidOperationException("Set Reporting:TokenFile to a file with a bearer token of role reader: the worker reads the services' change feeds with it.")
            : File.ReadAllText(file).Trim();
    }
}
