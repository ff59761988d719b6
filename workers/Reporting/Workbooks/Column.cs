namespace Platform.Reporting.Workbooks;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its heading.</param>
/// <param name="Width">Its width in characters.</param>
/// <param name="Value">What stands in it for a row.</param>
internal sealed record Column<TRow>(string Header, double Width, Func<TRow, Cell> Value)
{
    /// <summary>Its heading is a text of the record, which is not translated.</summary>
    public bool IsHeaderOfRecord { get; init; }

    /// <summary>Bold letters.</summary>
    public bool Strong { get; init; }

    /// <summary>Centred, for short words that are compared down the column.</summary>
    public bool Centered { get; init; }
}
