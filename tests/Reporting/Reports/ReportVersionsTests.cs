using ClosedXML.Excel;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Meetings.V1;
using Platform.Reporting.Building;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests.Reports;

/// <summary>The versions of a report for one conference: how they follow one another, differ, and what meetings did with them.</summary>
public sealed class ReportVersionsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_ForOneConference_CountsVersionsAndComparesWithTheOneBefore(string engine)
    {
        await using var test = await StartAsync(engine);

        var first = await test.BuildAsync("reports/z");
        var second = await test.BuildAsync("reports/a");
        var another = await test.BuildAsync("reports/other", baseMeeting: "meetings/mc-5", asOf: "2013-04-02");

        Assert.Equal((1, ""), (first.Version, first.PreviousReport));
        Assert.Equal((2, "reports/z"), (second.Version, second.PreviousReport));
        Assert.Equal((1, ""), (another.Version, another.PreviousReport));
        Assert.Equal("1", await test.CoverAsync("reports/z", "Version"));
        Assert.Equal("2; what is different from version 1, as of 5 Mar 2013, is on the sheet Changes",
            await test.CoverAsync("reports/a", "Version"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_OnceTheConferenceIsKnown_ComparesWithTheOneFromBefore(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.BuildAsync("reports/early");

        var known = await test.BuildAsync("reports/known", target: "meetings/mc-5");

        Assert.Equal((1, "reports/early"), (known.Version, known.PreviousReport));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_SameRequestInAnotherWorld_IsTheSameFile(string engine)
    {
        await using var test = await StartAsync(engine);
        await using var other = await StartAsync(engine);
        var first = await test.BuildAsync("reports/one");
        var second = await test.BuildAsync("reports/two");

        await other.BuildAsync("reports/one", knownAt: first.KnownAt);
        var again = await other.BuildAsync("reports/two", knownAt: second.KnownAt);

        Assert.Equal((second.Sha256, second.BriefSha256), (again.Sha256, again.BriefSha256));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_PreviousThatIsNotReadyOrLater_IsRefused(string engine)
    {
        await using var test = await StartAsync(engine);
        var first = await test.BuildAsync("reports/one");

        await Test.RefusedAsync(ErrorReason.FieldInvalid, () => test.CreateAsync("reports/two", version: -1));
        await Test.RefusedAsync(ErrorReason.FieldInvalid, () => test.CreateAsync("reports/two", previous: "reports/none"));
        await Test.RefusedAsync(ErrorReason.FieldInvalid, () => test.CreateAsync("reports/two", previous: "reports/one",
            knownAt: (first.KnownAt.ToDateTimeOffset() - TimeSpan.FromSeconds(1)).ToTimestamp()));
        Assert.Equal(7, (await test.CreateAsync("reports/seven", version: 7)).Version);
        Assert.Equal(8, (await test.CreateAsync("reports/next")).Version);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_SameVersionUnderAnotherName_IsTheSameFile(string engine)
    {
        await using var test = await StartAsync(engine);
        var first = await test.BuildAsync("reports/one");
        await test.BuildAsync("reports/two");

        var again = await test.BuildAsync("reports/again", knownAt: first.KnownAt, version: 1);

        Assert.Equal((first.Sha256, first.BriefSha256), (again.Sha256, again.BriefSha256));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_AgainAfterTheOneBeforeWasEndorsed_IsTheSameFile(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.BuildAsync("reports/one");
        await test.AddMeetingAsync("ahg-som-8", "2013-03-01");
        var second = await test.BuildAsync("reports/two");
        await test.EndorseAsync("reports/one", "meetings/mc-5");

        var again = await test.BuildAsync("reports/again", knownAt: second.KnownAt, version: 2);
        var next = await test.BuildAsync("reports/next", previous: "reports/one");

        Assert.Equal(second.Sha256, again.Sha256);
        Assert.Equal(ReportChangeCause.RecordedAfterEndorsement,
            Assert.Single(await test.CompareAsync("reports/one", next.Name), c => c.Sheet == "Meetings").Cause);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_ManyAtOnce_HaveAVersionEach(string engine)
    {
        await using var test = await StartAsync(engine);

        var created = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => test.CreateAsync($"reports/r{i}"))));

        Assert.Equal(Enumerable.Range(1, 12), created.Select(r => r.Version).Order());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ConsiderAndEndorse_StandOnTheCoverAndFreezeTheRest(string engine)
    {
        await using var test = await StartAsync(engine);
        var draft = await test.BuildAsync("reports/a");
        Assert.Equal("Draft: no meeting has considered it yet", await test.CoverAsync("reports/a", "Standing"));

        var considered = await test.ConsiderAsync("reports/a", "meetings/ahg-som-7");
        var endorsed = (await test.Rpcs.EndorseReport(new()
        {
            Name = "reports/a",
            Meeting = "meetings/mc-5",
            Source = new SourceReference { Document = "documents/mc-5", Paragraph = "¶4" },
        }, new OfficerCall())).Report;

        Assert.Equal((ReportStanding.Draft, ReportStanding.Considered, ReportStanding.Endorsed),
            (draft.Standing, considered.Standing, endorsed.Standing));
        Assert.Equal([draft.Sha256, considered.Sha256], endorsed.Steps.Select(s => s.Sha256));
        Assert.All(endorsed.Steps, s => Assert.Equal("officer-1", s.Actor));
        Assert.Equal("Endorsed by MC5 (MC5 ¶4); considered at AHG7", await test.CoverAsync("reports/a", "Standing"));
        Assert.Equal(endorsed, await test.GetAsync("reports/a"));
        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.Rpcs.ConsiderReport(
            new() { Name = "reports/a", Meeting = "meetings/ahg-som-5" }, new OfficerCall()));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Consider_AtAMeetingThatIsNotOnRecordOrTwice_IsRefused(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.CreateAsync("reports/waits");
        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.ConsiderAsync("reports/waits", "meetings/ahg-som-7"));
        Assert.True(await test.Builder.BuildNextAsync(Cancel));

        await Test.RefusedAsync(ErrorReason.ReferenceNotFound, () => test.ConsiderAsync("reports/waits", "meetings/none"));
        await Test.RefusedAsync(ErrorReason.FieldInvalid, () => test.ConsiderAsync("reports/waits", "bodies/ahg"));
        await Test.RefusedAsync(ErrorReason.ResourceNotFound, () => test.ConsiderAsync("reports/none", "meetings/ahg-som-7"));
        await test.ConsiderAsync("reports/waits", "meetings/ahg-som-7");
        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.ConsiderAsync("reports/waits", "meetings/ahg-som-7"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Consider_AReportFromBeforeThereWereVersions_IsRefused(string engine)
    {
        await using var test = await StartAsync(engine);
        var report = await test.BuildAsync("reports/old");
        var old = report.Clone();
        (old.Standing, old.Version) = (ReportStanding.Unspecified, 0);
        Assert.True(await test.Reports.ReplaceAsync(report, old, (await test.Reports.FindFilesAsync(old.Name, Cancel))!, Cancel));

        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.ConsiderAsync("reports/old", "meetings/ahg-som-7"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Compare_OfTwoVersions_GivesWhatIsDifferent(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.BuildAsync("reports/one");
        await test.AddMeetingAsync("ahg-som-8", "2013-03-20");
        await test.BuildAsync("reports/two", asOf: "2013-03-21");

        var change = Assert.Single(await test.CompareAsync("reports/one", "reports/two"), c => c.Sheet == "Meetings");

        Assert.Equal((ReportChangeKind.New, ReportChangeCause.Since, "Meeting AHG8 (AHG8)"), (change.Kind, change.Cause, change.Title));
        Assert.Contains(change.Fields, f => f is { Label: "Dates", Before: "", After: "20 Mar 2013" });
        Assert.Empty(await test.CompareAsync("reports/two", "reports/two"));
        await Test.RefusedAsync(ErrorReason.FieldInvalid, () => test.CompareAsync("reports/two", "reports/one"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Compare_WithOneMadeWhileAServiceWasAway_TellsWhatThatOneDidNotKnow(string engine)
    {
        var log = new TestLog("meetings") { IsAway = true };
        await using var test = await StartAsync(engine, log);
        await test.WasLevelAsync("meetings");
        var earlier = await test.BuildAsync("reports/earlier");
        Assert.Equal(["meetings"], earlier.UnsettledServices);

        // It was recorded before the moment of the report, and came in after it.
        await test.AddMeetingAsync("ahg-som-6", "2012-06-01", TestRecord.Recorded);
        log.IsAway = false;
        await test.BuildAsync("reports/later");

        var told = Assert.Single(await test.CompareAsync("reports/earlier", "reports/later"), c => c.Sheet == "Meetings");
        Assert.Equal((ReportChangeKind.New, ReportChangeCause.Recorded), (told.Kind, told.Cause));
    }

    private static async Task<Test> StartAsync(string engine, params TestLog[] logs)
    {
        var databases = await TestDatabases.CreateAsync(engine);
        var worker = new TestWorker(databases, logs: logs);
        var test = new Test(databases, worker, await TestBus.StartAsync(engine == "postgresql", worker));
        foreach (var version in TestRecord.Small().Versions.Where(v => v.Record is Meeting or Document))
            await worker.AddAsync(version);
        return test;
    }

    private sealed class Test(TestDatabases databases, TestWorker worker, TestBus bus) : IAsyncDisposable
    {
        public Platform.Reporting.Rpcs.ReportingRpcs Rpcs { get; } = bus.Rpcs(worker);

        public ReportBuilder Builder { get; } = worker.Builder();

        public ReportStore Reports => worker.Reports;

        public Task AddMeetingAsync(string id, string day, DateTimeOffset? recorded = null) => worker.AddAsync(new ResourceVersion(
            $"meetings/{id}", "Meeting", 1, ChangeKind.Created, TestRecord.Day(day), recorded ?? DateTimeOffset.UtcNow,
            TestRecord.Meeting(id, "AHG8", MeetingKind.SeniorOfficialsMeeting, day, listed: false)));

        public Task WasLevelAsync(string service) => worker.History.MarkLevelAsync(service, Cancel);

        public async Task<Report> BuildAsync(string name, string asOf = "2013-03-05", string baseMeeting = "meetings/mc-4",
            string target = "", Timestamp? knownAt = null, int version = 0, string previous = "")
        {
            await CreateAsync(name, asOf, baseMeeting, target, version, previous, knownAt);
            Assert.True(await Builder.BuildNextAsync(Cancel));
            var report = await GetAsync(name);
            Assert.True(report.State == ReportState.Ready, report.Failure);
            return report;
        }

        public async Task<Report> CreateAsync(string name, string asOf = "2013-03-05", string baseMeeting = "meetings/mc-4",
            string target = "", int version = 0, string previous = "", Timestamp? knownAt = null) =>
            (await Rpcs.CreateReport(new()
            {
                Report = new()
                {
                    Name = name,
                    Title = "Progress",
                    BaseMeeting = baseMeeting,
                    TargetMeeting = target,
                    AsOf = asOf,
                    Version = version,
                    PreviousReport = previous,
                    KnownAt = knownAt,
                },
            }, new OfficerCall())).Report;

        public async Task<Report> ConsiderAsync(string name, string meeting) =>
            (await Rpcs.ConsiderReport(new() { Name = name, Meeting = meeting }, new OfficerCall())).Report;

        public Task<EndorseReportResponse> EndorseAsync(string name, string meeting) =>
            Rpcs.EndorseReport(new() { Name = name, Meeting = meeting }, new OfficerCall());

        public async Task<IReadOnlyList<ReportChange>> CompareAsync(string earlier, string later)
        {
            var changes = new Written();
            await Rpcs.CompareReports(new() { Earlier = earlier, Later = later }, changes, new OfficerCall());
            return changes.Changes;
        }

        public async Task<Report> GetAsync(string name) => (await Rpcs.GetReport(new() { Name = name }, new OfficerCall())).Report;

        public async Task<string> CoverAsync(string name, string label)
        {
            using var book = new XLWorkbook(new MemoryStream((await worker.Reports.FindFilesAsync(name, Cancel))!.Workbook));
            return book.Worksheet("Cover").CellsUsed().Single(c => c.GetString() == label).CellRight().GetString();
        }

        public static async Task RefusedAsync(ErrorReason reason, Func<Task> call) =>
            Assert.Equal(reason, (await Assert.ThrowsAsync<ApiException>(call)).Reason);

        public async ValueTask DisposeAsync()
        {
            Rpcs.Dispose();
            Builder.Dispose();
            await bus.DisposeAsync();
            await worker.DisposeAsync();
            await databases.DisposeAsync();
        }

        private sealed class Written : IServerStreamWriter<CompareReportsResponse>
        {
            public List<ReportChange> Changes { get; } = [];

            public WriteOptions? WriteOptions { get; set; }

            public Task WriteAsync(CompareReportsResponse message, CancellationToken cancellationToken) => WriteAsync(message);

            public Task WriteAsync(CompareReportsResponse message)
            {
                Changes.Add(message.Change);
                return Task.CompletedTask;
            }
        }
    }
}
