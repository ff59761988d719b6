using System.Text;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Processes;
using Platform.Tool.Import;

namespace Platform.Import.Tests;

public sealed class RecordFilesTests
{
    private const string Head = """
        document: documents/ahg-som-7
        effective_date: 2013-03-05
        records:

        """;

    [Fact]
    public void Read_AnEntry_BecomesItsRequestWithTheFilesDefaults()
    {
        var request = (CreateMeetingRequest)Single("""
            - meeting:
                name: meetings/mc-5
                at: [Heading, ¶2]
                title: Fifth Conference
                kind: ministerial_conference
                status: planned
                series_ordinals:
                - {series: Conference, ordinal: 5, sources: [{paragraph: ¶2}, {document: documents/mc-5, paragraph: ¶1}]}
            """).Request;

        Assert.Equal("2013-03-05", request.Meeting.EffectiveDate);
        Assert.Equal(MeetingKind.MinisterialConference, request.Meeting.Kind);
        Assert.Equal(MeetingStatus.Planned, request.Meeting.Status);
        Assert.Equal(["documents/ahg-som-7 Heading", "documents/ahg-som-7 ¶2"],
            request.Meeting.Sources.Select(s => $"{s.Document} {s.Paragraph}"));
        Assert.Equal(5, request.Meeting.SeriesOrdinals[0].Ordinal);
        Assert.Equal(["documents/ahg-som-7", "documents/mc-5"], request.Meeting.SeriesOrdinals[0].Sources.Select(s => s.Document));
    }

    [Fact]
    public void Read_AnUpdate_NamesTheFieldsThatWereWrittenAndTakesNoDate()
    {
        var request = (UpdateMeetingRequest)Single("""
            - update_meeting:
                name: meetings/mc-5
                change_date: "2013-04-02"
                status: held
                at: ¶1
            """).Request;

        Assert.Equal(["sources", "status"], request.UpdateMask.Paths);
        Assert.Equal("2013-04-02", request.ChangeDate);
        Assert.Empty(request.Meeting.EffectiveDate);
        Assert.Single(request.Meeting.Sources);
    }

    [Fact]
    public void Read_AnyOtherWrite_TakesTheRequestsOwnFields()
    {
        var request = (CloseCommitmentRequest)Single("""
            - close_commitment:
                name: commitments/rso-establish
                closure: {reason: completed, date: "2013-03-05", explanation: It is there.}
            """).Request;

        Assert.Equal("commitments/rso-establish", request.Name);
        Assert.Equal(ClosureReason.Completed, request.Closure.Reason);
        Assert.Equal(36, request.RequestId.Length);
    }

    [Fact]
    public void Read_ALocator_StandsInTheFilesDocument()
    {
        var request = (CreateOutcomeRequest)Single("""
            - outcome:
                name: meetings/ahg-som-7/outcomes/para-17
                locator: {paragraph: ¶17, spans: [{first_line: 40, first_column: 5}]}
            """).Request;

        Assert.Equal("documents/ahg-som-7", request.Outcome.Locator.Document);
        Assert.Equal(40, request.Outcome.Locator.Spans[0].FirstLine);
    }

