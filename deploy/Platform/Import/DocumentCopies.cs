using System.Security.Cryptography;
using System.Text;
using Platform.Meetings.V1;
using Platform.Tool.Output;

namespace Platform.Tool.Import;

/// <summary>A user's copy of a document: its text, or why it is not used.</summary>
/// <param name="Text">Null when no usable copy was found.</param>
/// <param name="IsWrong">True when a file of that name exists but its SHA-256 differs.</param>
/// <param name="Sentence">Why no copy is used.</param>
internal sealed record DocumentCopy(TextSpans? Text, bool IsWrong, string Sentence);

/// <summary>
/// A folder with the user's own copies of the documents. The SHA-256 that the record states decides whether a file is
/// the copy from which the record was made; its name only says where to look first.
/// </summary>
internal sealed class DocumentCopies(string folder)
{
    private Dictionary<string, string>? _fileByHash;

    /// <summary>Finds the copy of a document.</summary>
    public DocumentCopy Find(Document document)
    {
        // Only the file name counts: a path in a record must not lead out of the folder.
        var named = Path.Combine(folder, Path.GetFileName(document.FileName));
        if (document.FileName.Length > 0 && File.Exists(named))
        {
            var hash = HashOf(named);
            return hash == document.Sha256
                ? Read(named)
                : new DocumentCopy(
                    null, true, $"\"{named}\" is not the copy from which the record of {document.Name} was made: its SHA-256 is {hash}, "
                        + $"the record's is {document.Sha256}. None of its text was attached.");
        }
        _fileByHash ??= Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).DistinctBy(HashOf)
            .ToDictionary(HashOf, StringComparer.Ordinal);
        return _fileByHash.TryGetValue(document.Sha256, out var renamed)
            ? Read(renamed)
            : new DocumentCopy(null, false,
                $"\"{folder}\" has no copy of {document.Name} ({document.FileName}, SHA-256 {document.Sha256}); its outcomes stay "
                    + $"without the official text.");
    }

    private static DocumentCopy Read(string file)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(InputFile.Read(file)),
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return new DocumentCopy(new TextSpans(reader.ReadToEnd()), false, "");
        }
        catch (DecoderFallbackException)
        {
            return new DocumentCopy(null, true,
                $"\"{file}\" is not text in UTF-8, so that no lines can be counted in it. None of its text was attached.");
        }
    }

    private static string HashOf(string file) => Convert.ToHexStringLower(SHA256.HashData(InputFile.Read(file)));
}
