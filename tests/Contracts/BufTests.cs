using Platform.Processes;

namespace Platform.Contracts.Tests;

/// <summary>What buf says of the protos: their style, their format, and whether clients that exist go on working.</summary>
public sealed class BufTests
{
    // buf's exit code for "there are findings", other than for "it could not be checked".
    private const int Findings = 100;

    // What clients were promised: made by `buf build --exclude-source-info` when a change of the protos lands.
    private static string LandedImage => Path.Combine(Repository.Protos, "landed.binpb");

    [Fact]
    public async Task Lint_Protos_FindsNothing()
    {
        var result = await BufAsync(Repository.Root, "lint");

        Assert.True(result.ExitCode == 0, result.All);
    }

    [Fact]
    public async Task Format_Protos_ChangesNothing()
    {
        var result = await BufAsync(Repository.Root, "format", "--diff", "--exit-code");

        Assert.True(result.ExitCode == 0, $"Run: buf format --write. {result.All}");
    }

    [Fact]
    public async Task Breaking_AgainstWhatLanded_FindsNothing()
    {
        Assert.True(File.Exists(LandedImage), $"{LandedImage} is missing. Make it: buf build --exclude-source-info -o protos/landed.binpb");

        var result = await BufAsync(Repository.Root, "breaking", "--against", LandedImage);

        Assert.True(result.ExitCode == 0, result.All);
    }

    [Fact]
    public async Task Breaking_FieldAddedInACopy_FindsNothing()
    {
        using var copy = new CopyOfProtos();
        copy.Replace("rcp/commitments/v1/commitments.proto", "  repeated string themes = 11;\n",
            "  repeated string themes = 11;\n  // Another.\n  string another = 1000;\n");

        Assert.Equal(0, (await BufAsync(copy.Folder, "breaking", "--against", LandedImage)).ExitCode);
    }

    [Theory]
    [InlineData("rcp/commitments/v1/commitments.proto", "  repeated string themes = 11;\n", "", "\"themes\"")]
    [InlineData("rcp/commitments/v1/commitments.proto", "repeated string themes = 11;", "string themes = 11;", "\"themes\"")]
    [InlineData("rcp/commitments/v1/commitments.proto", "repeated string themes = 11;", "repeated string topics = 11;", "\"themes\"")]
    [InlineData("rcp/common/v1/errors.proto", "ERROR_REASON_RULE_VIOLATED = 4;", "ERROR_REASON_RULE_VIOLATED = 44;",
        "\"ErrorReason\"")]
    [InlineData("rcp/commitments/v1/commitments_service.proto", "rpc GetCommitment(", "rpc ReadCommitment(", "\"GetCommitment\"")]
    public async Task Breaking_ChangeInACopyThatBreaksClients_IsFound(string file, string old, string @new, string named)
    {
        using var copy = new CopyOfProtos();
        copy.Replace(file, old, @new);

        var result = await BufAsync(copy.Folder, "breaking", "--against", LandedImage);

        Assert.Equal(Findings, result.ExitCode);
        Assert.Contains(file, result.Output, StringComparison.Ordinal);
        Assert.Contains(named, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_FieldWithoutCommentInACopy_IsFound()
    {
        using var copy = new CopyOfProtos();
        copy.Replace("rcp/commitments/v1/commitments.proto", "  // What it is about, in lower case with hyphens.\n", "");

        var result = await BufAsync(copy.Folder, "lint");

        Assert.Equal(Findings, result.ExitCode);
        Assert.Contains("\"themes\"", result.Output, StringComparison.Ordinal);
    }

    private static Task<CommandResult> BufAsync(string folder, params string[] arguments) =>
        RunningProcess.RunAsync(TestServers.Setting("PLATFORM_TEST_BUF"), arguments, folder);

    /// <summary>The protos in a folder where a test may change them.</summary>
    private sealed class CopyOfProtos : IDisposable
    {
        public CopyOfProtos()
        {
            File.Copy(Path.Combine(Repository.Root, "buf.yaml"), Path.Combine(Folder, "buf.yaml"));
            foreach (var file in Directory.EnumerateFiles(Repository.Protos, "*.proto", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(Folder, "protos", Path.GetRelativePath(Repository.Protos, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("contracts-").FullName;

        public void Replace(string file, string old, string @new)
        {
            var path = Path.Combine(Folder, "protos", file);
            var text = File.ReadAllText(path);
            Assert.Contains(old, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(old, @new, StringComparison.Ordinal));
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
