using System.Globalization;
using System.Text;
using Platform.Processes;
using Platform.Tool;
using Spectre.Console;

namespace Platform.Commands;

/// <summary>
/// Runs a command of the <c>platform</c> program in the test's own process, from its arguments to its exit code: the same code without
/// the start of a program, which takes longer than most commands. What is about a process, such as signals, settings in the
/// environment and files that it keeps open, is for <see cref="RunningProcess.RunPlatformAsync(string[])"/>.
/// </summary>
public static class PlatformCommand
{
    private static readonly FlowWriter Output = new(Console.Out);
    private static readonly FlowWriter Errors = new(Console.Error);

    static PlatformCommand()
    {
        Console.SetOut(Output);
        Console.SetError(Errors);
        // No person watches, though the test may be run in a terminal.
        AnsiConsole.Profile.Capabilities.Interactive = false;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">Its command line.</param>
    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var (output, errors) = (Output.Redirect(), Errors.Redirect());
        var exitCode = await CommandLine.RunAsync(arguments);
        return new CommandResult(exitCode, TextOf(output), TextOf(errors));
    }

    // As a process's lines are read, without the end of the last.
    private static string TextOf(StringWriter written) =>
        written.ToString() is var text && text.EndsWith('\n') ? text[..^1] : text;

    // Several commands run at a time: what each writes is told apart by the flow of its calls. The console lets one write at a time.
    private sealed class FlowWriter(TextWriter console) : TextWriter
    {
        private readonly AsyncLocal<StringWriter?> _redirected = new();

        public override Encoding Encoding => Encoding.UTF8;

        private TextWriter Target => _redirected.Value ?? console;

        /// <summary>Keeps what is written from here on, by the caller and what it calls.</summary>
        public StringWriter Redirect() => _redirected.Value = new StringWriter(CultureInfo.InvariantCulture);

        public override void Write(char value) => Target.Write(value);

        public override void Write(string? value) => Target.Write(value);

        public override void Flush() => Target.Flush();
    }
}
