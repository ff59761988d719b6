using System.Globalization;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>What stands in a cell: a text, a real date or a number.</summary>
internal readonly record struct Cell
{
    public string? Text { get; private init; }

    public DateOnly? Date { get; private init; }

    public int? Number { get; private init; }

    public CellStyle CellStyle { get; private init; }

    /// <summary>An address outside the workbook, absolute and https; null for none.</summary>
    public Uri? Link { get; init; }

    /// <summary>A place in the workbook to which the cell leads; null for none.</summary>
    public string? Place { get; init; }

    /// <summary>What the cell shows, to measure it.</summary>
    public string Shown => Text ?? (Date is { } date ? Labels.Of(date) : Number?.ToString(CultureInfo.InvariantCulture)) ?? string.Empty;

    /// <summary>Whether it shows nothing.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Text) && Date is null && Number is null;

    public static Cell Of(string text, CellStyle style = CellStyle.Plain) => new() { Text = CellText.Clean(text), CellStyle = style };

    /// <summary>A text, or grey words where there is none.</summary>
    public static Cell Of(string text, string otherwise) => text.Length > 0 ? Of(text) : Of(Wording.Of(otherwise), CellStyle.Silent);

    /// <summary>A date, or grey words where there is none.</summary>
    public static Cell Of(DateOnly? date, string otherwise) =>
        date is null ? Of(Wording.Of(otherwise), CellStyle.Silent) : new() { Date = date };

    /// <summary>The address of a row of a sheet.</summary>
    public static string PlaceOf(string sheet, int row) => $"{Quoted(sheet)}!A{row.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name of a sheet in the language of the report, as a formula has it.</summary>
    public static string Quoted(string sheet) => $"'{Wording.Of(sheet).Replace("'", "''", StringComparison.Ordinal)}'";

    public static Cell Of(int number) => new() { Number = number };

    public static Cell Linked(string address, string otherwise) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? Of(address) with { Link = uri }
            : Of(address, otherwise);

    // Dates before the calendar of spreadsheets begins stay words.
    public bool IsRealDate => Date is { Year: >= 1901 };
}
