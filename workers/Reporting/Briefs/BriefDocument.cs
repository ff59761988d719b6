using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;
using Document = DocumentFormat.OpenXml.Wordprocessing.Document;
using static Platform.Reporting.Briefs.BriefText;

namespace Platform.Reporting.Briefs;

/// <summary>
/// Writes a progress report as a brief of two pages in Word, to be edited before it is handed to Ministers. Every figure in it
/// is one of the workbook's; each is in a content control whose tag says which.
/// </summary>
public static class BriefDocument
{
    private const string StandingTag = "standing";

    // What more there is stands in the workbook.
    private const int MaxTaskings = 8;
    private const int MaxDone = 6;
    private const int MaxSought = 6;
    private const int MaxAttention = 5;
    private const int MaxMeetings = 4;

    /// <summary>Writes the brief.</summary>
    /// <param name="report">The content.</param>
    /// <returns>The file, <c>.docx</c>.</returns>
    public static byte[] Write(ProgressReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var file = new MemoryStream();
        using (var document = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            document.PackageProperties.Title = CellText.Clean(report.Title);
            document.PackageProperties.Creator = "Platform.Reporting";
            document.PackageProperties.Created = report.KnownAt.UtcDateTime;
            document.PackageProperties.Modified = report.KnownAt.UtcDateTime;
            document.PackageProperties.Language = "en-GB";
            var main = document.AddMainDocumentPart();
            BriefTemplate.AddTo(main, report);
            main.Document = new Document(new Body([.. Content(report), BriefTemplate.Section()]));
        }
        return OfficePackage.Pack(file);
    }

    /// <summary>The same brief with another standing under its title: nothing else of it is different.</summary>
    /// <param name="brief">The file.</param>
    /// <param name="standing">What became of the report at meetings, in words.</param>
    public static byte[] WithStanding(byte[] brief, string standing)
    {
        ArgumentNullException.ThrowIfNull(brief);
        using var file = new MemoryStream();
        file.Write(brief);
        using (var document = WordprocessingDocument.Open(file, isEditable: true))
        {
            var control = document.MainDocumentPart!.Document.Descendants<SdtRun>()
                .Single(s => s.SdtProperties?.GetFirstChild<Tag>()?.Val == StandingTag);
            var text = control.Descendants<Text>().Single();
            text.Text = CellText.Clean(standing);
        }
        return OfficePackage.Pack(file);
    }