    [Fact]
    public void Read_TheShippedRecord_FindsNothingWrong()
    {
        var record = RecordFiles.ReadFolder(Processes.Repository.Record);

        Assert.Empty(record.Problems);
        Assert.Equal(6, record.Files);
        Assert.Equal(record.Entries.Count, record.Entries.Select(RequestIdOf).Distinct().Count());
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        {
            "- meeting: {name: meetings/a, titel: A}",
            "a.yaml:4:31: meeting.titel: Is not known here. Write one of name, effective_date, title, short_name, kind, bodies, "
                + "series_ordinals, status, dates, format, place, chairs, hosts, funders, agenda_items, attendance_record, summary, "
                + "sources, stated_dates, counts, kind_as_written, handling, at."
        },
        { "- meeting: {name: meetings/a, kind: seminar}",
            "a.yaml:4:37: meeting.kind: \"seminar\" is not known. Write one of ministerial_conference, senior_officials_meeting, "
                + "steering_group, working_group, workshop, roundtable, symposium, forum, tabletop_exercise, policy_experts_gathering, "
                + "anniversary_event, joint_period_of_action, training, consultation, out_of_session, other." },
        { "- meeting: {name: meetings/a, status: unspecified}",
            "a.yaml:4:39: meeting.status: \"unspecified\" is not known. Write one of planned, held, postponed, cancelled." },
        { "- meeting: {name: meetings/a, chairs: participants/aus}", "a.yaml:4:39: meeting.chairs: Must be a list, not text." },
        { "- meeting: {name: meetings/a, title: [A, B]}", "a.yaml:4:38: meeting.title: Must be text, not a list." },
        { "- meeting: {name: meetings/a, place: Sydney}",
            "a.yaml:4:38: meeting.place: Must be a group of fields (city, country_code, venue), not text." },
        { "- meeting: {name: meetings/a, dates: {earliest_date: 2013-02-30}}",
            "a.yaml:4:54: meeting.dates.earliest_date: \"2013-02-30\" is not a valid date. Write an existing day as YYYY-MM-DD, "
                + "for example 2013-03-05." },
        { "- meeting: {name: meetings/a, dates: {earliest_date: 5 March 2013}}",
            "a.yaml:4:54: meeting.dates.earliest_date: \"5 March 2013\" is not a valid date. Write an existing day as "
                + "YYYY-MM-DD, for example 2013-03-05." },
        { "- update_meeting: {name: meetings/a, change_date: 2013-13-01, status: held}",
            "a.yaml:4:51: change_date: \"2013-13-01\" is not a valid date. Write an existing day as YYYY-MM-DD, for example 2013-03-05." },
        { "- outcome: {name: meetings/a/outcomes/b, sequence: first}", "a.yaml:4:52: outcome.sequence: \"first\" is not a whole number." },
        { "- commitment: {name: commitments/a, ongoing: perhaps}", "a.yaml:4:46: commitment.ongoing: \"perhaps\" is not true or false." },
        { "- meeting:\n    name: meetings/a\n    title:\n    summary: B",
            "a.yaml:6:11: meeting.title: Has no value. Write one, or leave the line out." },
        { "- meeting: {title: A}", "a.yaml:4:3: meeting.name: Must be given." },
        { "- meeting: {name: \"\"}", "a.yaml:4:19: meeting.name: Must not be empty." },
        { "- meeting: {name: Meeting 7}",
            "a.yaml:4:19: meeting.name: \"Meeting 7\" is not a valid resource name. Write collections and ids in turn, for example "
                + "meetings/ahg-som-7, each id being 1 to 63 lower-case letters, digits and hyphens that begin with a letter or digit." },
        { "- meeting: {name: meetings/a}\n- meeting: {name: meetings/a, title: B}",
            "a.yaml:5:19: meeting.name: \"meetings/a\" is recorded already at a.yaml:4:19. Choose another name, or write update_meeting "
                + "to change it." },
        { "- meeting: {name: meetings/a, etag: x}", "a.yaml:4:31: meeting.etag: Is set by the platform. Leave it out." },
        { "- update_meeting: {name: meetings/a, change_date: 2013-03-05}", "a.yaml:4:3: meeting: Names no field to change." },
        { "- update_meeting: {name: meetings/a, status: held}",
            "a.yaml:4:3: change_date: Say why there is a new version: change_date, the day on which the world changed, or correction, with "
                + "the version that was wrong and the reason." },
        { "- close_commitment: {name: commitments/a, request_id: x}", "a.yaml:4:43: request_id: Is set by the platform. Leave it out." },
        { "- meeting: {name: meetings/a, at: {paragraph: ¶1}}",
            "a.yaml:4:35: meeting.at: Must be a paragraph or a list of paragraphs, for example ¶17, not a group of fields." },
        { "- progress_update: {name: commitments/a/progressUpdates/b, evidence: [{meeting: meetings/a, outcome: meetings/a/outcomes/b}]}",
            "a.yaml:4:93: progress_update.evidence[0].outcome: Stands beside meeting; only one of outcome, meeting, document, link can "
                + "be given." },
        { "- meetin: {name: meetings/a}",
            "a.yaml:4:3: meetin: Is no kind of entry. Write one of accession, assessment, attach_official_text, attendance, body, "
                + "body_relation, close_commitment, commitment, contribution, document, meeting, outcome, outcome_link, participant, "
                + "product, progress_update, reaffirm_commitment, recommendation_response, reopen_commitment, secondment, "
                + "standing_step, theme, update_accession, update_attendance, update_body, update_body_relation, update_commitment, "
                + "update_contribution, update_document, update_meeting, update_outcome, update_outcome_link, update_participant, "
                + "update_product, update_recommendation_response, update_secondment, update_standing_step, update_theme." },
        { "- meeting:\n  name: meetings/a",
            "a.yaml:4:3: An entry has one heading, for example \"meeting:\", with its fields indented below it. This one has 2: is a "
                + "field not indented?" },
        { "- some words", "a.yaml:4:3: Must be an entry, for example \"meeting:\" with its fields below it, not text." },
        { "- meeting: {name: meetings/a, name: meetings/b}", "a.yaml:4:31: The file is not well-formed YAML: Duplicate key name." },
        { "- meeting: {name: meetings/a",
            "a.yaml:5:1: The file is not well-formed YAML: While parsing a flow mapping, did not find expected ',' or '}'." },
        { "- meeting: &m {name: meetings/a}\n- meeting: *m",
            "a.yaml:4:12: The file is not well-formed YAML: Anchors (&) and aliases (*) are not read. Write the text out, or put it in "
                + "quotation marks if it begins with one of these characters." },
        { "---\nrecords: []", "a.yaml:5:1: A second YAML document begins here. Put it into a file of its own." },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Read_AMistake_IsToldWithLineColumnFieldAndSentence(string entries, string problem) =>
        Assert.Equal([problem], Read(("a.yaml", Head + entries + "\n")).Problems.Select(p => p.ToString()));

    [Theory]
    [InlineData("", "a.yaml:1:1: The file is empty. Write its entries in a list named records.")]
    [InlineData("just words", "a.yaml:1:1: The file must begin with document, effective_date and records, but it is text.")]
    [InlineData("document: documents/a\n", "a.yaml:1:1: records: Must be given: the list of the file's entries.")]
    [InlineData("records: {meeting: {}}", "a.yaml:1:10: records: Must be a list, not a group of fields.")]
    [InlineData("documents: documents/a\nrecords: []",
        "a.yaml:1:1: documents: Is not known here. Write one of document, effective_date, records.")]
    [InlineData("document: AHG7\nrecords: []",
        "a.yaml:1:11: document: \"AHG7\" is not the name of a document, for example documents/ahg-som-7.")]
    [InlineData("effective_date: 2013-02-29\nrecords: []",
        "a.yaml:1:17: effective_date: \"2013-02-29\" is not a valid date. Write an existing day as YYYY-MM-DD, for example 2013-03-05.")]
    [InlineData("records:\n- meeting: {name: meetings/a, at: ¶1}",
        "a.yaml:2:35: meeting.sources[0].document: Must be given, here or as document at the head of the file.")]
    public void Read_AFileThatIsWrongAsAWhole_IsTold(string content, string problem) =>
        Assert.Equal([problem], Read(("a.yaml", content)).Problems.Select(p => p.ToString()));

    [Fact]
    public void Read_SeveralMistakes_TellsAllOfThemInTheOrderOfTheFiles()
    {
        var record = Read(
            ("z.yaml", "records:\n- meeting: {name: meetings/a, kind: x}\n- meeting: {titel: y}"),
            ("a.yaml", "records:\n- meeting: {name: meetings/a}\n- body: {name: bodies/b, kind: y}"));

        Assert.Equal(["z.yaml:2:37", "z.yaml:3:3", "z.yaml:3:13", "a.yaml:2:19", "a.yaml:3:32"],
            record.Problems.Select(p => p.At.ToString()));
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreToldWithTheirPlace()
    {
        byte[] content = [.. "records:\n- meeting: {title: "u8, 0xE9, .. "t}"u8];

        var problem = Assert.Single(RecordFiles.ReadFiles(("a.yaml", content)).Problems);

        Assert.Equal("a.yaml:2:20: The file is not in UTF-8 from this byte on. Save it as UTF-8.", problem.ToString());
    }

    [Fact]
    public void Read_EndlessNesting_IsRefused()
    {
        var problem = Assert.Single(Read(("a.yaml", "records: " + new string('[', 100_000))).Problems);

        Assert.Equal("a.yaml:1:57: The file is not well-formed YAML: It is nested too deeply.", problem.ToString());
    }

    [Fact]
    public void PlaceOf_AFieldThatTheServerRefuses_IsWhereItWasWritten()
    {
        var entry = Single("""
            - meeting:
                name: meetings/a
                at: [¶1, ¶2]
                stated_dates:
                - dates: {as_written: mid-2013}
            """);

        Assert.Equal("a.yaml:8:14", entry.PlaceOf("meeting.stated_dates[0].dates").ToString());
        Assert.Equal("a.yaml:8:14", entry.PlaceOf("meeting.stated_dates[0].dates.latest_date").ToString());
        Assert.Equal("a.yaml:6:14", entry.PlaceOf("meeting.sources[1].document").ToString());
        Assert.Equal("a.yaml:4:3", entry.PlaceOf("meeting.kind").ToString());
    }

    [Fact]
    public void ReadFolder_WithAnIndex_TakesTheFilesInItsOrderAndTellsWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.yaml", "records:\n- meeting: {name: meetings/a}");
        folder.Write("b.yaml", "records:\n- meeting: {name: meetings/b}");
        folder.Write("record.yaml", "title: Two files\nfiles: [b.yaml, a.yaml]");

        Assert.Equal(["meetings/b", "meetings/a"], RecordFiles.ReadFolder(folder.Path).Entries.Select(e => e.Name));

        folder.Write("record.yaml", "files: [b.yaml, c.yaml, b.yaml]");
        var index = System.IO.Path.Combine(folder.Path, "record.yaml");
        Assert.Equal(
            [
                $"{index}:1:8: files: \"a.yaml\" is not listed. List it, or move it out of the folder.",
                $"{index}:1:17: files: \"c.yaml\" is not the name of a .yaml file beside this one.",
                $"{index}:1:25: files: \"b.yaml\" is listed twice.",
            ],
            RecordFiles.ReadFolder(folder.Path).Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void ReadFolder_WithSeveralFilesAndNoIndex_AsksForOne()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.yaml", "records: []");
        folder.Write("b.yaml", "records: []");

        var problem = Assert.Single(RecordFiles.ReadFolder(folder.Path).Problems);

        Assert.Equal("Does not exist. Write it, with a list files that gives the order of the 2 files: entries can name only what was "
            + "recorded before them.", problem.Sentence);
    }

    private static RecordContent Read(params (string Name, string Content)[] files) =>
        RecordFiles.ReadFiles([.. files.Select(f => (f.Name, Encoding.UTF8.GetBytes(f.Content)))]);

    private static Entry Single(string entries)
    {
        var record = Read(("a.yaml", Head + entries));
        Assert.Empty(record.Problems);
        return Assert.Single(record.Entries);
    }

    private static string RequestIdOf(Entry entry) =>
        (string)entry.Request.Descriptor.FindFieldByName("request_id").Accessor.GetValue(entry.Request);
}
