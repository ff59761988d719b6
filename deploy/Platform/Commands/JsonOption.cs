using System.CommandLine;
using Google.Protobuf;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary>The option <c>--json</c>, the same for every command that lists.</summary>
internal static class JsonOption
{
    // Every field, so that a program need not know which are left out.
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    public static Option<bool> Create() => new("--json") { Description = "As JSON, for programs." };

    /// <summary>Writes messages of the API as an array, each in protobuf's JSON form.</summary>
    public static void Write(IEnumerable<IMessage> messages) =>
        Terminal.WriteLine($"[{string.Join(", ", messages.Select(message => Formatter.Format(message)))}]");
}
