using System.Globalization;
using ExcelNumberFormat;

namespace Platform.Standins.Tests;

public sealed class ExcelNumberFormatTests
{
    [Theory]
    [InlineData("0", 0.5, "1")]
    [InlineData("0", 1234.4, "1234")]
    [InlineData("0.00", 1.005, "1.01")]
    [InlineData("0.00", -1.5, "-1.50")]
    [InlineData("0.0#", 1.25, "1.25")]
    [InlineData("0.0#", 1, "1.0")]
    [InlineData("#.##", 0.5, ".5")]
    [InlineData(".00", 12.5, "12.50")]
    [InlineData("000", 7, "007")]
    [InlineData("???", 7, "  7")]
    [InlineData("0.0??", 1.25, "1.25 ")]
    [InlineData("#,##0", 1234567, "1,234,567")]
    [InlineData("#,##0", 5, "5")]
    [InlineData("#,##0.00", 0, "0.00")]
    [InlineData("0,000", 5, "0,005")]
    [InlineData("#,##0,", 1234567, "1,235")]
    [InlineData("0.0,,\" M\"", 12345678, "12.3 M")]
    [InlineData("0%", 0.125, "13%")]
    [InlineData("0.0%", 0.125, "12.5%")]
    [InlineData("000-00-0000", 123456789, "123-45-6789")]
    [InlineData("0.00E+00", 12345, "1.23E+04")]
    [InlineData("0.00E-00", 0.00012345, "1.23E-04")]
    [InlineData("##0.0E+0", 12345, "12.3E+3")]
    [InlineData("0.0E+0", 9.99, "1.0E+1")]
    [InlineData("0.0E+0", 0, "0.0E+0")]
    [InlineData("# ?/?", 1.5, "1 1/2")]
    [InlineData("# ??/??", 3.14159, "3 14/99")]
    [InlineData("# ?/8", 2.375, "2 3/8")]
    [InlineData("?/?", 1.25, "5/4")]
    [InlineData("# ?/?", 2, "2    ")]
    [InlineData("General", 0.1, "0.1")]
    [InlineData("General", -12, "-12")]
    [InlineData("", 12.5, "12.5")]
    [InlineData("General\" units\"", 3, "3 units")]
    [InlineData("[$€-407] 0.00", 2, "€ 2.00")]
    [InlineData("\"n/a\"", 2, "n/a")]
    [InlineData("\\x0", 2, "x2")]
    [InlineData("0_)", 2, "2 ")]
    [InlineData("* 0", 2, "2")]
    [InlineData("@", 2.5, "2.5")]
    public void Number_InFormat_LooksAsInASpreadsheet(string format, double number, string expected)
        => Assert.Equal(expected, Render(format, number));

    [Theory]
    [InlineData("0;(0);\"zero\"", 5, "5")]
    [InlineData("0;(0);\"zero\"", -5, "(5)")]
    [InlineData("0;(0);\"zero\"", 0, "zero")]
    [InlineData("0.0;[Red]-0.0", -2.25, "-2.3")]
    [InlineData("0;;", -5, "")]
    [InlineData("[<1]\"few\";[>=100]\"many\";0", 0.5, "few")]
    [InlineData("[<1]\"few\";[>=100]\"many\";0", 100, "many")]
    [InlineData("[<1]\"few\";[>=100]\"many\";0", 50, "50")]
    [InlineData("[=1]0\" day\";0\" days\"", 1, "1 day")]
    [InlineData("[=1]0\" day\";0\" days\"", 2, "2 days")]
    public void Number_SeveralSections_TakesTheRightOne(string format, double number, string expected)
        => Assert.Equal(expected, Render(format, number));

    [Theory]
    [InlineData("yyyy-mm-dd hh:mm:ss", "2026-03-09 14:05:07")]
    [InlineData("d/m/yy", "9/3/26")]
    [InlineData("dddd, d mmmm yyyy", "Monday, 9 March 2026")]
    [InlineData("ddd d mmm", "Mon 9 Mar")]
    [InlineData("mmmmm", "M")]
    [InlineData("h:mm AM/PM", "2:05 PM")]
    [InlineData("h:mm A/P", "2:05 P")]
    [InlineData("mm:ss", "05:07")]
    [InlineData("[$-409]d\\.m\\.yyyy", "9.3.2026")]
    [InlineData("yyyy;@", "2026")]
    public void DateTime_InFormat_LooksAsInASpreadsheet(string format, string expected)
        => Assert.Equal(expected, Render(format, new DateTime(2026, 3, 9, 14, 5, 7, DateTimeKind.Utc)));

