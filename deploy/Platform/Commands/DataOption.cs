using System.CommandLine;

namespace Platform.Tool.Commands;

/// <summary>The option <c>--data</c>, the same for every command.</summary>
internal static class DataOption
{
    public static Option<string?> Create(string more) => new("--data")
    {
        Description = $"The folder with the SQLite files and the signing key. {more}",
        HelpName = "DIR",
    };
}
