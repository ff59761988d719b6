using Platform.Processes;

namespace Platform.Architecture.Tests;

/// <summary>
/// A part of a document that is made from the code, between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>.
/// With PLATFORM_UPDATE_DOCS=1 a test writes it; without, the test compares.
/// </summary>
internal static class GeneratedDocument
{
    public static void Check(string path, string name, string content)
    {
        var file = Path.Combine(Repository.Root, path);
        var text = File.ReadAllText(file);
        var (begin, end) = ($"<!-- begin {name} -->\n", $"<!-- end {name} -->");
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, text.IndexOf(end, StringComparison.Ordinal));
        Assert.True(from >= begin.Length && to >= from, $"{path} has no part between \"{begin.Trim()}\" and \"{end}\".");
        if (Environment.GetEnvironmentVariable("PLATFORM_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, text[..from] + content + text[to..]);
        }
        else
        {
            Assert.True(content == text[from..to],
                $"{path} is not up to date with the code. Run: PLATFORM_UPDATE_DOCS=1 dotnet test tests/Architecture");
        }
    }
}
