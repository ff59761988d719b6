namespace Platform.Reporting.Reports;

/// <summary>A row of a sheet, with where in the record it stands.</summary>
public abstract record ReportRow
{
    /// <summary>Document and place as a person would cite them, for example <c>AHG7 ¶23, bullet 4</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>What the row is about, the same in every report, for example a resource name; not shown.</summary>
    public string Key { get; init; } = string.Empty;

    /// <summary>Resource name of the document that the reference begins with; empty where it names none.</summary>
    public required string Document { get; init; }

    /// <summary>Resource names of all documents that the row cites anywhere.</summary>
    public required IReadOnlyCollection<string> CitedDocuments { get; init; }
}
