using Platform.Processes;
using Platform.Tool.Output;

namespace Platform.Import.Tests;

/// <summary>Whatever is named as a file, a command ends.</summary>
public sealed class InputFileTests
{
    [Fact]
    public void Read_File_GivesItsBytes()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "record.yaml");
        File.WriteAllText(file, "kind: meetings");

        Assert.Equal("kind: meetings"u8.ToArray(), InputFile.Read(file));
    }

    [Fact]
    public async Task Read_PipeThatNobodyWritesTo_EndsInASentence()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no named pipes among its files.");
        using var folder = new TemporaryFolder();
        var pipe = Path.Combine(folder.Path, "record.yaml");
        var made = await RunningProcess.RunAsync("mkfifo", [pipe]);
        Assert.True(made.ExitCode == 0, made.All);

        var refused = Assert.Throws<CommandException>(() => InputFile.Read(pipe, TimeSpan.FromMilliseconds(200)));

        Assert.Contains("Is it a regular file?", refused.Message, StringComparison.Ordinal);
        // Lets the thread that still waits for it go.
        await using var end = new FileStream(pipe, FileMode.Open, FileAccess.Write);
    }

    [Fact]
    public void Read_DeviceThatNeverEnds_EndsInASentence()
    {
        if (!File.Exists("/dev/zero"))
            Assert.Skip("There is no /dev/zero.");

        Assert.Contains("64 MiB", Assert.Throws<CommandException>(() => InputFile.Read("/dev/zero")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Printable_WhatSteersATerminal_IsWrittenAsItsNumber() =>
        Assert.Equal("a\\u{1b}[2Jb\\u{202e}c", Terminal.Printable("a\u001b[2Jb\u202ec"));
}
