using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Platform.Reporting.Briefs;

/// <summary>
/// A Word document of the secretariat's own as the template of briefs: its page, headers, footers, fonts and styles stay, and the
/// brief takes the place of its text. Styles are found by their names, which are English in Word documents of any language; those
/// that it lacks are taken from <see cref="BriefTemplate"/>.
/// </summary>
internal static class SecretariatTemplate
{
    private const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>Reads the file of a template.</summary>
    /// <param name="path">The file, <c>.docx</c> or <c>.dotx</c>.</param>
    /// <exception cref="InvalidDataException">It cannot be used; the message is a sentence.</exception>
    public static byte[] Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
            throw new InvalidDataException($"\"{path}\" is larger than 10 MiB. Make its pictures smaller.");
        try
        {
            var template = File.ReadAllBytes(path);
            using var file = new MemoryStream();
            file.Write(template);
            using var document = Open(file);
            return template;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or OpenXmlPackageException
            or FileFormatException or XmlException)
        {
            throw new InvalidDataException(
                $"\"{path}\" cannot be used as the template of briefs: it must be a Word document, .docx or .dotx. {e.Message}", e);
        }
    }

    /// <summary>Opens a copy of a template as the document that it becomes.</summary>
    public static WordprocessingDocument Open(MemoryStream file)
    {
        var document = WordprocessingDocument.Open(file, isEditable: true);
        if (document.MainDocumentPart?.Document?.Body is null)
            throw new InvalidDataException("It has no text.");
        document.ChangeDocumentType(WordprocessingDocumentType.Document);
        return document;
    }

    /// <summary>Puts the brief in the place of the template's text.</summary>
    public static void Fill(MainDocumentPart main, IEnumerable<OpenXmlElement> content)
    {
        var body = main.Document.Body!;
        // The page of the last section, with its headers and footers.
        var section = body.Elements<SectionProperties>().LastOrDefault()?.CloneNode(true) ?? BriefTemplate.Paper();
        body.RemoveAllChildren();
        body.Append([.. content, section]);

        var names = AddStyles(main);
        foreach (var style in body.Descendants<ParagraphStyleId>())
            style.Val = names.GetValueOrDefault(style.Val!.Value!, style.Val!.Value!);
        foreach (var style in body.Descendants<TableStyle>())
            style.Val = names.GetValueOrDefault(style.Val!.Value!, style.Val!.Value!);
    }

    // Adds the styles that the template lacks; returns the ids of those that it has, by the ids that the brief uses.
    private static Dictionary<string, string> AddStyles(MainDocumentPart main)
    {
        var part = main.StyleDefinitionsPart ?? main.AddNewPart<StyleDefinitionsPart>(BriefTemplate.StylesId);
        var styles = part.Styles ??= new Styles();
        var there = styles.Elements<Style>().Where(s => s.StyleName?.Val?.Value is not null && s.StyleId?.Value is not null)
            .DistinctBy(s => s.StyleName!.Val!.Value, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(s => s.StyleName!.Val!.Value!, s => s.StyleId!.Value!, StringComparer.OrdinalIgnoreCase);
        var own = BriefTemplate.Styles().Elements<Style>().ToList();
        var names = own.Where(s => there.ContainsKey(s.StyleName!.Val!.Value!))
            .ToDictionary(s => s.StyleId!.Value!, s => there[s.StyleName!.Val!.Value!], StringComparer.Ordinal);
        foreach (var style in own.Where(s => !there.ContainsKey(s.StyleName!.Val!.Value!)))
        {
            var added = (Style)style.CloneNode(true);
            if (added.BasedOn is { } basis)
                basis.Val = names.GetValueOrDefault(basis.Val!.Value!, basis.Val!.Value!);
            foreach (var numbering in added.Descendants<NumberingId>())
                numbering.Val = AddBullets(main);
            styles.Append(added);
        }
        return names;
    }

    // Returns the number of a list with bullets beside the lists that the template has.
    private static int AddBullets(MainDocumentPart main)
    {
        var part = main.NumberingDefinitionsPart ?? main.AddNewPart<NumberingDefinitionsPart>(BriefTemplate.NumberingId);
        var lists = part.Numbering ??= new Numbering();
        var (definition, number) = (1 + lists.Elements<AbstractNum>().Select(a => a.AbstractNumberId!.Value).DefaultIfEmpty(-1).Max(),
            1 + lists.Elements<NumberingInstance>().Select(n => n.NumberID!.Value).DefaultIfEmpty(0).Max());
        var bullets = BriefTemplate.Bullets(definition);
        // The schema wants every definition before the lists that use one.
        if (lists.Elements<AbstractNum>().LastOrDefault() is { } last)
            last.InsertAfterSelf(bullets);
        else
            lists.PrependChild(bullets);
        var list = new NumberingInstance(new AbstractNumId { Val = definition }) { NumberID = number };
        if (lists.Elements<NumberingInstance>().LastOrDefault() is { } lastList)
            lastList.InsertAfterSelf(list);
        else
            bullets.InsertAfterSelf(list);
        return number;
    }
}
