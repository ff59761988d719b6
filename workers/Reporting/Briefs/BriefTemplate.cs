using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;
using static Platform.Reporting.Briefs.BriefText;

namespace Platform.Reporting.Briefs;

/// <summary>
/// The template of briefs that comes with the platform: paper, letterhead, fonts and the block for signatures. A secretariat can
/// have its own: see <see cref="SecretariatTemplate"/>.
/// </summary>
internal static class BriefTemplate
{
    // Names of their own, so that the same content is the same file.
    public const string StylesId = "rIdStyles";
    public const string NumberingId = "rIdNumbering";
    private const string SettingsId = "rIdSettings";
    private const string HeaderId = "rIdHeader";
    private const string FooterId = "rIdFooter";

    public static void AddTo(MainDocumentPart main, ProgressReport report)
    {
        main.AddNewPart<StyleDefinitionsPart>(StylesId).Styles = Styles();
        main.AddNewPart<NumberingDefinitionsPart>(NumberingId).Numbering = new Numbering(
            Bullets(0),
            new NumberingInstance(new AbstractNumId { Val = 0 }) { NumberID = 1 });
        main.AddNewPart<DocumentSettingsPart>(SettingsId).Settings = new Settings(
            new Compatibility(new CompatibilitySetting
            {
                Name = CompatSettingNameValues.CompatibilityMode,
                Uri = "http://schemas.microsoft.com/office/word",
                Val = "15",
            }));
        main.AddNewPart<HeaderPart>(HeaderId).Header = new Header(new Paragraph(
            Style("Letterhead"), Control("letterhead", Wording.Of("Letterhead: the name of the secretariat"),
                report.Secretariat.Length > 0 ? report.Secretariat : Wording.Of("Secretariat")), new Run(new TabChar()),
            Run(Wording.Of("Progress report to Ministers"))));
        main.AddNewPart<FooterPart>(FooterId).Footer = new Footer(new Paragraph(
            Style("Footer"),
            Run(Wording.Format($"{OneLine(report.Title, 70)}  ·  as known at {report.KnownAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")),
            new Run(new TabChar()), Run(Wording.Of("page ")), new SimpleField(new Run(new Text("1"))) { Instruction = " PAGE " },
            Run(Wording.Of(" of ")), new SimpleField(new Run(new Text("2"))) { Instruction = " NUMPAGES " }));
    }

    /// <summary>A4, with the letterhead and the foot on each page.</summary>
    public static SectionProperties Section()
    {
        var section = Paper();
        section.PrependChild(new FooterReference { Type = HeaderFooterValues.Default, Id = FooterId });
        section.PrependChild(new HeaderReference { Type = HeaderFooterValues.Default, Id = HeaderId });
        return section;
    }

    /// <summary>A4 with nothing on it.</summary>
    public static SectionProperties Paper() => new(
        new PageSize { Width = 11906, Height = 16838 },
        new PageMargin { Top = 1300, Bottom = 1000, Left = 1134, Right = 1134, Header = 600, Footer = 500, Gutter = 0 });

    /// <summary>A list with bullets.</summary>
    public static AbstractNum Bullets(int id) => new(
        new MultiLevelType { Val = MultiLevelValues.SingleLevel },
        new Level(
            new StartNumberingValue { Val = 1 },
            new NumberingFormat { Val = NumberFormatValues.Bullet },
            new LevelText { Val = "•" },
            new LevelJustification { Val = LevelJustificationValues.Left },
            new PreviousParagraphProperties(new Indentation { Left = "284", Hanging = "284" }))
        { LevelIndex = 0 })
    { AbstractNumberId = id };

    /// <summary>Where the co-chairs sign.</summary>
    public static IEnumerable<OpenXmlElement> Signatures()
    {
        yield return Paragraph("Heading1", Wording.Of("For the co-chairs"));
        yield return Table([4819, 4819], [Wording.Of("Name and title"), Wording.Of("Date and signature")], [["\n", "\n"], ["\n", "\n"]]);
        // A document does not end with a table.
        yield return Paragraph("TableText", "");
    }

