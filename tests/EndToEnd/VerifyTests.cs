using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using Platform.Commands;
using Platform.Hosting.Databases;
using Platform.Hosting.Identity;
using Platform.Processes;
using Platform.Reporting.V1;

namespace Platform.EndToEnd.Tests;

/// <summary><c>platform verify</c> says whether the worker holds what the services hold, and what differs.</summary>
public sealed partial class VerifyTests(EmbeddedRun embedded, DistributedRun distributed)
{
    private static readonly string[] Codes = ["AUS", "BGD", "IDN", "LAO", "MYS", "NZL", "PHL", "SGP", "THA", "VNM"];

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Verify_TheImportedRecord_IsEqual(string engine)
    {
        var platform = engine == "sqlite" ? embedded.Platform : distributed.Platform;

        var result = await platform.RunAsync("verify");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["132", "132", "132", "132", "0"], CountsOf(result, "meetings", "Outcome"));
        Assert.All(CountRows(result), row => Assert.Equal((row[2], row[4], "0"), (row[3], row[5], row[6])));
        Assert.Matches("^465 resources with 49[0-9] versions compared in .* s: the reporting worker holds what the services hold.$",
            result.Lines[^1]);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Verify_WhateverWasAltered_IsNamed(string engine)
    {
        await using var platform = await ServedPlatform.StartAsync(engine);
        await platform.ImportAsync(
            Participants
                + "- update_participant: {name: participants/mys, change_date: 2012-01-01, names: [{text: Malaysia, kind: official}]}\n"
                + "- meeting: {name: meetings/a, title: A, kind: workshop, status: planned}\n");
        Assert.Equal(0, (await platform.RunAsync("verify")).ExitCode);
        await platform.WaitForWorkerAsync("membership", changes: 11);

        await platform.AlterAsync(ServedPlatform.Projection,
            "delete from resource where resource_name = 'participants/aus'",
            "delete from version where resource_name = 'participants/aus'",
            "update resource set state = @junk where resource_name = 'participants/bgd'",
            "update resource set resource_version = 9 where resource_name = 'participants/idn'",
            "delete from version where resource_name = 'participants/mys' and resource_version = 1",
            "update version set effective_date = '2001-01-01' where resource_name = 'participants/nzl'",
            "insert into resource (resource_name, resource_type, service, resource_version, state_version, removed, state) select "
                + "'participants/zzz', resource_type, service, resource_version, state_version, removed, state from resource where "
                    + "resource_name = 'participants/nzl'",
            "update resource set resource_type = 'Body' where resource_name = 'participants/vnm'");
        await platform.AlterAsync("membership",
            "delete from change where resource_name = 'participants/lao'",
            "update record set state = @junk where name = 'participants/phl'",
            "update record set version = 7 where name = 'participants/sgp'",
            "delete from record_key where name = 'participants/tha'",
            "delete from record where name = 'participants/tha'");
        var result = await platform.RunAsync("verify");

        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            [
                "participants/aus: membership holds version 1, the worker has nothing of it.",
                "participants/bgd: its content differs, although both hold version 1: membership holds SHA-256 …, the worker SHA-256 ….",
                "participants/idn: its version differs: membership holds version 1, the worker version 9.",
                "participants/lao: membership holds version 1, but its change log has nothing of it.",
                "participants/lao: its history differs: membership holds 0 versions, the worker 1 version.",
                "participants/mys: its history differs: membership holds 2 versions, the worker 1 version.",
                "participants/nzl: its history differs, although both hold 1 version: membership holds SHA-256 …, the worker SHA-256 ….",
                "participants/phl: membership holds SHA-256 …, but the newest version in its change log is SHA-256 ….",
                "participants/phl: its content differs, although both hold version 1: membership holds SHA-256 …, the worker SHA-256 ….",
                "participants/sgp: membership holds version 7, but its change log has 1 version of it.",
                "participants/sgp: its version differs: membership holds version 7, the worker version 1.",
                "participants/tha: membership does not hold it, but its change log has 1 version of it.",
                "participants/tha: its version differs: membership holds no version of it, the worker version 1.",
                "participants/vnm: its type differs: membership holds Participant, the worker Body.",
                "participants/zzz: the worker holds version 1, membership has nothing of it.",
                "membership: its change log ends at position 11, but holds 10 versions: 1 is missing.",
            ],
            result.Lines.SkipWhile(l => !l.StartsWith("participants/", StringComparison.Ordinal)).SkipLast(1)
                .Select(l => Hash().Replace(l, "SHA-256 …")));
        Assert.EndsWith(": 16 differences.", result.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(["1", "1", "1", "1", "0"], CountsOf(result, "meetings", "Meeting"));
        Assert.Equal(["9", "10", "10", "9", "11"], CountsOf(result, "membership", "Participant"));

        var shortened = await platform.RunAsync("verify", "--limit", "2");

        Assert.Equal(1, shortened.ExitCode);
        Assert.StartsWith("participants/aus: ", shortened.Lines[^4], StringComparison.Ordinal);
        Assert.Equal("And 14 more differences, which a larger --limit tells.", shortened.Lines[^2]);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Verify_WhileTheRecordChanges_IsEqual(string engine)
    {
        await using var platform = await ServedPlatform.StartAsync(engine);
        await platform.ImportAsync(Participants + string.Concat(Enumerable.Range(0, 5)
            .Select(n => $"- meeting: {{name: meetings/m{n}, title: A, kind: workshop, status: planned}}\n")));
        using var enough = new CancellationTokenSource();
        // Every meeting all the time: hardly one is the same twice.
        var writers = Enumerable.Range(0, 5).Select(async n =>
        {
            var written = 0;
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (; !enough.IsCancellationRequested; written++, await pace.WaitForNextTickAsync(CancellationToken.None))
                await platform.RenameAsync($"meetings/m{n}", string.Create(CultureInfo.InvariantCulture, $"Title {written}"));
            return written;
        }).ToList();

        var results = new List<CommandResult>();
        for (var run = 0; run < 3; run++)
            results.Add(await platform.RunAsync("verify"));
        await enough.CancelAsync();
        var written = await Task.WhenAll(writers);
        results.Add(await platform.RunAsync("verify"));

        Assert.All(written, number => Assert.True(number > 0));
        Assert.All(results, r => Assert.True(r.ExitCode == 0, r.All));
        Assert.Contains($"15 resources with {15 + written.Sum(n => n)} versions compared",
            results[^1].Output.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WhatCannotBeReachedOrMayNotAsk_IsNoDifference()
    {
        var platform = embedded.Platform;
        var nowhere = $"http://127.0.0.1:{LoopbackPorts.Free()}";

        var service = await platform.RunAsync("verify", "--wait", "1", "--address", $"meetings={nowhere}");
        var worker = await platform.RunAsync("verify", "--wait", "1", "--address", $"reporting={nowhere}");
        var reader = await PlatformCommand.RunAsync(["verify", .. platform.ConnectionAs(Role.Reader)]);
        var officer = await RunningProcess.RunPlatformAsync(["verify", .. platform.ConnectionAs(Role.Officer)]);

        Assert.Equal(3, service.ExitCode);
        Assert.StartsWith($"meetings at {nowhere} could not be reached: ", service.Errors,
            StringComparison.Ordinal);
        Assert.Equal(3, worker.ExitCode);
        Assert.StartsWith($"reporting at {nowhere} could not be reached: ", worker.Errors,
            StringComparison.Ordinal);
        Assert.Equal(3, reader.ExitCode);
        Assert.StartsWith("ROLE_INSUFFICIENT: ", reader.Errors, StringComparison.Ordinal);
        Assert.Equal(0, officer.ExitCode);
        Assert.Contains("Whether dead letters wait was not asked: that needs an operator's token.", officer.Lines);
    }

    [Fact]
    public async Task ListDigests_OfAServiceThatThereIsNot_IsRefused()
    {
        var platform = embedded.Platform;
        var worker = new ReportingService.ReportingServiceClient(platform.Channel("reporting"));

        var refused = await Assert.ThrowsAsync<RpcException>(() => worker.ListDigestsAsync(new() { Service = "finance" },
            platform.HeaderOf(Role.Officer), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, "service: Must be one of membership, meetings, commitments."),
            (refused.StatusCode, refused.Status.Detail));
    }

    private static string Participants => "records:\n" + string.Concat(Codes.Select(code =>
        $"- participant: {{name: participants/{code.ToLowerInvariant()}, kind: state, iso_code: {code}, names: [{{text: {code}, kind: "
            + $"official}}], effective_date: 2011-03-09}}\n"));

    // Service, type, resources and versions here and there, and how many differ.
    private static IEnumerable<string[]> CountRows(CommandResult result) => result.Lines
        .SkipWhile(l => !l.StartsWith("SERVICE ", StringComparison.Ordinal)).Skip(1)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .TakeWhile(row => row[0] is "membership" or "meetings" or "commitments");

    private static string[] CountsOf(CommandResult result, string service, string type) =>
        Assert.Single(CountRows(result), row => row[0] == service && row[1] == type)[2..];

    [GeneratedRegex("SHA-256 [0-9a-f]{12}…", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hash();
}