    [Theory]
    [InlineData("yyyy-mm-dd", 1, "1900-01-01")]
    [InlineData("yyyy-mm-dd", 59, "1900-02-28")]
    [InlineData("yyyy-mm-dd", 60, "1900-02-29")]
    [InlineData("yyyy-mm-dd", 61, "1900-03-01")]
    [InlineData("yyyy-mm-dd", 46090, "2026-03-09")]
    [InlineData("dddd", 46090, "Monday")]
    [InlineData("hh:mm:ss", 0.999999, "00:00:00")]
    [InlineData("ss.00", 0.000017361111, "01.50")]
    [InlineData("[h]:mm", 1.5, "36:00")]
    [InlineData("[hh]:mm:ss", 0.05, "01:12:00")]
    [InlineData("[mm]:ss", 0.05, "72:00")]
    [InlineData("[h]:mm", -0.5, "-12:00")]
    [InlineData("yyyy", -1, "-1")]
    public void Serial_InDateFormat_CountsFrom1900(string format, double serial, string expected)
        => Assert.Equal(expected, Render(format, serial));

    [Fact]
    public void Serial_Workbook1904_CountsFrom1904()
        => Assert.Equal("1904-01-02", new NumberFormat("yyyy-mm-dd").Format(1.0, CultureInfo.InvariantCulture, isDate1904: true));

    [Fact]
    public void TimeSpan_InElapsedFormat_ShowsItsHours()
        => Assert.Equal("49:30", Render("[h]:mm", new TimeSpan(2, 1, 30, 0)));

    [Theory]
    [InlineData("0.00", "text", "text")]
    [InlineData("\"<\"@\">\"", "text", "<text>")]
    [InlineData("0;0;0;\"<\"@\">\"", "text", "<text>")]
    [InlineData("0;0;0;\"hidden\"", "text", "hidden")]
    public void Text_InFormat_GoesWhereTheFormatSays(string format, string text, string expected)
        => Assert.Equal(expected, Render(format, text));

    [Fact]
    public void OtherValues_InFormat_AreShown()
    {
        Assert.Equal("", Render("0.00", null));
        Assert.Equal("TRUE", Render("0.00", true));
        Assert.Equal("12.00", Render("0.00", 12));
        Assert.Equal("12.50", Render("0.00", 12.5m));
    }

    [Fact]
    public void Culture_WithOtherSeparators_IsFollowed()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";

        Assert.Equal("1.234,50", new NumberFormat("#,##0.00").Format(1234.5, culture));
    }

    [Theory]
    [InlineData("0.00", true, false, false)]
    [InlineData("General", true, false, false)]
    [InlineData("yyyy-mm-dd", true, true, false)]
    [InlineData("[h]:mm", true, false, true)]
    [InlineData("[Red]0", true, false, false)]
    [InlineData("\"open", false, false, false)]
    [InlineData("[h", false, false, false)]
    [InlineData("[what]0", false, false, false)]
    [InlineData("k", false, false, false)]
    [InlineData("0;0;0;0;0", false, false, false)]
    [InlineData("E+0", false, false, false)]
    [InlineData("yyyy0", false, false, false)]
    public void Format_Read_TellsItsKind(string format, bool isValid, bool isDateTime, bool isTimeSpan)
    {
        var read = new NumberFormat(format);

        Assert.Equal((isValid, isDateTime, isTimeSpan), (read.IsValid, read.IsDateTimeFormat, read.IsTimeSpanFormat));
    }

    [Fact]
    public void Format_Invalid_ShowsTheValuePlain()
        => Assert.Equal("1.5", Render("\"open", 1.5));

    [Fact]
    public void ClosedXml_FormattedCell_UsesTheFormat()
    {
        using var workbook = new ClosedXML.Excel.XLWorkbook();
        var cell = workbook.AddWorksheet("Sheet").Cell(1, 1);
        cell.Value = 1234.5;
        cell.Style.NumberFormat.Format = "#,##0.00";

        Assert.Equal("1,234.50", cell.GetFormattedString());
    }

    private static string Render(string format, object? value) => new NumberFormat(format).Format(value, CultureInfo.InvariantCulture);
}
