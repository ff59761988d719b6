using System.CommandLine;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform completion</c>: the script with which a shell completes the program's commands and options. Each asks the program
/// itself, by System.CommandLine's directive <c>[suggest:POSITION]</c>, and falls back on file names.
/// </summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # Completion of the program "platform" for bash. Add to ~/.bashrc:  source <(platform completion bash)
            _platform() {
                local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]}
                mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word")
            }
            complete -o default -F _platform platform
            """,
        ["zsh"] = """
            #compdef platform
            # Completion of the program "platform" for zsh. Add to ~/.zshrc, after compinit:  source <(platform completion zsh)
            _platform() {
                local line="${(j: :)words[1,CURRENT]}"
                local -a found
                found=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
                if (( ${#found} )); then compadd -a found; else _files; fi
            }
            compdef _platform platform
            """,
        ["fish"] = """
            # Completion of the program "platform" for fish. Save as ~/.config/fish/completions/platform.fish
            function __platform_complete
                set -l line (commandline -cp)
                platform "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c platform -a '(__platform_complete)'
            """,
        ["powershell"] = """
            # Completion of the program "platform" for PowerShell. Add to $PROFILE:
            #   platform completion powershell | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName platform -ScriptBlock {
                param($word, $tree, $position)
                $line = $tree.ToString().PadRight($position).Substring(0, $position)
                platform "[suggest:$position]" "$line" 2>$null |
                    Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = $"One of {string.Join(", ", Scripts.Keys)}." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Writes the script with which a shell completes commands and options.") { shell };
        command.SetAction((parsed, cancel) => Console.Out.WriteLineAsync(Scripts[parsed.GetValue(shell)!]));
        return command;
    }
}