    /// <summary>The styles that a brief uses.</summary>
    public static Styles Styles() => new(
        new DocDefaults(
            new RunPropertiesDefault(new RunPropertiesBaseStyle(
                new RunFonts { Ascii = Theme.Font, HighAnsi = Theme.Font, ComplexScript = Theme.Font, EastAsia = Theme.Font },
                new Color { Val = Theme.InkRgb }, new FontSize { Val = "19" }, new Languages { Val = Wording.Now.Tag })),
            new ParagraphPropertiesDefault(new ParagraphPropertiesBaseStyle(
                new SpacingBetweenLines { After = "80", Line = "252", LineRule = LineSpacingRuleValues.Auto }))),
        new Style(new StyleName { Val = "Normal" }, new PrimaryStyle())
        {
            Type = StyleValues.Paragraph,
            StyleId = "Normal",
            Default = true,
        },
        Of("BodyText", "Body Text", new ParagraphProperties(), null),
        Of("Title", "Title", new ParagraphProperties(new SpacingBetweenLines { Before = "0", After = "60" }),
            new RunProperties(new Bold(), new Color { Val = Theme.NavyRgb }, new FontSize { Val = "32" })),
        Of("Subtitle", "Subtitle", new ParagraphProperties(new SpacingBetweenLines { After = "40" }),
            new RunProperties(new Color { Val = Theme.SlateRgb })),
        Of("Standing", "Standing", new ParagraphProperties(new SpacingBetweenLines { After = "140" }),
            new RunProperties(new Bold(), new Color { Val = Theme.SlateRgb })),
        Of("Heading1", "heading 1", new ParagraphProperties(new KeepNext(),
                new ParagraphBorders(new BottomBorder { Val = BorderValues.Single, Size = 6, Color = Theme.NavyRgb, Space = 1 }),
                new SpacingBetweenLines { Before = "160", After = "70" }, new OutlineLevel { Val = 0 }),
            new RunProperties(new Bold(), new Color { Val = Theme.NavyRgb }, new FontSize { Val = "22" })),
        Of("ListBullet", "List Bullet", new ParagraphProperties(
                new NumberingProperties(new NumberingLevelReference { Val = 0 }, new NumberingId { Val = 1 }),
                new SpacingBetweenLines { After = "40" }), null),
        Of("TableHeading", "Table Heading",
            new ParagraphProperties(new KeepNext(), new SpacingBetweenLines { Before = "30", After = "30" }),
            new RunProperties(new Bold(), new Color { Val = "FFFFFF" }, new FontSize { Val = "17" })),
        Of("TableText", "Table Text", new ParagraphProperties(new SpacingBetweenLines
        {
            Before = "20",
            After = "20",
            Line = "230",
            LineRule = LineSpacingRuleValues.Auto,
        }), new RunProperties(new FontSize { Val = "17" })),
        Of("Letterhead", "Letterhead", new ParagraphProperties(
                new ParagraphBorders(new BottomBorder { Val = BorderValues.Single, Size = 12, Color = Theme.NavyRgb, Space = 4 }),
                new Tabs(new TabStop { Val = TabStopValues.Right, Position = 9638 })),
            new RunProperties(new Bold(), new Color { Val = Theme.NavyRgb }, new FontSize { Val = "20" })),
        Of("Footer", "footer", new ParagraphProperties(new Tabs(new TabStop { Val = TabStopValues.Right, Position = 9638 })),
            new RunProperties(new Color { Val = Theme.SlateRgb }, new FontSize { Val = "15" })),
        TableStyle());

    private static Style Of(string id, string name, ParagraphProperties paragraph, RunProperties? letters)
    {
        var style = new Style { Type = StyleValues.Paragraph, StyleId = id };
        style.Append(new StyleName { Val = name });
        style.Append(new BasedOn { Val = "Normal" });
        style.Append(new PrimaryStyle());
        if (paragraph.HasChildren)
            style.Append(new StyleParagraphProperties(paragraph.ChildElements.Select(c => c.CloneNode(true))));
        if (letters is not null)
            style.Append(new StyleRunProperties(letters.ChildElements.Select(c => c.CloneNode(true))));
        return style;
    }

    private static Style TableStyle() => new(
        new StyleName { Val = "Brief Table" },
        new StyleTableProperties(
            new TableBorders(
                new TopBorder { Val = BorderValues.Single, Size = 4, Color = Theme.LineRgb },
                new BottomBorder { Val = BorderValues.Single, Size = 4, Color = Theme.LineRgb },
                new InsideHorizontalBorder { Val = BorderValues.Single, Size = 4, Color = Theme.LineRgb }),
            new TableCellMarginDefault(
                new TableCellLeftMargin { Width = 80, Type = TableWidthValues.Dxa },
                new TableCellRightMargin { Width = 80, Type = TableWidthValues.Dxa })),
        new TableStyleProperties(new TableStyleConditionalFormattingTableCellProperties(
            new Shading { Val = ShadingPatternValues.Clear, Color = "auto", Fill = Theme.NavyRgb }))
        { Type = TableStyleOverrideValues.FirstRow })
    { Type = StyleValues.Table, StyleId = "BriefTable" };
}
