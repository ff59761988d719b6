using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Records.V1;
using Platform.Reporting.V1;

namespace Platform.EndToEnd.Tests;

/// <summary>
/// A meeting whose discussions were confidential, such as one of the Consultation Mechanism: recorded, in the report of
/// those who may know of it, and nowhere else.
/// </summary>
public sealed class ConfidentialMeetingTests
{
    private const string Entries = """
        records:
        - body: {name: bodies/mc, kind: ministerial_conference, names: [{text: Ministerial Conference, kind: official}],
            effective_date: 2016-01-01}
        - participant: {name: participants/idn, kind: state, iso_code: IDN, names: [{text: Indonesia, kind: official}],
            effective_date: 2016-01-01}
        - document: {name: documents/note, title: Note of the meeting, short_name: NOTE, kind: page,
            effective_date: 2016-03-01}
        - meeting: {name: meetings/mc-6, title: Sixth Conference, short_name: MC6, kind: ministerial_conference,
            bodies: [bodies/mc], status: held,
            dates: {earliest_date: 2016-03-23, latest_date: 2016-03-23}, effective_date: 2016-03-23}
        - meeting:
            name: meetings/consultation-1
            title: First consultation
            kind: other
            kind_as_written: consultation
            status: held
            dates: {earliest_date: 2017-05-01, latest_date: 2017-05-01}
            effective_date: 2017-05-01
            handling: {level: secretariat}
        - attendance: {name: meetings/consultation-1/attendances/idn, party: participants/idn, capacity: in_attendance,
            effective_date: 2017-05-01}
        - outcome:
            name: meetings/consultation-1/outcomes/one
            locator: {document: documents/note, paragraph: "¶1"}
            sequence: 1
            kind: recommendation
            title: What was said in confidence
            summary: It was recommended in confidence.
            speaker_as_written: Participants
            addressees: [bodies/mc]
            effective_date: 2017-05-01

        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Report_OfARecordWithAConfidentialMeeting_TellsItOnlyToThoseWhoMayKnow(string engine)
    {
        await using var platform = await ServedPlatform.StartAsync(engine);
        await platform.ImportAsync(Entries);
        // What the meeting says holds for what is below it, and a second import finds nothing to do.
        await platform.ImportAsync(Entries);
        var reader = platform.HeaderOf(Role.Reader);
        var meetings = new MeetingsService.MeetingsServiceClient(platform.Channel("meetings"));

        Assert.Equal(["meetings/mc-6"], (await meetings.ListMeetingsAsync(new(), reader, cancellationToken: Cancel)).Meetings.Select(m =>
            m.Name));
        Assert.Empty((await meetings.ListAttendancesAsync(new(), reader, cancellationToken: Cancel)).Attendances);
        Assert.Empty((await meetings.ListOutcomesAsync(new() { Parent = "meetings/consultation-1" }, reader,
            cancellationToken: Cancel)).Outcomes);
        Assert.Equal(0, (await platform.RunAsync("verify")).ExitCode);

        var all = await ReportAsync(platform, "reports/all");
        var open = await ReportAsync(platform, "reports/open", "--handling", "public");

        Assert.Contains("First consultation", all.All, StringComparison.Ordinal);
        Assert.Contains("What was said in confidence", all.All, StringComparison.Ordinal);
        Assert.Contains("For the secretariat and the co-chairs", all.Sheet("Cover"), StringComparison.Ordinal);
        Assert.DoesNotContain("onsultation", open.All, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("confidence", open.All, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Made for the public: what is held more closely is left out.", open.Sheet("Cover"), StringComparison.Ordinal);

        var reports = new ReportingService.ReportingServiceClient(platform.Channel("reporting"));
        Assert.Equal(["reports/open"], (await reports.ListReportsAsync(new(), reader, cancellationToken: Cancel)).Reports.Select(r =>
            r.Name));
        var hidden = await Assert.ThrowsAsync<RpcException>(async () => await reports.GetReportAsync(new() { Name = "reports/all" },
            reader, cancellationToken: Cancel));
        Assert.Equal(StatusCode.NotFound, hidden.StatusCode);

        // The meeting turns out never to have taken place. What was reported can be made again, byte for byte.
        var officer = platform.HeaderOf(Role.Officer);
        var first = (await reports.GetReportAsync(new() { Name = "reports/all" }, officer, cancellationToken: Cancel)).Report;
        var records = new RecordService.RecordServiceClient(platform.Channel("meetings"));
        foreach (var name in new[] { "outcomes/one", "attendances/idn", "" })
        {
            var retraction = new RetractResourceRequest
            {
                Name = $"meetings/consultation-1/{name}".TrimEnd('/'),
                Reason = "It was recorded wrongly.",
            };
            await records.RetractResourceAsync(retraction, officer, cancellationToken: Cancel);
        }

        var after = await ReportAsync(platform, "reports/after");
        Assert.All(after.Sheets.Where(s => s.Key != "Changes"), s =>
            Assert.DoesNotContain("onsultation", s.Value, StringComparison.OrdinalIgnoreCase));
        // Whoever had the version before is told that it is gone.
        Assert.Contains("First consultation\nMeetings\nNo longer shown\nRecorded or corrected since", after.Sheet("Changes"),
            StringComparison.Ordinal);
        var knownAt = first.KnownAt.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null);
        await ReportAsync(platform, "reports/again", "--known-at", knownAt, "--version-number", "1");
        Assert.Equal(first.Sha256, (await reports.GetReportAsync(new() { Name = "reports/again" }, officer, cancellationToken: Cancel))
            .Report.Sha256);
    }

    private static async Task<ReportText> ReportAsync(ServedPlatform platform, string name, params string[] options)
    {
        var file = Path.Combine(platform.Folder, $"{name.Split('/')[1]}.xlsx");
        (await platform.RunAsync(["report", "--base", "meetings/mc-6", "--as-of", "2018-01-01", "--name", name, "--out", file, .. options]))
            .Succeeded();
        using var book = new ClosedXML.Excel.XLWorkbook(file);
        return new ReportText(book.Worksheets.ToDictionary(s => s.Name,
            s => string.Join('\n', s.CellsUsed().Select(c => c.GetFormattedString()))));
    }

    private sealed record ReportText(IReadOnlyDictionary<string, string> Sheets)
    {
        public string All => string.Join('\n', Sheets.Values);

        public string Sheet(string name) => Sheets[name];
    }
}
