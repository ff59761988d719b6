using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A shell completes the program's commands and options.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("platform rep", "report reports")]
    [InlineData("platform reports comp", "compare")]
    [InlineData("platform import --da", "--data")]
    [InlineData("platform migrate --service mee", "meetings")]
    public async Task Bash_AtTheEndOfALine_OffersWhatFits(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        var program = Path.Combine(folder.Path, "platform");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Repository.PlatformProgram}' \"$@\"\n",
            TestContext.Current.CancellationToken);

        // As bash calls the function that it was told of when somebody presses the tabulator.
        var completed = await RunningProcess.RunAsync("bash",
        [
            "-c", """
                chmod u+x "$1/platform"
                PATH=$1:$PATH
                source <(platform completion bash)
                COMP_LINE=$2 COMP_POINT=${#2}
                read -ra COMP_WORDS <<< "$2"
                [[ $2 == *' ' ]] && COMP_WORDS+=('')
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _platform
                echo "${COMPREPLY[@]}"
                """,
            "bash", folder.Path, line,
        ]);

        Assert.Equal(expected, completed.Succeeded());
    }

    [Theory]
    [InlineData("zsh", "#compdef platform")]
    [InlineData("fish", "complete -c platform")]
    [InlineData("powershell", "Register-ArgumentCompleter")]
    public async Task OtherShells_HaveAScriptThatAsksTheProgram(string shell, string part)
    {
        var script = (await RunningProcess.RunPlatformAsync("completion", shell)).Succeeded();

        Assert.Contains(part, script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownShell_IsRefusedWithThoseThatThereAre()
    {
        var refused = await RunningProcess.RunPlatformAsync("completion", "tcsh");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("'bash'", refused.Errors, StringComparison.Ordinal);
    }
}
