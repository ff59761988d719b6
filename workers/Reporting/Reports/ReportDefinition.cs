using Platform.Common.V1;

namespace Platform.Reporting.Reports;

/// <summary>What a progress report is about. The same definition gives the same report again.</summary>
public sealed record ReportDefinition
{
    /// <summary>Title on the first sheet.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// The ministerial conference since which the report says what was done, for example
    /// <c>meetings/mc-4</c>: its taskings and the recommendations made to it are followed.
    /// </summary>
    public required string BaseMeeting { get; init; }

    /// <summary>The conference for which it is written; null when the next one is not known.</summary>
    public string? TargetMeeting { get; init; }

    /// <summary>First clock: the day as of which it reports.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Second clock: the moment as known at which it reports.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>Which version for its conference it is; 0 where it is none.</summary>
    public int Version { get; init; }

    /// <summary>The name of the process; empty where it is not shown.</summary>
    public string Process { get; init; } = "";

    /// <summary>Who issues it; empty for the word itself.</summary>
    public string Secretariat { get; init; } = "";

    /// <summary>The paper of its sheets.</summary>
    public PaperSize Paper { get; init; } = PaperSize.A4;

    /// <summary>
    /// The services that could not be asked whether they recorded more by that moment, which the cover names, and the position of
    /// the last change of each that the report knows: what came in later is not of it.
    /// </summary>
    public IReadOnlyDictionary<string, long> UnsettledServices { get; init; } = new Dictionary<string, long>();

    /// <summary>For whose eyes: what is held more closely is left out.</summary>
    public HandlingLevel Handling { get; init; } = HandlingLevel.Secretariat;
}
