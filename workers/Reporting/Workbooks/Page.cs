using System.Text;
using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>Paper: landscape, one page wide, with title, day and page number at the foot.</summary>
internal static class Page
{
    // A header or footer holds 255 characters in all, codes included.
    private const int MaxTitle = 110;

    /// <summary>
    /// The beginning of a title as a footer holds it: whole characters, with ampersands doubled, which would begin a code.
    /// </summary>
    internal static string FooterText(string title)
    {
        var text = new StringBuilder();
        foreach (var rune in title.EnumerateRunes())
        {
            var part = rune.Value == '&' ? "&&" : rune.ToString();
            if (text.Length + part.Length > MaxTitle)
                return text.Append('…').ToString();
            text.Append(part);
        }
        return text.ToString();
    }

    /// <summary>How wide the columns of a sheet may be together so that its letters are of 8 points on A4 after scaling.</summary>
    public const double MaxWidth = 160;

    // Per cent, at which a sheet of that width fits the page; a column takes a little more than its width.
    private const int WideScale = 90;
    private const double ColumnMargin = 0.75;

    // The sides of A3 are those of A4 by the root of two.
    private const double WidthOfA3 = 1.41;

    /// <summary>One page wide, whatever it holds.</summary>
    public static void SetUp(IXLWorksheet sheet, ProgressReport report)
    {
        sheet.PageSetup.FitToPages(1, 0);
        SetUpAll(sheet, report);
    }

    /// <summary>As many pages wide as the columns take, with the first column on each.</summary>
    public static void SetUpWide(IXLWorksheet sheet, ProgressReport report, IReadOnlyList<double> widths)
    {
        sheet.PageSetup.Scale = WideScale;
        sheet.PageSetup.SetColumnsToRepeatAtLeft(1, 1);
        var room = MaxWidth * (report.Paper == PaperSize.A3 ? WidthOfA3 : 1);
        var used = widths[0] + ColumnMargin;
        for (var c = 1; c < widths.Count; c++)
        {
            var width = widths[c] + ColumnMargin;
            if (used + width > room)
            {
                sheet.PageSetup.AddVerticalPageBreak(c);
                used = widths[0] + ColumnMargin;
            }
            used += width;
        }
        SetUpAll(sheet, report);
    }

    private static void SetUpAll(IXLWorksheet sheet, ProgressReport report)
    {
        var page = sheet.PageSetup;
        page.PaperSize = report.Paper == PaperSize.A3 ? XLPaperSize.A3Paper : XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.Margins.Left = 0.4;
        page.Margins.Right = 0.4;
        page.Margins.Top = 0.5;
        page.Margins.Bottom = 0.65;
        page.Margins.Header = 0.3;
        page.Margins.Footer = 0.3;
        page.CenterHorizontally = true;
        var title = CellText.Clean(report.Title).Replace('\n', ' ');
        var left = FooterText(title);
        // A digit right after the code of the letters' size would be read as part of the size.
        if (left.Length > 0 && char.IsAsciiDigit(left[0]))
            left = $" {left}";
        Small(page.Footer.Left.AddText(left + "  ·  " + Wording.Format($"as of {Labels.Of(report.AsOf)}")));
        Small(page.Footer.Right.AddText(Wording.Format($"{sheet.Name}, page ")));
        Small(page.Footer.Right.AddText(XLHFPredefinedText.PageNumber));
        Small(page.Footer.Right.AddText(Wording.Of(" of ")));
        Small(page.Footer.Right.AddText(XLHFPredefinedText.NumberOfPages));
    }

    private static void Small(IXLRichString text)
    {
        text.FontName = Theme.Font;
        text.FontSize = 8;
    }
}
