using System.Collections.Concurrent;
using System.Security.Cryptography;
using ClosedXML.Excel;
using DocumentFormat.OpenXml.Packaging;
using Google.Protobuf.WellKnownTypes;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Meetings.V1;
using Platform.Processes;
using Platform.Reporting.Briefs;
using Platform.Reporting.Building;
using Platform.Reporting.Reports;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests.Reports;

/// <summary>Reports are asked for first and built afterwards, each once however many workers there are.</summary>
public sealed class ReportBuilderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_IsQueuedAndThenBuilt(string engine)
    {
        await using var test = await StartAsync(engine);

        var queued = await test.CreateAsync("reports/a");
        Assert.Equal((ReportState.Queued, 0), (queued.State, queued.Percent));
        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.Rpcs.DownloadReport(new() { Name = "reports/a" }, null!,
            new OfficerCall()));
        Assert.True(await test.Builder.BuildNextAsync(Cancel));
        Assert.False(await test.Builder.BuildNextAsync(Cancel));

        var ready = await test.GetAsync("reports/a");
        Assert.Equal((ReportState.Ready, 100), (ready.State, ready.Percent));
        Assert.Equal(ready.SizeBytes, (await test.Worker.Reports.FindFilesAsync("reports/a", Cancel))!.Workbook.Length);
        Assert.Equal(ready, await test.CreateAsync("reports/a"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_OfAConferenceThatIsNotRecorded_FailsWithTheReason(string engine)
    {
        await using var test = await StartAsync(engine);

        await test.CreateAsync("reports/a", "meetings/mc-99");
        Assert.True(await test.Builder.BuildNextAsync(Cancel));

        var failed = await test.GetAsync("reports/a");
        Assert.Equal(ReportState.Failed, failed.State);
        Assert.StartsWith("The record holds no meeting 'meetings/mc-99'", failed.Failure, StringComparison.Ordinal);
        // The same again is a new attempt.
        Assert.Equal(ReportState.Queued, (await test.CreateAsync("reports/a", "meetings/mc-99")).State);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_WhileAHundredWait_IsRefused(string engine)
    {
        await using var test = await StartAsync(engine);

        for (var i = 0; i < 100; i++)
            await test.CreateAsync($"reports/r{i}");
        await Test.RefusedAsync(ErrorReason.LimitExceeded, () => test.CreateAsync("reports/another"));
        Assert.Equal(ReportState.Queued, (await test.CreateAsync("reports/r3")).State);

        await test.Rpcs.CancelReport(new() { Name = "reports/r7" }, new OfficerCall());
        Assert.Equal(ReportState.Queued, (await test.CreateAsync("reports/another")).State);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Cancel_BeforeItIsReady_IsNotBuilt(string engine)
    {
        await using var test = await StartAsync(engine);

        await test.CreateAsync("reports/a");
        var cancelled = (await test.Rpcs.CancelReport(new() { Name = "reports/a" }, new OfficerCall())).Report;

        Assert.Equal(ReportState.Cancelled, cancelled.State);
        Assert.False(await test.Builder.BuildNextAsync(Cancel));
        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.Rpcs.CancelReport(new() { Name = "reports/a" }, new OfficerCall()));
        Assert.Equal(ReportState.Queued, (await test.CreateAsync("reports/a")).State);
        Assert.True(await test.Builder.BuildNextAsync(Cancel));
        Assert.Equal(ReportState.Ready, (await test.GetAsync("reports/a")).State);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Take_ByManyWorkers_GivesEachReportToOne(string engine)
    {
        await using var test = await StartAsync(engine);
        var names = Enumerable.Range(0, 8).Select(i => $"reports/r{i}").ToList();
        foreach (var name in names)
            await test.CreateAsync(name);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
            test.Worker.Reports.TakeAsync(TimeSpan.FromMinutes(1), Cancel))));

        var got = taken.OfType<Report>().Select(r => r.Name).ToList();
        Assert.Equal(got.Distinct(), got);
        Assert.NotEmpty(got);
        // One whose lease has run out, because its worker went away, is taken again, as are those that nobody took.
        await test.Worker.Reports.RenewAsync(await test.GetAsync(got[0]), TimeSpan.FromSeconds(-1), Cancel);
        var again = new List<string>();
        while (await test.Worker.Reports.TakeAsync(TimeSpan.FromMinutes(1), Cancel) is { } report)
            again.Add(report.Name);
        Assert.Equal(names.Except(got).Append(got[0]).Order(StringComparer.Ordinal), again.Order(StringComparer.Ordinal));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Build_MakesTheLogsFinalUpToTheReportsMoment(string engine)
    {
        var log = new TestLog("membership");
        await using var test = await StartAsync(engine, log);

        var asked = await test.CreateAsync("reports/a");
        Assert.True(await test.Builder.BuildNextAsync(Cancel));

        Assert.Equal([asked.KnownAt.ToDateTimeOffset()], log.Settled);
        Assert.Empty((await test.GetAsync("reports/a")).UnsettledServices);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Build_WhileAServiceIsAway_SaysThatTheReportIsNotFinal(string engine)
    {
        var log = new TestLog("membership");
        await using var test = await StartAsync(engine, log);
        await test.Worker.History.MarkLevelAsync("membership", Cancel);
        log.IsAway = true;

        await test.CreateAsync("reports/a");
        Assert.True(await test.Builder.BuildNextAsync(Cancel));

        Assert.Equal(["membership"], (await test.GetAsync("reports/a")).UnsettledServices);
        using var book = new XLWorkbook(new MemoryStream((await test.Worker.Reports.FindFilesAsync("reports/a", Cancel))!.Workbook));
        Assert.Contains(book.Worksheet("Cover").CellsUsed(), c => c.GetString().StartsWith("The service membership could not be asked",
            StringComparison.Ordinal));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Build_OfAReport_IsToldOverTheBusUntilItWasTaken(string engine)
    {
        await using var test = await StartAsync(engine);
        var told = new ConcurrentQueue<Report>();
        var endpoint = test.Bus.ConnectReceiveEndpoint("told", e => e.Handler<ReportReady>(m =>
        {
            told.Enqueue(m.Message.Report);
            return Task.CompletedTask;
        }));
        await endpoint.Ready;
        using var announcer = new ReportAnnouncer(test.Worker.Reports, test.Bus, TimeProvider.System,
            NullLogger<ReportAnnouncer>.Instance);
        await test.CreateAsync("reports/a");
        await test.CreateAsync("reports/b", "meetings/mc-99");
        await announcer.AnnounceAsync(Cancel);
        while (await test.Builder.BuildNextAsync(Cancel))
            Assert.Empty(told);

        // As if the worker went away before it told of it: another does.
        await announcer.AnnounceAsync(Cancel);
        await announcer.AnnounceAsync(Cancel);
        await Eventually.IsTrueAsync(() => Task.FromResult(!told.IsEmpty));

        // What failed is no report, and what was told once is not told again.
        Assert.Equal([await test.GetAsync("reports/a")], told);
        Assert.Empty(await test.Worker.Reports.ListUnannouncedAsync(Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Expire_RemovesOldDraftsButTheLatest_AndTheSameRequestMakesThemAgain(string engine)
    {
        await using var test = await StartAsync(engine);
        var keeping = new ReportsOptions { KeepDraftsDays = 30 };
        foreach (var name in new[] { "reports/first", "reports/considered", "reports/last" })
        {
            await test.CreateAsync(name);
            Assert.True(await test.Builder.BuildNextAsync(Cancel));
        }
        await test.Rpcs.ConsiderReport(new() { Name = "reports/considered", Meeting = "meetings/mc-4" }, new OfficerCall());
        var first = await test.GetAsync("reports/first");

        await test.Worker.ReportsWith(keeping, new After(TimeSpan.FromDays(29))).ExpireAsync(Cancel);
        Assert.Equal(ReportState.Ready, (await test.GetAsync("reports/first")).State);
        await test.Worker.ReportsWith(keeping, new After(TimeSpan.FromDays(31))).ExpireAsync(Cancel);

        Assert.Equal([ReportState.Expired, ReportState.Ready, ReportState.Ready], new[]
        {
            (await test.GetAsync("reports/first")).State, (await test.GetAsync("reports/considered")).State,
            (await test.GetAsync("reports/last")).State,
        });
        Assert.Null(await test.Worker.Reports.FindFilesAsync("reports/first", Cancel));
        await Test.RefusedAsync(ErrorReason.RuleViolated, () => test.Rpcs.DownloadReport(new() { Name = "reports/first" }, null!,
            new OfficerCall()));

        Assert.Equal(ReportState.Queued, (await test.CreateAsync("reports/first")).State);
        Assert.True(await test.Builder.BuildNextAsync(Cancel));
        Assert.Equal((ReportState.Ready, first.Sha256), ((await test.GetAsync("reports/first")).State,
            (await test.GetAsync("reports/first")).Sha256));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_WhatIsLeftOpen_IsWhatTheWorkerIsSetUpWith(string engine)
    {
        await using var test = await StartAsync(engine);
        var reports = test.Worker.ReportsWith(new ReportsOptions { Process = "The Process", Secretariat = "The Office" },
            TimeProvider.System);
        Report Asked(string name) => new()
        {
            Name = name,
            Title = "Progress",
            BaseMeeting = "meetings/mc-4",
            AsOf = "2013-03-05",
            KnownAt = TimeProvider.System.GetUtcNow().ToTimestamp(),
            Handling = HandlingLevel.Secretariat,
            State = ReportState.Queued,
        };
        var (open, own) = (Asked("reports/open"), Asked("reports/own"));
        (own.Process, own.Paper) = ("Another", PaperSize.A3);

        await reports.AddAsync(open, Cancel);
        await reports.AddAsync(own, Cancel);
        Assert.True(await test.Builder.BuildNextAsync(Cancel) && await test.Builder.BuildNextAsync(Cancel));

        Assert.Equal(("The Process", "The Office", PaperSize.A4), (open.Process, open.Secretariat, open.Paper));
        Assert.Equal(("Another", "The Office", PaperSize.A3), (own.Process, own.Secretariat, own.Paper));
        var files = (await reports.FindFilesAsync("reports/open", Cancel))!;
        using var book = new XLWorkbook(new MemoryStream(files.Workbook));
        Assert.Equal("The Process", book.Worksheet("Cover").CellsUsed().Single(c => c.GetString() == "Process").CellRight().GetString());
        using var brief = WordprocessingDocument.Open(new MemoryStream(files.Brief!), isEditable: false);
        Assert.StartsWith("The Office", brief.MainDocumentPart!.HeaderParts.Single().Header.InnerText, StringComparison.Ordinal);
        Assert.Contains("The Process  ·  Brief for Ministers", brief.MainDocumentPart.Document.InnerText, StringComparison.Ordinal);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_WithATemplateOfTheSecretariat_KeepsItForWhenTheReportIsMadeAgain(string engine)
    {
        await using var test = await StartAsync(engine);
        using var folder = new TemporaryFolder();
        var template = Path.Combine(folder.Path, "letterhead.docx");
        var letterhead = TestRecord.Small().Report("2013-03-05", title: "The letterhead");
        await File.WriteAllBytesAsync(template, BriefDocument.Write(letterhead), Cancel);
        var options = new ReportsOptions { BriefTemplate = template, KeepDraftsDays = 30 };
        Report Asked(string name) => new()
        {
            Name = name,
            Title = "Progress",
            BaseMeeting = "meetings/mc-4",
            AsOf = "2013-03-05",
            KnownAt = TimeProvider.System.GetUtcNow().ToTimestamp(),
            Handling = HandlingLevel.Secretariat,
            State = ReportState.Queued,
            Standing = ReportStanding.Draft,
        };
        var reports = test.Worker.ReportsWith(options, new After(TimeSpan.FromDays(31)));
        await reports.AddAsync(Asked("reports/first"), Cancel);
        Assert.True(await test.Builder.BuildNextAsync(Cancel));
        await reports.AddAsync(Asked("reports/second"), Cancel);
        Assert.True(await test.Builder.BuildNextAsync(Cancel));
        var first = await test.GetAsync("reports/first");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(template, Cancel))), first.BriefTemplateSha256);
        using (var brief = WordprocessingDocument.Open(new MemoryStream((await reports.FindFilesAsync("reports/first", Cancel))!.Brief!),
            isEditable: false))
        {
            Assert.Contains("The letterhead", brief.MainDocumentPart!.FooterParts.Single().Footer.InnerText, StringComparison.Ordinal);
        }

        File.Delete(template);
        await reports.ExpireAsync(Cancel);
        Assert.Equal(ReportState.Queued, (await test.CreateAsync("reports/first")).State);
        Assert.True(await test.Builder.BuildNextAsync(Cancel));

        Assert.Equal(first.BriefSha256, (await test.GetAsync("reports/first")).BriefSha256);
    }

    private sealed class After(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }

    private static async Task<Test> StartAsync(string engine, params TestLog[] logs)
    {
        var databases = await TestDatabases.CreateAsync(engine);
        var worker = new TestWorker(databases, logs: logs);
        foreach (var version in TestRecord.Small().Versions.Where(v => v.Record is Meeting))
            await worker.AddAsync(version);
        return new Test(databases, worker, await TestBus.StartAsync(engine == "postgresql", worker));
    }

    private sealed class Test(TestDatabases databases, TestWorker worker, TestBus bus) : IAsyncDisposable
    {
        public TestWorker Worker => worker;

        public IBus Bus => bus.Bus;

        public Platform.Reporting.Rpcs.ReportingRpcs Rpcs { get; } = bus.Rpcs(worker);

        public ReportBuilder Builder { get; } = worker.Builder();

        public async Task<Report> CreateAsync(string name, string baseMeeting = "meetings/mc-4") =>
            (await Rpcs.CreateReport(new()
            {
                Report = new() { Name = name, Title = "Progress", BaseMeeting = baseMeeting, AsOf = "2013-03-05" },
            }, new OfficerCall())).Report;

        public async Task<Report> GetAsync(string name) => (await Rpcs.GetReport(new() { Name = name }, new OfficerCall())).Report;

        public static async Task RefusedAsync(ErrorReason reason, Func<Task> call) =>
            Assert.Equal(reason, (await Assert.ThrowsAsync<ApiException>(call)).Reason);

        public async ValueTask DisposeAsync()
        {
            Builder.Dispose();
            await bus.DisposeAsync();
            await worker.DisposeAsync();
            await databases.DisposeAsync();
        }
    }
}
