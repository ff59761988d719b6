using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Platform.Tool.Import;

/// <summary>Reads YAML into nodes that know their line and column.</summary>
internal static class YamlFile
{
    /// <summary>Deeper than any real entry; nodes are read recursively, so the depth is bounded.</summary>
    private const int DeepestNesting = 50;

    /// <summary>The root node of a file, or null with a problem noted.</summary>
    public static YamlNode? Read(string file, byte[] content, List<Problem> problems)
    {
        if (Decode(file, content, problems) is not { } text)
            return null;
        var stream = new YamlStream();
        try
        {
            stream.Load(new PlainYaml(new Parser(new StringReader(text))));
        }
        catch (YamlException e)
        {
            problems.Add(new Problem(PlaceOf(file, e.Start), "", $"The file is not well-formed YAML: {SentenceOf(e)}"));
            return null;
        }
        if (stream.Documents.Count == 1)
            return stream.Documents[0].RootNode;
        problems.Add(stream.Documents.Count == 0
            ? new Problem(new Place(file, 1, 1), "", "The file is empty. Write its entries in a list named records.")
            : new Problem(PlaceOf(file, stream.Documents[1].RootNode.Start), "",
                "A second YAML document begins here. Put it into a file of its own."));
        return null;
    }

    /// <summary>A node's place.</summary>
    public static Place PlaceOf(string file, in Mark mark) => new(file, (int)mark.Line, (int)mark.Column);

    private static string? Decode(string file, byte[] content, List<Problem> problems)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                .GetString(content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content);
        }
        catch (DecoderFallbackException e)
        {
            var before = content.AsSpan(0, Math.Clamp(e.Index, 0, content.Length));
            var column = before.Length - before.LastIndexOf((byte)'\n');
            problems.Add(new Problem(new Place(file, before.Count((byte)'\n') + 1, column), "",
                "The file is not in UTF-8 from this byte on. Save it as UTF-8."));
            return null;
        }
    }

    // YamlDotNet puts the position before some of its messages, and ends none with a full stop.
    private static string SentenceOf(YamlException e)
    {
        var message = e.Message;
        var afterPosition = message.IndexOf("): ", StringComparison.Ordinal);
        if (message.StartsWith('(') && afterPosition > 0)
            message = message[(afterPosition + 3)..];
        return message.EndsWith('.') ? message : message + ".";
    }

    /// <summary>Lets through what a record needs of YAML: no references from one place to another, no endless depth.</summary>
    private sealed class PlainYaml(IParser inner) : IParser
    {
        private int _depth;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext())
                return false;
            var current = inner.Current!;
            _depth += current.NestingIncrease;
            if (_depth > DeepestNesting)
                throw new SemanticErrorException(current.Start, current.End, "It is nested too deeply.");
            if (current is AnchorAlias || current is NodeEvent { Anchor.IsEmpty: false })
            {
                throw new SemanticErrorException(current.Start, current.End, "Anchors (&) and aliases (*) are not read. Write the text "
                    + "out, or put it in quotation marks if it begins with one of these characters.");
            }
            return true;
        }
    }
}
