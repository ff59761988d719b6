namespace Platform.EndToEnd.Tests;

/// <summary>
/// An invented process with its own bodies, conferences and words: what is asked of it is the same, and nothing of the first
/// process is in its report.
/// </summary>
public sealed class AnotherProcessTests
{
    private const string Entries = """
        records:
        - body: {name: bodies/council, kind: ministerial_conference, names: [{text: Council of the Amber Dialogue, kind: official}],
            effective_date: 2018-01-01}
        - body: {name: bodies/panel, kind: working_group, names: [{text: Panel on Coastal Waters, kind: official}],
            mandate: To keep the inventory of coastal waters., effective_date: 2018-01-01}
        - participant: {name: participants/est, kind: state, iso_code: EST, names: [{text: Estonia, kind: official}],
            effective_date: 2018-01-01}
        - participant: {name: participants/lva, kind: state, iso_code: LVA, names: [{text: Latvia, kind: official}],
            effective_date: 2018-01-01}
        - document: {name: documents/council-1, title: Conclusions of the First Council, short_name: C1, kind: statement,
            effective_date: 2018-05-10}
        - document: {name: documents/panel-1, title: Minutes of the Panel, short_name: P1, kind: statement, effective_date: 2019-02-01}
        - meeting: {name: meetings/council-1, title: First Council, short_name: Council 1, kind: ministerial_conference,
            bodies: [bodies/council], status: held, dates: {earliest_date: 2018-05-10, latest_date: 2018-05-10},
            effective_date: 2018-05-10}
        - meeting: {name: meetings/council-2, title: Second Council, short_name: Council 2, kind: ministerial_conference,
            bodies: [bodies/council], status: planned,
            dates: {earliest_date: 2020-06-02, latest_date: 2020-06-03, sense: throughout},
            effective_date: 2019-02-01}
        - meeting: {name: meetings/panel-1, title: First Meeting of the Panel, short_name: Panel 1, kind: senior_officials_meeting,
            bodies: [bodies/panel], status: held, dates: {earliest_date: 2019-02-01, latest_date: 2019-02-01},
            attendance_record: listed, effective_date: 2019-02-01}
        - attendance: {name: meetings/panel-1/attendances/est, party: participants/est, capacity: member, effective_date: 2019-02-01}
        - outcome:
            name: meetings/council-1/outcomes/one
            locator: {document: documents/council-1, paragraph: "Article 4"}
            sequence: 1
            kind: tasking
            title: Inventory of coastal waters
            summary: The Panel makes an inventory of coastal waters.
            speakers: [bodies/council]
            addressees: [bodies/panel]
            effective_date: 2018-05-10
        - outcome:
            name: meetings/panel-1/outcomes/one
            locator: {document: documents/panel-1, paragraph: "Item 2"}
            sequence: 1
            kind: recommendation
            title: Yearly publication
            summary: The inventory is published every year.
            speakers: [bodies/panel]
            addressees: [bodies/council]
            effective_date: 2019-02-01
        - outcome_link: {name: outcomeLinks/one, outcome: meetings/panel-1/outcomes/one, relation: responds_to,
            target: meetings/council-1/outcomes/one, effective_date: 2019-02-01}
        - commitment:
            name: commitments/inventory
            title: Inventory of coastal waters
            summary: Make the inventory.
            kind: tasking
            origins: [{outcome: meetings/council-1/outcomes/one, role: made, date: 2018-05-10}]
            owners: [{party: bodies/panel, role: lead, responsibility: joint}]
            deadline: {meeting: meetings/council-2, as_written: by its next session}
            effective_date: 2018-05-10
        - progress_update:
            name: commitments/inventory/progressUpdates/one
            reported_for: bodies/panel
            narrative: Half of the coast is in the inventory.
            level: substantial
            source: self_reported
            evidence: [{outcome: meetings/panel-1/outcomes/one}]
            effective_date: 2019-02-01
        - contribution: {name: participants/lva/contributions/one, body: bodies/panel, kind: financial, amount: 12500,
            currency_code: EUR, amount_as_written: "EUR 12,500", summary: Towards the inventory.,
            sources: [{document: documents/panel-1, paragraph: "Item 3"}], effective_date: 2019-02-01}

        """;

    [Fact]
    public async Task Report_OfAnInventedProcess_IsInItsOwnWords()
    {
        await using var platform = await ServedPlatform.StartAsync("sqlite");
        await platform.ImportAsync(Entries);
        var (file, brief) = (Path.Combine(platform.Folder, "amber.xlsx"), Path.Combine(platform.Folder, "amber.docx"));

        (await platform.RunAsync("report", "--base", "meetings/council-1", "--target", "meetings/council-2", "--as-of", "2020-05-20",
            "--title", "To the Second Council", "--out", file, "--docx", brief)).Succeeded();

        var book = new Workbook(file);
        var tasking = book.Row("Taskings", "C1 Article 4");
        Assert.Equal("Panel on Coastal Waters", tasking["Given to"]);
        Assert.Contains("Half of the coast is in the inventory. [P1 Item 2]", tasking["What was done"], StringComparison.Ordinal);
        var commitment = book.Row("Commitments", "C1 Article 4");
        // The last day of the conference, as a spreadsheet counts days.
        Assert.Equal(("43985", "Open; due soon"), (commitment["Due"], commitment["Closure and timeliness"]));
        Assert.Equal("Yearly publication", book.Row("Recommendations sought", "P1 Item 2")["Recommendation"].Split('\n')[0]);
        Assert.Contains(book.Tables["Contributions"], r => r["Reference"] == "P1 Item 3" && r.Values.Contains("EUR 12,500"));
        Assert.Contains(book.Tables["Forward programme"], r => r.Values.Any(v => v.Contains("Second Council", StringComparison.Ordinal)));

        using var document = DocumentFormat.OpenXml.Packaging.WordprocessingDocument.Open(brief, isEditable: false);
        var text = document.MainDocumentPart!.Document.Body!.InnerText;
        Assert.Contains("Since Council 1 the record follows 1 tasking and 0 decisions of that conference and 1 commitment: 1 open", text,
            StringComparison.Ordinal);
        Assert.Contains("Yearly publication (P1 Item 2)", text, StringComparison.Ordinal);
        foreach (var foreign in new[] { "Bali", "AHG", "Ad Hoc Group", "MC4", "MC5", "Regional Support Office", "RSO" })
            Assert.DoesNotContain(foreign, string.Join('\n', book.Cells) + text, StringComparison.Ordinal);
    }
}
