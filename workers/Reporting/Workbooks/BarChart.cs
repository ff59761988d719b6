using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using Platform.Reporting.Reports;
using A = DocumentFormat.OpenXml.Drawing;
using C = DocumentFormat.OpenXml.Drawing.Charts;
using S = DocumentFormat.OpenXml.Spreadsheet;
using Xdr = DocumentFormat.OpenXml.Drawing.Spreadsheet;

namespace Platform.Reporting.Workbooks;

/// <summary>Rows of a sheet that a chart shows; rows count from 1.</summary>
/// <param name="Head">The row of the heading, which has the names of the series.</param>
/// <param name="First">The first row.</param>
/// <param name="Last">The last row.</param>
/// <param name="Labels">What each row is about.</param>
/// <param name="Series">The name and the figures of each column.</param>
internal sealed record ChartData(
    int Head, int First, int Last, IReadOnlyList<string> Labels, IReadOnlyList<(string Name, IReadOnlyList<int> Values)> Series)
{
    /// <summary>The first row below them.</summary>
    public int End => Last + 1;
}

/// <summary>Where a chart stands; columns and rows count from 1.</summary>
internal sealed record ChartRoom(int FirstColumn, int LastColumn, int FirstRow, int LastRow);

/// <summary>
/// A chart of the summary: bars for figures of the sheet, which change with them. ClosedXML knows no charts, so this part
/// is written with the Open XML SDK.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it shows, for who cannot see it.</param>
/// <param name="Data">Its figures.</param>
/// <param name="Columns">The column of each series.</param>
/// <param name="LabelColumn">The column of the labels.</param>
/// <param name="Room">Where it stands.</param>
internal sealed record BarChart(
    string Name, string Description, ChartData Data, IReadOnlyList<int> Columns, int LabelColumn, ChartRoom Room)
{
    private const uint CategoryAxis = 1;
    private const uint ValueAxis = 2;

    // The legend has the order of the bars, so that they can be told apart without colour.
    private static readonly string[] Colours = ["1F3A5F", "7B93AB", "C2D0DD"];

    /// <summary>Draws charts on the summary of a finished workbook.</summary>
    public static void Draw(SpreadsheetDocument document, IReadOnlyList<BarChart> charts)
    {
        if (charts.Count == 0)
            return;
        var book = document.WorkbookPart!;
        var summary = book.Workbook.Descendants<S.Sheet>().Single(s => s.Name == Wording.Of(SheetNames.Summary));
        var sheet = (WorksheetPart)book.GetPartById(summary.Id!);
        // Relationship ids are given, not drawn, so that the same report is the same file.
        var drawings = sheet.AddNewPart<DrawingsPart>("rIdDrawing");
        drawings.WorksheetDrawing = new Xdr.WorksheetDrawing();
        for (var i = 0; i < charts.Count; i++)
        {
            var id = $"rIdChart{i + 1}";
            drawings.AddNewPart<ChartPart>(id).ChartSpace = charts[i].Space();
            drawings.WorksheetDrawing.Append(charts[i].Anchor(id, (uint)(i + 2)));
        }
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

    private Xdr.TwoCellAnchor Anchor(string id, uint number) => new(
        Marker<Xdr.FromMarker>(Room.FirstColumn - 1, Room.FirstRow - 1),
        Marker<Xdr.ToMarker>(Room.LastColumn, Room.LastRow),
        new Xdr.GraphicFrame(
            new Xdr.NonVisualGraphicFrameProperties(
                new Xdr.NonVisualDrawingProperties
                {
                    Id = number,
                    Name = Name,
                    Description = Description,
                },
                new Xdr.NonVisualGraphicFrameDrawingProperties()),
            new Xdr.Transform(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = 0, Cy = 0 }),
            new A.Graphic(new A.GraphicData(
                new C.ChartReference { Id = id })
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

    private C.ChartSpace Space()
    {
        var bars = new C.BarChart(
            new C.BarDirection { Val = C.BarDirectionValues.Bar },
            new C.BarGrouping { Val = C.BarGroupingValues.Clustered },
            new C.VaryColors { Val = false });
        for (var i = 0; i < Columns.Count; i++)
            bars.Append(Series(i));
        bars.Append(new C.GapWidth { Val = 60 }, new C.AxisId { Val = CategoryAxis }, new C.AxisId { Val = ValueAxis });
        var chart = new C.Chart(
            new C.AutoTitleDeleted { Val = true },
            new C.PlotArea(new C.Layout(), bars, Categories(), Values()));
        if (Columns.Count > 1)
        {
            chart.Append(new C.Legend(
                new C.LegendPosition { Val = C.LegendPositionValues.Bottom }, new C.Overlay { Val = false }, Letters(900, "22303C")));
        }
        chart.Append(new C.PlotVisibleOnly { Val = true });
        return new C.ChartSpace(
            new C.RoundedCorners { Val = false },
            chart,
            new C.ShapeProperties(new A.SolidFill(new A.RgbColorModelHex { Val = "FFFFFF" }), new A.Outline(new A.NoFill())));
    }

    private C.BarChartSeries Series(int index)
    {
        var (name, values) = Data.Series[index];
        // The name of the only series is the heading over its labels.
        var nameColumn = Columns.Count == 1 ? LabelColumn : Columns[index];
        return new C.BarChartSeries(
            new C.Index { Val = (uint)index },
            new C.Order { Val = (uint)index },
            new C.SeriesText(new C.StringReference(
                new C.Formula(Address(nameColumn, Data.Head, Data.Head)),
                new C.StringCache(new C.PointCount { Val = 1 }, new C.StringPoint(new C.NumericValue(name)) { Index = 0 }))),
            new C.ChartShapeProperties(new A.SolidFill(new A.RgbColorModelHex { Val = Colours[index] })),
            new C.InvertIfNegative { Val = false },
            new C.DataLabels(
                // No label beside a bar of length zero.
                new C.NumberingFormat { FormatCode = "0;;", SourceLinked = false },
                new C.ChartShapeProperties(new A.NoFill()),
                Letters(900, "22303C"),
                new C.ShowLegendKey { Val = false }, new C.ShowValue { Val = true }, new C.ShowCategoryName { Val = false },
                new C.ShowSeriesName { Val = false }, new C.ShowPercent { Val = false }, new C.ShowBubbleSize { Val = false }),
            new C.CategoryAxisData(new C.StringReference(
                new C.Formula(Address(LabelColumn, Data.First, Data.Last)),
                new C.StringCache([new C.PointCount { Val = (uint)Data.Labels.Count },
                    .. Data.Labels.Select((l, i) => new C.StringPoint(new C.NumericValue(l)) { Index = (uint)i })]))),
            new C.Values(new C.NumberReference(
                new C.Formula(Address(Columns[index], Data.First, Data.Last)),
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
            new A.EndParagraphRunProperties { Language = Wording.Now.Tag }));

    private static string Address(int column, int first, int last)
    {
        var letter = (char)('A' + column - 1);
        var sheet = Cell.Quoted(SheetNames.Summary);
        return first == last ? $"{sheet}!${letter}${first}" : $"{sheet}!${letter}${first}:${letter}${last}";
    }
}
