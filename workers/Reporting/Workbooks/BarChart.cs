using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using Platform.Reporting.Reports;
using A = DocumentFormat.OpenXml.Drawing;
using C = DocumentFormat.OpenXml.Drawing.Charts;
using S = DocumentFormat.OpenXml.Spreadsheet;
using Xdr = DocumentFormat.OpenXml.Drawing.Spreadsheet;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Adds the chart of recommendations by response to the finished workbook. ClosedXML
/// knows no charts, so this part is written with the Open XML SDK.
/// </summary>
internal static class SummaryChart
{
    private const uint CategoryAxis = 1;
    private const uint ValueAxis = 2;

    public static void AddTo(SpreadsheetDocument document, ProgressReport report, ChartPlace place)
    {
        var book = document.WorkbookPart!;
        var summary = book.Workbook.Descendants<S.Sheet>().Single(s => s.Name == SheetNames.Summary);
        var sheet = (WorksheetPart)book.GetPartById(summary.Id!);
        // Relationship ids are given, not drawn, so that the same report is the same file.
        var drawings = sheet.AddNewPart<DrawingsPart>("rIdDrawing");
        var chart = drawings.AddNewPart<ChartPart>("rIdChart");
        chart.ChartSpace = Space(report, place);
        drawings.WorksheetDrawing = new Xdr.WorksheetDrawing(Anchor(place));
        InsertDrawing(sheet.Worksheet, new S.Drawing { Id = "rIdDrawing" });
    }

    // The schema fixes the order of a worksheet's children.
    private static void InsertDrawing(S.Worksheet worksheet, S.Drawing drawing)
    {
        var after = worksheet.ChildElements.FirstOrDefault(e =>
            e is S.LegacyDrawing or S.LegacyDrawingHeaderFooter or S.DrawingHeaderFooter or S.Picture or S.OleObjects
                or S.Controls or S.WebPublishItems or S.TableParts or S.WorksheetExtensionList);
        if (after is null)
            worksheet.AppendChild(drawing);
        else
            worksheet.InsertBefore(drawing, after);
    }