    private static IEnumerable<OpenXmlElement> Content(ProgressReport report)
    {
        var summary = report.Summary;
        yield return Paragraph("Title", report.Title);
        yield return Paragraph("Subtitle", string.Join("  ·  ", new[]
        {
            report.Process,
            "Brief for Ministers",
            $"as of {Labels.Of(report.AsOf)}",
            report.Version > 0 ? $"version {Labels.Of(report.Version)}" : "",
            report.Handling,
        }.Where(p => p.Length > 0)));
        yield return new Paragraph(Style("Standing"), Control(StandingTag, "What became of the report at meetings", Labels.Draft));

        yield return Sentence(
            $"Since {report.BaseLabel} the record follows ",
            Figure($"Taskings of {report.BaseLabel}"), Words($"Taskings of {report.BaseLabel}", " tasking and ", " taskings and "),
            Figure($"Decisions of {report.BaseLabel}"),
            Words($"Decisions of {report.BaseLabel}", " decision of that conference and ", " decisions of that conference and "),
            Figure("Commitments followed"), Words("Commitments followed", " commitment: ", " commitments: "),
            Part(summary.Closures, Labels.Open), " open, ", Part(summary.Closures, "Completed"), " completed, and ",
            Part(summary.Timeliness, "Overdue"), " overdue. ", Figure("Meetings and events held"),
            Words("Meetings and events held", " meeting or event was held. ", " meetings and events were held. ")
            + "The process is voluntary: these figures count what the record holds, and rank nobody.");

        yield return Paragraph("Heading1", $"Taskings and decisions of {report.BaseLabel}");
        yield return report.Taskings.Count == 0 ? Paragraph("BodyText", "None is recorded.")
            : Table([1900, 3900, 3838], ["Reference", "Tasking or decision", "Where it stands"],
                report.Taskings.Take(MaxTaskings).Select(t => new[] { OneLine(t.Reference, 60), OneLine(t.Title, 95), t.Stand }));
        foreach (var paragraph in More(report.Taskings.Count, MaxTaskings, SheetNames.Taskings))
            yield return paragraph;

        yield return Paragraph("Heading1", "Implementation of the commitments");
        yield return Table([4238, 1800, 1800, 1800], ["Level", "Self-reported", "Shown by a document", "Assessed"],
            summary.Implementation.Select(l => new[] { l.Level, "", "", "" }),
            summary.Implementation.Select(l => new OpenXmlElement?[]
            {
                null, Number($"Level/{l.Level}/Self-reported", l.SelfReported), Number($"Level/{l.Level}/By document", l.ShownByDocument),
                Number($"Level/{l.Level}/Assessed", l.Assessed),
            }));

        foreach (var element in List($"Done since {report.BaseLabel}",
            [.. report.Commitments.Where(c => c.Status.Closure == ClosureReason.Completed)],
            c => $"{OneLine(c.Title, 100)}: {c.Status.ClosureText} ({OneLine(c.Reference, 40)})",
            "No commitment is recorded as completed.", MaxDone, SheetNames.Commitments))
        {
            yield return element;
        }

        yield return Paragraph("Heading1", $"Recommendations made to {report.BaseLabel}");
        yield return Sentence([.. summary.Responses.Lines.SelectMany((line, i) => new object[]
        {
            i == 0 ? $"By response: {line.Label.ToLowerInvariant()} " : $", {line.Label.ToLowerInvariant()} ",
            Part(summary.Responses, line.Label),
        }), "."]);

        foreach (var element in List("Decisions sought", report.RecommendationsSought,
            r => $"{OneLine(r.Title, 110)} ({OneLine(r.Reference, 30)})",
            "No recommendation since the conference awaits Ministers.", MaxSought, SheetNames.RecommendationsSought))
        {
            yield return element;
        }

        yield return Paragraph("Heading1", "What to know beside it");
        yield return Sentence(Figure("Points that call for attention"), Words("Points that call for attention",
            " point of the record calls for attention before the report is handed over; it is on the sheet ",
            " points of the record call for attention before the report is handed over; they are on the sheet ")
            + $"{SheetNames.Attention} of the workbook.");
        foreach (var point in report.Attention.Where(a => a.Reason is AttentionReason.Overdue or AttentionReason.DueSoon
            or AttentionReason.SourcesDiffer).DistinctBy(a => a.Title).Take(MaxAttention))
        {
            yield return Paragraph("ListBullet", OneLine($"{point.Title}: {point.Detail}", 150));
        }
        foreach (var element in List("Meetings to come",
            [.. report.Meetings.Where(m => m.Status == MeetingStatus.Planned && !(m.Days.Last < report.AsOf))],
            m => OneLine($"{m.Title}, {m.Days.Text}", 130), "The record holds no meeting to come.", MaxMeetings,
            SheetNames.ForwardProgramme))
        {
            yield return element;
        }

        foreach (var element in BriefTemplate.Signatures())
            yield return element;

        OpenXmlElement Figure(string label) => Number($"Figure/{label}", ValueOf(label));

        string Words(string label, string one, string many) => ValueOf(label) == 1 ? one : many;

        int ValueOf(string label) => summary.Figures.Single(f => f.Label == label).Value;

        static OpenXmlElement Part(SummaryBreakdown breakdown, string label) =>
            Number($"{breakdown.Title}/{label}", breakdown.Lines.Single(l => l.Label == label).Count);
    }

    // The first of several things, a line each.
    private static IEnumerable<OpenXmlElement> List<T>(string heading, IReadOnlyList<T> items, Func<T, string> text, string none, int max,
        string sheet)
    {
        yield return Paragraph("Heading1", heading);
        if (items.Count == 0)
            yield return Paragraph("BodyText", none);
        foreach (var item in items.Take(max))
            yield return Paragraph("ListBullet", text(item));
        foreach (var paragraph in More(items.Count, max, sheet))
            yield return paragraph;
    }

    private static IEnumerable<OpenXmlElement> More(int count, int max, string sheet)
    {
        if (count > max)
        {
            var more = count - max == 1 ? "1 more is" : $"{Labels.Of(count - max)} more are";
            yield return Paragraph("BodyText", $"{more} on the sheet {sheet} of the workbook.");
        }
    }
}
