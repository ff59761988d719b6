using System.ComponentModel.DataAnnotations;

namespace Platform.Reporting.Reports;

/// <summary>What reports show unless they are asked for otherwise, and how long they are kept: section <c>Reports</c> of the
/// configuration of the worker.</summary>
public sealed class ReportsOptions
{
    /// <summary>The name of the process on the first pages, for example <c>The Bali Process</c>.</summary>
    [StringLength(200)]
    public string Process { get; set; } = "";

    /// <summary>Who issues reports, in the letterhead of the brief.</summary>
    [StringLength(100)]
    public string Secretariat { get; set; } = "";

    /// <summary>
    /// A Word document (<c>.docx</c> or <c>.dotx</c>) of the secretariat's own as the template of briefs: its page, headers, footers
    /// and styles stay, and the brief takes the place of its text. Read at the start. Empty for the one that comes with the platform.
    /// </summary>
    public string BriefTemplate { get; set; } = "";

    /// <summary>The language of reports: <c>en</c>, <c>fr</c> or <c>id</c>.</summary>
    public string Language { get; set; } = Wording.English;

    /// <summary>
    /// After how many days the files of a draft are removed that is not the latest version for its conference; 0 keeps all. What
    /// a meeting considered or endorsed is kept for ever.
    /// </summary>
    [Range(0, 36_500)]
    public int KeepDraftsDays { get; set; }
}
