using System.Text.RegularExpressions;
using Platform.Processes;

namespace Platform.Contracts.Tests;

/// <summary>The examples of the README, which are those of <c>examples</c> word for word, and do what it says.</summary>
public sealed partial class ReadmeTests(ServedPlatform platform) : IClassFixture<ServedPlatform>
{
    private const string Address = "127.0.0.1:5100";

    private static readonly string[] Printed = ["commitments/network - Network of liaison officers"];

    [Theory]
    [InlineData("python", "list_commitments.py")]
    [InlineData("javascript", "list_commitments.mjs")]
    public void Example_InTheReadme_IsTheFile(string language, string file) =>
        Assert.Equal(File.ReadAllText(ExampleOf(file)), BlockOf(language));

    [Fact]
    public void Example_ForCSharp_IsTheBodyOfTheMethodThatIsCompiledHere()
    {
        var source = File.ReadAllText(ExampleOf("ListCommitments.cs"));
        var lines = BlockOf("csharp").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);

        Assert.All(lines, line => Assert.Contains($"{line.Trim()}\n", source, StringComparison.Ordinal));
        Assert.True(lines.Count() >= 7);
    }

    [Fact]
    public async Task Python_WithTheGeneratedStubs_ListsWhatConcernsTheState()
    {
        using var folder = Prepare("list_commitments.py");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "stubs"), platform.Stubs);

        Assert.Equal(Printed, await RunAsync(TestServers.Setting("PLATFORM_TEST_PYTHON"), folder.Path, "list_commitments.py"));
    }

    [Fact]
    public async Task Node_WithTheProtosAlone_ListsWhatConcernsTheState()
    {
        using var folder = Prepare("list_commitments.mjs");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "protos"), Repository.Protos);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), Path.Combine(Repository.Root, "tests", "node_modules"));

        Assert.Equal(Printed, await RunAsync("node", folder.Path, "list_commitments.mjs"));
    }

    private async Task<string[]> RunAsync(string program, string folder, string file)
    {
        var token = await platform.TokenAsync("--role", "party-system", "--party", "participants/idn");
        var result = await RunningProcess.RunAsync(program, [file], folder, [("PLATFORM_TOKEN", token), ("PYTHONDONTWRITEBYTECODE", "1")]);
        return result.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // A folder with an example that calls the platform of the test.
    private TemporaryExample Prepare(string file)
    {
        var folder = new TemporaryExample();
        var text = File.ReadAllText(ExampleOf(file));
        Assert.Contains(Address, text, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Path, file), text.Replace(Address, platform.Address, StringComparison.Ordinal));
        return folder;
    }

    private static string ExampleOf(string file) => Path.Combine(Repository.Root, "tests", "Contracts", "examples", file);

    private static string BlockOf(string language) =>
        Assert.Single(Blocks().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))),
            block => block.Groups["language"].Value == language).Groups["text"].Value;

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blocks();

    private sealed class TemporaryExample : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("example-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
