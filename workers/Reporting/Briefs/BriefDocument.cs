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

    // The rest is in the workbook.
    private const int MaxTaskings = 8;
    private const int MaxDone = 6;
    private const int MaxSought = 6;
    private const int MaxAttention = 5;
    private const int MaxMeetings = 4;

    /// <summary>Writes the brief.</summary>
    /// <param name="report">The content.</param>
    /// <param name="template">A Word document of the secretariat's own, whose page, letterhead and styles it takes; null for those
    /// that come with the platform.</param>
    /// <returns>The file, <c>.docx</c>.</returns>
    public static byte[] Write(ProgressReport report, byte[]? template = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var file = new MemoryStream();
        file.Write(template);
        using (var document = template is null ? WordprocessingDocument.Create(file, WordprocessingDocumentType.Document)
            : SecretariatTemplate.Open(file))
        {
            document.PackageProperties.Title = CellText.Clean(report.Title);
            document.PackageProperties.Creator = "Platform.Reporting";
            document.PackageProperties.Created = report.KnownAt.UtcDateTime;
            document.PackageProperties.Modified = report.KnownAt.UtcDateTime;
            document.PackageProperties.Language = Wording.Now.Tag;
            if (template is null)
            {
                var main = document.AddMainDocumentPart();
                BriefTemplate.AddTo(main, report);
                main.Document = new Document(new Body([.. Content(report), BriefTemplate.Section()]));
            }
            else
            {
                SecretariatTemplate.Fill(document.MainDocumentPart!, Content(report));
            }
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
            Wording.Of("Brief for Ministers"),
            Wording.Format($"as of {Labels.Of(report.AsOf)}"),
            report.Version > 0 ? Wording.Format($"version {report.Version}") : "",
            report.Handling,
        }.Where(p => p.Length > 0)));
        yield return new Paragraph(Style("Standing"), Control(StandingTag,
            Wording.Of("What became of the report at meetings"), Wording.Of(Labels.Draft)));

        yield return Sentence(
            Wording.Format($"Since {report.BaseLabel} the record follows "),
            Figure($"Taskings of {report.BaseLabel}"), Words($"Taskings of {report.BaseLabel}", " tasking and ", " taskings and "),
            Figure($"Decisions of {report.BaseLabel}"),
            Words($"Decisions of {report.BaseLabel}", " decision of that conference and ", " decisions of that conference and "),
            Figure("Commitments followed"), Words("Commitments followed", " commitment: ", " commitments: "),
            Part(summary.Closures, Wording.Of(Labels.Open)), Wording.Of(" open, "),
            Part(summary.Closures, Labels.Of(ClosureReason.Completed)), Wording.Of(" completed, and "),
            Part(summary.Timeliness, Labels.Of(Timeliness.Overdue)), Wording.Of(" overdue. "), Figure("Meetings and events held"),
            Words("Meetings and events held", " meeting or event was held. ", " meetings and events were held. ")
            + Wording.Of("The process is voluntary: these figures count what the record holds, and rank nobody."));

        yield return Paragraph("Heading1", Wording.Format($"Taskings and decisions of {report.BaseLabel}"));
        yield return report.Taskings.Count == 0 ? Paragraph("BodyText", Wording.Of("None is recorded."))
            : Table([1900, 3900, 3838], [Wording.Of("Reference"), Wording.Of("Tasking or decision"), Wording.Of("Where it stands")],
                report.Taskings.Take(MaxTaskings).Select(t => new[] { OneLine(t.Reference, 60), OneLine(t.Title, 95), t.Stand }));
        foreach (var paragraph in More(report.Taskings.Count, MaxTaskings, SheetNames.Taskings))
            yield return paragraph;

        yield return Paragraph("Heading1", Wording.Of("Implementation of the commitments"));
        yield return Table([4238, 1800, 1800, 1800],
            [Wording.Of("Level"), Wording.Of("Self-reported"), Wording.Of("Shown by a document"), Wording.Of("Assessed")],
            summary.Implementation.Select(l => new[] { l.Level, "", "", "" }),
            summary.Implementation.Select(l => new OpenXmlElement?[]
            {
                null, Number($"Level/{l.Level}/Self-reported", l.SelfReported), Number($"Level/{l.Level}/By document", l.ShownByDocument),
                Number($"Level/{l.Level}/Assessed", l.Assessed),
            }));

        foreach (var element in List(Wording.Format($"Done since {report.BaseLabel}"),
            [.. report.Commitments.Where(c => c.Status.Closure == ClosureReason.Completed)],
            c => $"{OneLine(c.Title, 100)}: {c.Status.ClosureText} ({OneLine(c.Reference, 40)})",
            Wording.Of("No commitment is recorded as completed."), MaxDone, SheetNames.Commitments))
        {
            yield return element;
        }

        yield return Paragraph("Heading1", Wording.Format($"Recommendations made to {report.BaseLabel}"));
        yield return Sentence([.. summary.Responses.Lines.SelectMany((line, i) => new object[]
        {
            i == 0 ? Wording.Format($"By response: {line.Label.ToLowerInvariant()} ") : $", {line.Label.ToLowerInvariant()} ",
            Part(summary.Responses, line.Label),
        }), "."]);

        foreach (var element in List(Wording.Of("Decisions sought"), report.RecommendationsSought,
            r => $"{OneLine(r.Title, 110)} ({OneLine(r.Reference, 30)})",
            Wording.Of("No recommendation since the conference awaits Ministers."), MaxSought, SheetNames.RecommendationsSought))
        {
            yield return element;
        }

        yield return Paragraph("Heading1", Wording.Of("What to know beside it"));
        yield return Sentence(Figure("Points that call for attention"), Words("Points that call for attention",
            " point of the record calls for attention before the report is handed over; it is on the sheet ",
            " points of the record call for attention before the report is handed over; they are on the sheet ")
            + Wording.Format($"{Wording.Of(SheetNames.Attention)} of the workbook."));
        foreach (var point in report.Attention.Where(a => a.Reason is AttentionReason.Overdue or AttentionReason.DueSoon
            or AttentionReason.SourcesDiffer).DistinctBy(a => a.Title).Take(MaxAttention))
        {
            yield return Paragraph("ListBullet", OneLine($"{point.Title}: {point.Detail}", 150));
        }
        foreach (var element in List(Wording.Of("Meetings to come"),
            [.. report.Meetings.Where(m => m.Status == MeetingStatus.Planned && !(m.Days.Last < report.AsOf))],
            m => OneLine($"{m.Title}, {m.Days.Text}", 130), Wording.Of("The record holds no meeting to come."), MaxMeetings,
            SheetNames.ForwardProgramme))
        {
            yield return element;
        }

        foreach (var element in BriefTemplate.Signatures())
            yield return element;

        OpenXmlElement Figure(string label) => Number($"Figure/{label}", ValueOf(label));

        string Words(string label, string one, string many) => Wording.Of(ValueOf(label) == 1 ? one : many);

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
            yield return Paragraph("BodyText", count - max == 1
                ? Wording.Format($"1 more is on the sheet {Wording.Of(sheet)} of the workbook.")
                : Wording.Format($"{count - max} more are on the sheet {Wording.Of(sheet)} of the workbook."));
        }
    }
}
