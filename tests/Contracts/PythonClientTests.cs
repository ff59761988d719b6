using System.Text.Json;
using Platform.Processes;

namespace Platform.Contracts.Tests;

/// <summary>
/// The system of a member state written in another language, with nothing but the protos in its hand; see
/// <c>python/party_system.py</c>.
/// </summary>
public sealed class PythonClientTests(ServedPlatform platform) : IClassFixture<ServedPlatform>
{
    [Fact]
    public async Task ListParticipants_TwoAPage_GivesEveryPage()
    {
        var seen = await RunAsync("list-participants");

        Assert.Equal(ServedPlatform.Participants, Texts(seen.GetProperty("names")));
        Assert.Equal([2, 2, 1], seen.GetProperty("pages").EnumerateArray().Select(p => p.GetInt32()));
    }

    [Fact]
    public async Task GetOutcome_OnRecord_IsRead()
    {
        var seen = await RunAsync("read-outcome");

        Assert.Equal(["meetings/ahg-som-7/outcomes/para-17", "¶17", "OUTCOME_KIND_TASKING", "2013-03-05"],
            Texts(seen.GetProperty("outcome")));
    }

    [Fact]
    public async Task CreateProgressUpdate_ForItsOwnState_IsRecordedOnceHoweverOftenItIsSent()
    {
        var seen = await RunAsync("report-progress");

        Assert.Equal("participants/idn", seen.GetProperty("reported_for").GetString());
        Assert.True(seen.GetProperty("same_answer").GetBoolean());
        Assert.Equal(1, seen.GetProperty("versions").GetInt32());
    }

    [Fact]
    public async Task CreateProgressUpdate_ForAnotherState_IsRefusedWithDetails()
    {
        var seen = await RunAsync("report-for-another");

        Assert.Equal("PERMISSION_DENIED", seen.GetProperty("code").GetString());
        Assert.Equal(["OTHER_PARTY", "rcp-platform"], Texts(seen.GetProperty("error_info")));
        Assert.Equal("participants/idn", seen.GetProperty("metadata").GetProperty("party").GetString());
        Assert.NotEmpty(seen.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task CreateProgressUpdate_Malformed_IsRefusedWithEachField()
    {
        var seen = await RunAsync("report-malformed");

        Assert.Equal("INVALID_ARGUMENT", seen.GetProperty("code").GetString());
        Assert.Equal(["progress_update.name", "progress_update.narrative"], Texts(seen.GetProperty("fields"))
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FollowChanges_LeftAndResumed_MissesNothing()
    {
        var seen = await RunAsync("follow-changes");

        var positions = seen.GetProperty("positions").EnumerateArray().Select(p => p.GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(1, positions.Count).Select(p => (long)p), positions);
        Assert.Equal(ServedPlatform.Participants.Append("bodies/ahg"), Texts(seen.GetProperty("names")));
    }

    [Fact]
    public async Task HealthAndReflection_WithoutAToken_TellWhatIsServed()
    {
        var seen = await RunAsync("look-around");

        Assert.Equal("SERVING", seen.GetProperty("health").GetString());
        Assert.Superset(
            new HashSet<string>
            {
                "rcp.membership.v1.MembershipService",
                "rcp.meetings.v1.MeetingsService",
                "rcp.commitments.v1.CommitmentsService",
                "grpc.health.v1.Health",
            },
            Texts(seen.GetProperty("services")).ToHashSet());
        Assert.Contains("GetCommitment", Texts(seen.GetProperty("methods")));
    }

    private async Task<JsonElement> RunAsync(string step)
    {
        var token = await platform.TokenAsync("--role", "party-system", "--party", "participants/idn");
        var result = await RunningProcess.RunAsync(
            TestServers.Setting("PLATFORM_TEST_PYTHON"),
                [Path.Combine(AppContext.BaseDirectory, "python", "party_system.py"), step, platform.Address, platform.Stubs],
            environment: [("PLATFORM_TOKEN", token), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONIOENCODING", "utf-8")]);
        return JsonDocument.Parse(result.Succeeded()).RootElement;
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(t => t.GetString()!);
}
