using System.Security.Cryptography;
using System.Text;
using Platform.Meetings.V1;
using Platform.Processes;
using Platform.Tool.Import;

namespace Platform.Import.Tests;

public sealed class DocumentCopiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Document _document = new() { Name = "documents/a", FileName = "a.txt", Sha256 = HashOf("The words.\n") };

    [Theory, InlineData("a.txt"), InlineData("renamed.txt")]
    public void Find_ACopy_IsKnownByItsHash(string name)
    {
        _folder.Write("another.txt", "Other words.\n");
        _folder.Write(name, "The words.\n");

        Assert.NotNull(new DocumentCopies(_folder.Path).Find(_document).Text);
    }

    [Fact]
    public void Find_AFileOfTheNameWithOtherWords_IsRefusedWithBothHashes()
    {
        var file = _folder.Write("a.txt", "The w0rds.\n");
        _folder.Write("right.txt", "The words.\n");

        var copy = new DocumentCopies(_folder.Path).Find(_document);

        Assert.Null(copy.Text);
        Assert.True(copy.IsWrong);
        Assert.Equal($"\"{file}\" is not the copy from which the record of documents/a was made: its SHA-256 is "
            + $"{HashOf("The w0rds.\n")}, the record's is {_document.Sha256}. None of its text was attached.", copy.Sentence);
    }

    [Fact]
    public void Find_NoCopy_IsANote()
    {
        var copy = new DocumentCopies(_folder.Path).Find(_document);

        Assert.Null(copy.Text);
        Assert.False(copy.IsWrong);
    }

    [Fact]
    public void Find_AFileNameThatLeadsElsewhere_StaysInTheFolder()
    {
        using var elsewhere = new TemporaryFolder();
        var file = elsewhere.Write("secret.txt", "Other words.\n");

        var copy = new DocumentCopies(_folder.Path).Find(new Document(_document) { FileName = file });

        Assert.False(copy.IsWrong);
    }

    public void Dispose() => _folder.Dispose();

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
