using System.CommandLine;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary>The option <c>--data</c>, the same for every command.</summary>
internal static class DataOption
{
    public static Option<string?> Create(string more) => new("--data") { Description = $"{DataFolder.OptionDescription} {more}", HelpName = "DIR" };
}
