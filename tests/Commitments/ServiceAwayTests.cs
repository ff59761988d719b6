using System.Diagnostics;
using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Fixtures;
using Platform.Hosting.Identity;

namespace Platform.Commitments.Tests;

/// <summary>A commitments service alone, whose neighbours cannot be reached.</summary>
public sealed class ServiceAwayTests
{
    [Fact]
    public async Task CreateCommitment_WhoseOutcomeCannotBeChecked_IsUnavailableAndStoresNothing()
    {
        await using var process = await InProcessPlatform.StartAsync(onServers: false, [CommitmentsModule.Name],
            $"--Services:Membership:Address={InProcessPlatform.ClosedAddress()}",
                $"--Services:Meetings:Address={InProcessPlatform.ClosedAddress()}");
        var commitment = new Commitment
        {
            Name = "commitments/rilon",
            Title = "Liaison officers' network",
            Summary = "Keep the network going.",
            Kind = CommitmentKind.Undertaking,
            Origins = { new Origin { Outcome = "meetings/ahg-som-7/outcomes/para-21", Role = OriginRole.Made } },
            Owners = { new Owner { Party = "bodies/ahg", Role = OwnerRole.Lead, Responsibility = Responsibility.Joint } },
        };
        var watch = Stopwatch.StartNew();

        var refused = await process.As(Role.Officer).Commitments.CreateCommitmentAsync(new()
        {
            Commitment = commitment,
            RequestId = "request-1"
        }, deadline: DateTime.UtcNow.AddSeconds(10)).RefusedAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        Assert.Equal((StatusCode.Unavailable, "DEPENDENCY_UNAVAILABLE"), (refused.Code, refused.Reason));
        Assert.NotNull(refused.RetryAfter);
        Assert.EndsWith(" service", refused.Metadata["dependency"], StringComparison.Ordinal);
        Assert.Equal(0, (await process.As(Role.Reader).ChangeLog.GetLatestPositionAsync(new() { Service = "commitments" })).Position);
    }
}
