using ClosedXML.Excel;

namespace Platform.Reporting.Workbooks;

/// <summary>What a status looks like. The words say it; the tint only helps to find it.</summary>
internal enum CellStyle
{
    /// <summary>No tint.</summary>
    Plain,

    /// <summary>Nothing is recorded: grey letters.</summary>
    Silent,

    /// <summary>Done or settled.</summary>
    Settled,

    /// <summary>Under way.</summary>
    Underway,

    /// <summary>Calls for attention.</summary>
    Attention,
}

/// <summary>Palette and type of the workbook and of the brief.</summary>
internal static class Theme
{
    public const string Font = "Arial";
    public const double DefaultSize = 10;
    public const double BodySize = 9;

    // As the brief needs them.
    public const string NavyRgb = "1F3A5F";
    public const string SlateRgb = "5B7083";
    public const string InkRgb = "22303C";
    public const string LineRgb = "D5DDE5";

    /// <summary>The highest row that spreadsheet programs show.</summary>
    public const double MaxRowHeight = 409;

    public static XLColor Navy { get; } = XLColor.FromHtml($"#{NavyRgb}");
    public static XLColor Slate { get; } = XLColor.FromHtml($"#{SlateRgb}");
    public static XLColor Ink { get; } = XLColor.FromHtml($"#{InkRgb}");
    public static XLColor Grey { get; } = XLColor.FromHtml("#6B7780");
    public static XLColor Line { get; } = XLColor.FromHtml($"#{LineRgb}");
    public static XLColor Mist { get; } = XLColor.FromHtml("#F3F6F9");
    public static XLColor White { get; } = XLColor.FromHtml("#FFFFFF");

    /// <summary>A heading inside a sheet that is no table.</summary>
    public static void Heading(IXLStyle style)
    {
        style.Font.FontSize = DefaultSize;
        style.Font.Bold = true;
        style.Font.FontColor = Navy;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Bottom;
        style.Border.BottomBorder = XLBorderStyleValues.Medium;
        style.Border.BottomBorderColor = Navy;
    }

    /// <summary>The tint of a style; null for none.</summary>
    public static XLColor? Tint(CellStyle style) => style switch
    {
        CellStyle.Settled => XLColor.FromHtml("#E4F0E8"),
        CellStyle.Underway => XLColor.FromHtml("#E6EEF7"),
        CellStyle.Attention => XLColor.FromHtml("#FBF0DC"),
        _ => null,
    };
}