    private static Xdr.TwoCellAnchor Anchor(ChartPlace place) => new(
        Marker<Xdr.FromMarker>(place.FirstRoomColumn - 1, place.FirstRoomRow - 1),
        Marker<Xdr.ToMarker>(place.LastRoomColumn, place.LastRoomRow),
        new Xdr.GraphicFrame(
            new Xdr.NonVisualGraphicFrameProperties(
                new Xdr.NonVisualDrawingProperties
                {
                    Id = 2,
                    Name = "Responses",
                    Description = "Bars: recommendations made to the conference, by response",
                },
                new Xdr.NonVisualGraphicFrameDrawingProperties()),
            new Xdr.Transform(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = 0, Cy = 0 }),
            new A.Graphic(new A.GraphicData(
                new C.ChartReference { Id = "rIdChart" })
            { Uri = "http://schemas.openxmlformats.org/drawingml/2006/chart" }))
        { Macro = string.Empty },
        new Xdr.ClientData());

    private static TMarker Marker<TMarker>(int column, int row)
        where TMarker : Xdr.MarkerType, new()
    {
        var marker = new TMarker();
        marker.Append(
            new Xdr.ColumnId(column.ToString(CultureInfo.InvariantCulture)), new Xdr.ColumnOffset("0"),
            new Xdr.RowId(row.ToString(CultureInfo.InvariantCulture)), new Xdr.RowOffset("0"));
        return marker;
    }

    private static C.ChartSpace Space(ProgressReport report, ChartPlace place)
    {
        var bars = new C.BarChart(
            new C.BarDirection { Val = C.BarDirectionValues.Bar },
            new C.BarGrouping { Val = C.BarGroupingValues.Clustered },
            new C.VaryColors { Val = false },
            Series(report.Summary.Responses, place),
            new C.GapWidth { Val = 60 },
            new C.AxisId { Val = CategoryAxis },
            new C.AxisId { Val = ValueAxis });
        var space = new C.ChartSpace(
            new C.RoundedCorners { Val = false },
            new C.Chart(
                new C.AutoTitleDeleted { Val = true },
                new C.PlotArea(new C.Layout(), bars, Categories(), Values()),
                new C.PlotVisibleOnly { Val = true }),
            new C.ShapeProperties(new A.SolidFill(new A.RgbColorModelHex { Val = "FFFFFF" }), new A.Outline(new A.NoFill())));
        return space;
    }

    private static C.BarChartSeries Series(SummaryBreakdown responses, ChartPlace place)
    {
        var labels = responses.Lines.Select(l => l.Label).ToList();
        var values = responses.Lines.Select(l => l.Count).ToList();
        return new C.BarChartSeries(
            new C.Index { Val = 0 },
            new C.Order { Val = 0 },
            new C.SeriesText(new C.StringReference(
                new C.Formula(Address(place.LabelColumn, place.HeaderRow, place.HeaderRow)),
                new C.StringCache(new C.PointCount { Val = 1 }, new C.StringPoint(new C.NumericValue(responses.Title)) { Index = 0 }))),
            new C.ChartShapeProperties(new A.SolidFill(new A.RgbColorModelHex { Val = "1F3A5F" })),
            new C.InvertIfNegative { Val = false },
            new C.DataLabels(
                Letters(800, "22303C"),
                new C.ShowLegendKey { Val = false }, new C.ShowValue { Val = true }, new C.ShowCategoryName { Val = false },
                new C.ShowSeriesName { Val = false }, new C.ShowPercent { Val = false }, new C.ShowBubbleSize { Val = false }),
            new C.CategoryAxisData(new C.StringReference(
                new C.Formula(Address(place.LabelColumn, place.FirstRow, place.LastRow)),
                new C.StringCache([new C.PointCount { Val = (uint)labels.Count },
                    .. labels.Select((l, i) => new C.StringPoint(new C.NumericValue(l)) { Index = (uint)i })]))),
            new C.Values(new C.NumberReference(
                new C.Formula(Address(place.CountColumn, place.FirstRow, place.LastRow)),
                new C.NumberingCache([new C.FormatCode("General"), new C.PointCount { Val = (uint)values.Count },
                    .. values.Select((v, i) => new C.NumericPoint(
                    new C.NumericValue(v.ToString(CultureInfo.InvariantCulture))) { Index = (uint)i })]))));
    }

    private static C.CategoryAxis Categories() => new(
        new C.AxisId { Val = CategoryAxis },
        // Bars are drawn upwards from the axis: reversed, they stand in the order of the table.
        new C.Scaling(new C.Orientation { Val = C.OrientationValues.MaxMin }),
        new C.Delete { Val = false },
        new C.AxisPosition { Val = C.AxisPositionValues.Left },
        new C.MajorTickMark { Val = C.TickMarkValues.None },
        new C.MinorTickMark { Val = C.TickMarkValues.None },
        new C.TickLabelPosition { Val = C.TickLabelPositionValues.NextTo },
        new C.ChartShapeProperties(new A.Outline(new A.SolidFill(new A.RgbColorModelHex { Val = "D5DDE5" }))),
        Letters(900, "22303C"),
        new C.CrossingAxis { Val = ValueAxis },
        new C.Crosses { Val = C.CrossesValues.AutoZero },
        new C.AutoLabeled { Val = true },
        new C.LabelAlignment { Val = C.LabelAlignmentValues.Center },
        new C.LabelOffset { Val = 100 },
        new C.NoMultiLevelLabels { Val = false });

    // Every bar carries its number, so the value axis shows none.
    private static C.ValueAxis Values() => new(
        new C.AxisId { Val = ValueAxis },
        new C.Scaling(new C.Orientation { Val = C.OrientationValues.MinMax }, new C.MinAxisValue { Val = 0 }),
        new C.Delete { Val = true },
        new C.AxisPosition { Val = C.AxisPositionValues.Top },
        new C.NumberingFormat { FormatCode = "0", SourceLinked = false },
        new C.MajorTickMark { Val = C.TickMarkValues.None },
        new C.MinorTickMark { Val = C.TickMarkValues.None },
        new C.TickLabelPosition { Val = C.TickLabelPositionValues.NextTo },
        new C.CrossingAxis { Val = CategoryAxis },
        new C.Crosses { Val = C.CrossesValues.AutoZero },
        new C.CrossBetween { Val = C.CrossBetweenValues.Between });

    private static C.TextProperties Letters(int hundredthsOfPoint, string colour) => new(
        new A.BodyProperties(),
        new A.ListStyle(),
        new A.Paragraph(
            new A.ParagraphProperties(new A.DefaultRunProperties(
                new A.SolidFill(new A.RgbColorModelHex { Val = colour }),
                new A.LatinFont { Typeface = Theme.Font })
            { FontSize = hundredthsOfPoint, Bold = false }),
            new A.EndParagraphRunProperties { Language = "en-GB" }));

    private static string Address(int column, int first, int last)
    {
        var letter = (char)('A' + column - 1);
        return first == last ? $"{SheetNames.Summary}!${letter}${first}" : $"{SheetNames.Summary}!${letter}${first}:${letter}${last}";
    }
}
