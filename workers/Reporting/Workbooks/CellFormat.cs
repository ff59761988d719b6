using ClosedXML.Excel;

namespace Platform.Reporting.Workbooks;

/// <summary>How a cell of a table looks: there are a few dozen ways in all.</summary>
/// <param name="Strong">Bold letters.</param>
/// <param name="Centered">Centred.</param>
/// <param name="Style">Its tint or colour.</param>
/// <param name="IsDate">A real date.</param>
/// <param name="IsLink">It leads somewhere.</param>
/// <param name="IsQuoted">Still a text for who edits the cell, although it begins as a formula would.</param>
internal readonly record struct CellFormat(bool Strong, bool Centered, CellStyle Style, bool IsDate, bool IsLink, bool IsQuoted)
    : IComparable<CellFormat>
{
    /// <inheritdoc/>
    public int CompareTo(CellFormat other) => (Strong, Centered, Style, IsDate, IsLink, IsQuoted)
        .CompareTo((other.Strong, other.Centered, other.Style, other.IsDate, other.IsLink, other.IsQuoted));

    public static CellFormat Of(Cell cell, bool strong = false, bool centered = false) => new(strong, centered, cell.CellStyle,
        cell.IsRealDate, cell.Link is not null || cell.Place is not null,
        cell is { IsRealDate: false, Number: null, Shown: ['=' or '+' or '-' or '@', ..] });

    /// <summary>Formats a cell of a table.</summary>
    public void Apply(IXLStyle style)
    {
        style.Font.FontSize = Theme.BodySize;
        style.Font.FontColor = Theme.Ink;
        style.Font.Bold = Strong;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Top;
        style.Alignment.Horizontal = Centered ? XLAlignmentHorizontalValues.Center : XLAlignmentHorizontalValues.Left;
        style.Alignment.WrapText = true;
        style.Border.OutsideBorder = XLBorderStyleValues.Thin;
        style.Border.OutsideBorderColor = Theme.Line;
        ApplyMeaning(style);
    }

    /// <summary>Formats what says something of the content, and leaves the rest.</summary>
    public void ApplyMeaning(IXLStyle style)
    {
        if (IsDate)
            style.DateFormat.Format = Wording.Now.DateFormat;
        if (IsQuoted)
            style.IncludeQuotePrefix = true;
        if (IsLink)
        {
            style.Font.FontColor = Theme.Navy;
            style.Font.Underline = XLFontUnderlineValues.Single;
            style.Font.FontSize = Theme.BodySize;
            style.Font.FontName = Theme.Font;
        }
        if (Style == CellStyle.Silent)
        {
            style.Font.FontColor = Theme.Grey;
            style.Font.Italic = true;
            style.Font.Bold = false;
        }
        if (Theme.Tint(Style) is { } tint)
            style.Fill.BackgroundColor = tint;
    }
}
