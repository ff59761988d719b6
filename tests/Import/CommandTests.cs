using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Platform.Commands;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.Import.Tests;

/// <summary>The <c>platform</c> program as a user starts it.</summary>
public sealed class CommandTests(CommandTests.Shared shared) : IClassFixture<CommandTests.Shared>, IDisposable
{
    private const string Participant =
        "records:\n- participant: {name: participants/aus, kind: state, iso_code: AUS, names: [{text: Australia, kind: official}], "
            + "effective_date: 2011-03-09}\n";

    private readonly TemporaryFolder _record = new();

    [Fact]
    public async Task NoCommand_PrintsHelp()
    {
        var result = await RunningProcess.RunPlatformAsync();

        Assert.Equal(0, result.ExitCode);
        string[] commands = ["serve", "token", "import", "report", "reports", "schedules", "demo", "migrate", "config", "backup",
            "projection", "status", "verify", "dead-letters"];
        Assert.All(commands, command => Assert.Contains($"\n  {command} ", result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("frob", "Unrecognized command or argument 'frob'.")]
    [InlineData("serve --port 70000", "--port: Write a number from 1 to 65535, or 0 for any port that is free.")]
    [InlineData("token --role king", "'king' not recognized")]
    [InlineData("token --role party-system",
        "--party: A party-system needs the name of its party, for example participants/idn or bodies/rso.")]
    [InlineData("token --role officer --party participants/idn", "--party: Only a party-system has one.")]
    [InlineData("token --role service", "--service: The role service needs the name of the service, for example reporting.")]
    [InlineData("token --role officer --service reporting", "--service: Only the role service has one.")]
    [InlineData("token --role officer --lifetime 8x", "--lifetime: \"8x\" is not a valid duration.")]
    [InlineData("report --base meetings/mc-4 --as-of 2013-02-30 --out a.xlsx", "--as-of: \"2013-02-30\" is not a valid date.")]
    [InlineData("import", "Required argument 'DIR' missing")]
    [InlineData("migrate status --wait -1", "--wait: Write a number of seconds from 0 to 86400.")]
    [InlineData("config check frob", "'frob' not recognized")]
    [InlineData("verify --wait -1", "--wait: Write a number of seconds from 0 to 86400.")]
    [InlineData("verify --limit -1", "--limit: Write 0 or a larger number.")]
    [InlineData("dead-letters", "Required command was not provided.")]
    [InlineData("dead-letters redrive", "Name one or more dead letters, or give --all.")]
    [InlineData("dead-letters redrive deadLetters/a --all", "Name one or more dead letters, or give --all.")]
    [InlineData("dead-letters discard deadLetters/a", "Option '--reason' is required.\nRun: platform dead-letters discard --help")]
    public async Task Arguments_ThatAreNotUnderstood_AreTold(string arguments, string expected)
    {
        var result = await PlatformCommand.RunAsync(arguments.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_FromStartToCtrlC_SaysWhereItIsKeepsItsDataAndEndsWell()
    {
        _record.Write("a.yaml", Participant);
        await using var platform = await PlatformProcess.StartAsync();
        Assert.Equal(0, (await ImportAsync(platform)).ExitCode);

        var first = await platform.StopAsync();

        Assert.Equal(0, first.ExitCode);
        Assert.True(first.Errors.Length == 0, first.Errors);
        Assert.Equal("Stopped.", first.Lines[^1]);
        foreach (var service in new[] { "rcp.membership.v1.MembershipService", "rcp.meetings.v1.MeetingsService",
            "rcp.commitments.v1.CommitmentsService", "rcp.reporting.v1.ReportingService" })
        {
            Assert.Contains(service, first.Lines);
        }
        Assert.Contains(first.Lines, l => l.EndsWith($"token --role officer --data {platform.Folder}", StringComparison.Ordinal));

        await platform.ServeAsync();
        var participant = await new MembershipService.MembershipServiceClient(platform.Channel)
            .GetParticipantAsync(new() { Name = "participants/aus" }, PlatformProcess.HeaderOf(platform.Folder, Role.Reader),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("AUS", participant.Participant.IsoCode);
    }

    [Fact]
    public async Task Serve_WhenTerminated_EndsWell()
    {
        await using var platform = await PlatformProcess.StartAsync();

        await platform.Server.SignalAsync("TERM");

        Assert.Equal(0, (await platform.Server.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Serve_OnAPortInUse_SaysSo()
    {
        var platform = shared.Platform;
        using var folder = new TemporaryFolder();

        var result = await RunningProcess.RunPlatformAsync("serve", "--port",
            new Uri(platform.Address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--data", folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"{platform.Address} is in use by another program. Stop that one, or choose another port with --port.", result.Errors);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.db"));
    }

    [Fact]
    public async Task Serve_OnAFolderInUse_SaysSo()
    {
        var platform = shared.Platform;

        var result = await RunningProcess.RunPlatformAsync("serve", "--port", "0", "--data", platform.Folder);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"\"{platform.Folder}\" is in use by another platform process. Stop that one, or name another folder with --data.",
            result.Errors);
    }

    [Fact]
    public async Task Token_PrintsNothingButATokenThatServeTrusts()
    {
        var platform = shared.Platform;
        var meetings = new MeetingsService.MeetingsServiceClient(platform.Channel);

        var result = await RunningProcess.RunPlatformAsync("token", "--role", "reader", "--data", platform.Folder);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
        var header = new Metadata { { "authorization", $"Bearer {Assert.Single(result.Lines)}" } };
        await meetings.ListMeetingsAsync(new(), header, cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<RpcException>(() => meetings.CreateMeetingAsync(new(), header,
            cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Fact]
    public async Task Import_Twice_ChangesNothing()
    {
        _record.Write("a.yaml", Participant + """
            - meeting: {name: meetings/a, title: A, kind: workshop, status: planned, chairs: [participants/aus]}
            - update_meeting: {name: meetings/a, correction: {version: 1, reason: It was misspelt.}, title: B}
            - update_meeting: {name: meetings/a, correction: {version: 2, reason: It was misspelt.}, title: A}
            - update_meeting: {name: meetings/a, correction: {version: 3, reason: It was misspelt.}, title: B}
            """);
        await using var platform = await PlatformProcess.StartAsync();
        var meetings = new MeetingsService.MeetingsServiceClient(platform.Channel);

        var first = await ImportAsync(platform);
        var before = await meetings.GetMeetingAsync(new() { Name = "meetings/a" }, platform.Officer,
            cancellationToken: TestContext.Current.CancellationToken);
        var second = await ImportAsync(platform);

        Assert.Equal(0, first.ExitCode);
        Assert.EndsWith("; 5 changes recorded.", first.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, second.ExitCode);
        Assert.EndsWith("; everything was there already.", second.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(4, before.Meeting.Version);

        var token = await PlatformCommand.RunAsync("token", "--role", "officer", "--subject", "another-officer", "--data",
            platform.Folder);
        var third = await PlatformCommand.RunAsync("import", _record.Path, "--address", platform.Address, "--token", token.Lines[0]);

        // Whoever recorded it: what is there alike is there.
        Assert.Equal((0, ""), (third.ExitCode, third.Errors));
        Assert.EndsWith("; everything was there already.", third.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(before, await meetings.GetMeetingAsync(new() { Name = "meetings/a" }, platform.Officer,
            cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Import_AnEditedEntry_IsRefusedAndNothingIsLaidOverWhatIsThere()
    {
        const string Update = "- update_meeting: {name: meetings/a, change_date: 2013-03-06, summary: As it was.}\n";
        _record.Write("a.yaml", "records:\n- meeting: {name: meetings/a, title: A, kind: workshop, status: planned, effective_date: "
            + "2013-03-05}\n" + Update);
        var platform = shared.Platform;
        await ImportAsync(platform);
        var file = _record.Write("a.yaml",
            "records:\n- meeting: {name: meetings/a, title: B, kind: workshop, status: planned, effective_date: 2013-03-05}\n" + Update);

        var result = await ImportAsync(platform);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            [
                $"{file}:2:38: meeting.title: RESOURCE_EXISTS: \"meetings/a\" exists with other content: \"A\" is recorded, "
                    + $"\"B\" is written here. To change what is recorded, write the entry as it was recorded "
                    + "and add an entry update_meeting.",
                $"{file}:3:3: meeting.name: \"meetings/a\" was not changed, because its entry at {file}:2:3 was refused.",
                "2 refusals. Correct these entries and import again: what was accepted is not recorded twice.",
            ],
            result.Errors.Split('\n'));
    }

    [Fact]
    public async Task Import_DryRun_CallsNobody()
    {
        _record.Write("a.yaml", Participant);

        var result = await PlatformCommand.RunAsync("import", _record.Path, "--dry-run", "--address", "http://127.0.0.1:1");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["1 file with 1 entry, nothing wrong; nothing was sent.", "1 participant"], result.Lines);
    }

    [Fact]
    public async Task Import_AFileWithAMistake_SendsNothing()
    {
        var file = _record.Write("a.yaml", Participant + "- meeting: {name: meetings/a, kind: seminar}\n");
        var platform = shared.Platform;

        var result = await ImportAsync(platform);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"{file}:3:37: meeting.kind: \"seminar\" is not known.", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("1 problem; nothing was sent.", result.Errors, StringComparison.Ordinal);
        Assert.Empty((await new MembershipService.MembershipServiceClient(platform.Channel)
            .ListParticipantsAsync(new(), platform.Officer, cancellationToken: TestContext.Current.CancellationToken)).Participants);
    }

    [Fact]
    public async Task Import_WhatTheServerRefuses_IsToldWithPlaceAndReasonAndTheRestIsRecorded()
    {
        var file = _record.Write("a.yaml", Participant + """
            - meeting:
                name: meetings/a
                title: A
                kind: workshop
                status: held
                chairs: [participants/aus, participants/xyz]
            - attendance: {name: meetings/a/attendances/aus, party: participants/aus, capacity: member}
            - meeting: {name: meetings/b, title: B, status: held,
                dates: {earliest_date: 2013-03-05, latest_date: 2013-03-04, sense: within}}
            - meeting: {name: meetings/c, title: C, kind: workshop, status: held}
            """);
        await using var platform = await PlatformProcess.StartAsync();

        var result = await ImportAsync(platform);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            [
                $"{file}:8:32: meeting.chairs[1]: REFERENCE_NOT_FOUND: \"participants/xyz\" does not exist. Record it first, or correct "
                    + $"the name.",
                $"{file}:9:22: attendance.name: REFERENCE_NOT_FOUND: \"meetings/a\" does not exist. Record it first, or correct the name.",
                $"{file}:10:3: meeting.kind: FIELD_INVALID: Must be chosen, for example MEETING_KIND_MINISTERIAL_CONFERENCE or "
                    + $"MEETING_KIND_SENIOR_OFFICIALS_MEETING.",
                $"{file}:11:53: meeting.dates.latest_date: FIELD_INVALID: 2013-03-04 is before 2013-03-05.",
                "4 refusals. Correct these entries and import again: what was accepted is not recorded twice.",
            ],
            result.Errors.Split('\n'));
        Assert.EndsWith("; 2 changes recorded.", result.Lines[^1], StringComparison.Ordinal);
        var meetings = await new MeetingsService.MeetingsServiceClient(platform.Channel)
            .ListMeetingsAsync(new(), platform.Officer, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["meetings/c"], meetings.Meetings.Select(m => m.Name));
    }

    [Fact]
    public async Task Import_WithoutATokenOrWithABadOne_SaysWhatToDo()
    {
        _record.Write("a.yaml", Participant);
        var platform = shared.Platform;

        var without = await PlatformCommand.RunAsync("import", _record.Path, "--address", platform.Address);
        var bad = await PlatformCommand.RunAsync("import", _record.Path, "--address", platform.Address, "--token", "abc");

        Assert.Equal(1, without.ExitCode);
        Assert.StartsWith("A token is needed.", without.Errors, StringComparison.Ordinal);
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal("TOKEN_INVALID: A valid bearer token is needed: none was sent, or it is expired, malformed or not issued for this "
            + "platform.", bad.Errors);
    }

    [Fact]
    public async Task Import_WhileTheServerIsAway_WaitsForIt()
    {
        _record.Write("a.yaml", Participant);
        using var folder = new TemporaryFolder();
        var port = LoopbackPorts.Free();
        await using var import = RunningProcess.Start(Repository.PlatformProgram, null, "import", _record.Path, "--address",
            $"http://127.0.0.1:{port}", "--data", folder.Path);

        await using var platform = await PlatformProcess.StartAsync(folder.Path, port);

        var result = await import.EndAsync();
        Assert.Equal("", result.Errors);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Import_ToAnotherMachineInTheClear_IsRefused()
    {
        _record.Write("a.yaml", Participant);

        var result = await RunningProcess.RunPlatformAsync("import", _record.Path, "--address", "http://192.0.2.1:5100", "--token", "abc");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("\"http://192.0.2.1:5100\" is not encrypted", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WithDocuments_AttachesTheWordsOnce()
    {
        using var documents = new TemporaryFolder();
        const string text = "1. The group agreed\n   to meet.\n";
        documents.Write("a.txt", text);
        _record.Write("a.yaml", $$$"""
            document: documents/a
            effective_date: 2013-03-05
            records:
            - body: {name: bodies/ahg, kind: ad_hoc_group, names: [{text: Ad Hoc Group, kind: official}]}
            - meeting: {name: meetings/a, title: A, kind: senior_officials_meeting, status: held}
            - document: {name: documents/a, title: A, kind: statement, meeting: meetings/a, file_name: a.txt,
                sha256: {{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}}}}
            - outcome: {name: meetings/a/outcomes/b, sequence: 1, title: B, summary: They meet., kind: decision,
                speakers: [bodies/ahg], locator: {paragraph: ¶1, spans: [{first_line: 1, first_column: 4, last_line: 2}]}}
            """);
        await using var platform = await PlatformProcess.StartAsync();
        var meetings = new MeetingsService.MeetingsServiceClient(platform.Channel);

        var first = await ImportAsync(platform, "--documents", documents.Path);
        var outcome = (await meetings.GetOutcomeAsync(new() { Name = "meetings/a/outcomes/b" }, platform.Officer,
            cancellationToken: TestContext.Current.CancellationToken)).Outcome;
        var second = await ImportAsync(platform, "--documents", documents.Path);

        Assert.Equal(0, first.ExitCode);
        Assert.Equal("Attached the official text of 1 of 1 outcome.", first.Lines[^1]);
        Assert.Equal("The group agreed to meet.", outcome.OfficialText);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(outcome, (await meetings.GetOutcomeAsync(new() { Name = "meetings/a/outcomes/b" }, platform.Officer,
            cancellationToken: TestContext.Current.CancellationToken)).Outcome);
    }

    [Fact]
    public async Task Demo_Interrupted_RemovesItsFolder()
    {
        using var temporary = new TemporaryFolder();
        await using var demo = RunningProcess.Start(Repository.PlatformProgram,
            new Dictionary<string, string> { ["TMPDIR"] = temporary.Path }, "demo", "--out", Path.Combine(temporary.Path, "out"));
        await demo.ReadLineAsync("Importing ");

        await demo.SignalAsync("INT");

        Assert.Equal(130, (await demo.EndAsync()).ExitCode);
        Assert.Empty(Directory.GetDirectories(temporary.Path, "platform-demo-*"));
    }

    public void Dispose() => _record.Dispose();

    private Task<CommandResult> ImportAsync(PlatformProcess platform, params string[] more) =>
        PlatformCommand.RunAsync(["import", _record.Path, .. platform.Connection, .. more]);

    /// <summary>A platform for the tests that record nothing in it, or only resources of their own.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        internal PlatformProcess Platform { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Platform = await PlatformProcess.StartAsync();

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}
