using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A shell completes the program's commands and options.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("platform rep", "report reports")]
    [InlineData("platform reports comp", "compare")]
    [InlineData("platform import --da", "--data")]
    [InlineData("platform migrate --service mee", "meetings")]
    public async Task Bash_AtTheEndOfALine_OffersWhatFits(string line, string expected)
    {
        // As bash calls the function that it was told of when somebody presses the tabulator.
        var completed = await RunAsync(["bash", "-c"], """
            source <(platform completion bash)
            COMP_LINE=$1 COMP_POINT=${#1}
            read -ra COMP_WORDS <<< "$1"
            [[ $1 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _platform
            echo "${COMPREPLY[@]}"
            """, line);

        Assert.Equal(expected, completed);
    }

    [Theory]
    [InlineData("platform rep", "report reports")]
    [InlineData("platform migrate --service mee", "meetings")]
    public async Task Fish_AtTheEndOfALine_OffersWhatFits(string line, string expected)
    {
        var completed = await RunAsync(["fish", "--no-config", "-c"], """
            platform completion fish | source
            complete -C $argv[2]
            """, line);

        Assert.Equal(expected, completed.Replace('\n', ' '));
    }

    [Theory]
    [InlineData("platform reports comp", "platform reports compare ")]
    [InlineData("platform migrate --service mee", "platform migrate --service meetings ")]
    public async Task Zsh_WhenTheTabulatorIsPressed_CompletesTheLine(string line, string expected)
    {
        // On a terminal, with a key that shows what the line has become.
        var completed = await RunAsync(["zsh", "-f", "-c"], """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w -n shell $'autoload -Uz compinit && compinit -u -D; source <(platform completion zsh)\n'
            zpty -w -n shell $'show() { zle -I; print -r -- "<$BUFFER>" }; zle -N show; bindkey "^X" show; print "re""ady"\n'
            zpty -r shell told '*ready*'
            zpty -w -n shell "$1"$'\t\x18'
            zpty -r shell told '*<*>*'
            print -rn -- ${${told##*<}%%>*}
            zpty -d shell
            """, line);

        Assert.Equal(expected, completed);
    }

    // PowerShell is no package of Debian, and 200 MB: its script was run by hand (7.6.9, TabExpansion2).
    [Fact]
    public async Task PowerShell_HasAScriptThatAsksTheProgram()
    {
        var script = (await RunningProcess.RunPlatformAsync("completion", "powershell")).Succeeded();

        Assert.Contains("Register-ArgumentCompleter -Native -CommandName platform", script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownShell_IsRefusedWithThoseThatThereAre()
    {
        var refused = await RunningProcess.RunPlatformAsync("completion", "tcsh");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("'bash'", refused.Errors, StringComparison.Ordinal);
    }

    // Runs a script in a shell that finds the program by its name; the line is the script's argument.
    private async Task<string> RunAsync(string[] shell, string script, string line)
    {
        var program = Path.Combine(_folder.Path, "platform");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Repository.PlatformProgram}' \"$@\"\n",
            TestContext.Current.CancellationToken);
        (await RunningProcess.RunAsync("chmod", ["u+x", program])).Succeeded();
        return (await RunningProcess.RunAsync(shell[0], [.. shell[1..], script, shell[0], line], environment:
        [
            ("PATH", $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}"),
            ("HOME", _folder.Path),
        ])).Succeeded().TrimEnd('\n');
    }
}
