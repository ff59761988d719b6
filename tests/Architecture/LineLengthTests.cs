using Platform.Processes;

namespace Platform.Architecture.Tests;

/// <summary>Lines that fit beside a second window: the formatter does not look at their length.</summary>
public sealed class LineLengthTests
{
    private const int MaxLength = 140;

    [Fact]
    public void Lines_OfCode_FitTheLimit() =>
        Assert.Empty(new[] { "services", "workers", "protos", "deploy", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".proto" or ".sh" or ".py" && !IsOutput(file))
            .SelectMany(file => File.ReadLines(file)
                .Select((line, index) => (line.Length, Place: $"{Path.GetRelativePath(Repository.Root, file)}:{index + 1}"))
                .Where(line => line.Length > MaxLength)
                .Select(line => $"{line.Place} has {line.Length} characters; at most {MaxLength} are allowed")));

    // What builds and package managers put among the sources.
    private static bool IsOutput(string file) =>
        file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj" or "node_modules");
}
