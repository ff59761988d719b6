using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Platform.Tool.Output;

/// <summary>What a command shows: lines on standard output, and a progress bar where a person is watching.</summary>
internal static class Terminal
{
    /// <summary>Writes a line, or several.</summary>
    public static void WriteLine(string line) => Console.Out.WriteLine(PrintableLines(line));

    /// <summary>Writes a line, or several, about something that is wrong.</summary>
    public static void WriteError(string line) => Console.Error.WriteLine(PrintableLines(line));

    /// <summary>Writes a table: columns as wide as their longest cell but the last, numbers to the right.</summary>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">Their cells, as many as the header has.</param>
    public static void WriteTable(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = header.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max()).ToList();
        var numbers = header.Select((_, column) => rows.All(row => row[column].All(c => char.IsAsciiDigit(c) || c is ','))).ToList();
        foreach (var row in rows.Prepend(header))
        {
            WriteLine(string.Join("  ", row.Select((cell, column) => numbers[column] ? cell.PadLeft(widths[column])
                : cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>
    /// A text from outside as it can be shown: what would steer a terminal, or hide among the letters, is written as
    /// <c>\u{1b}</c>.
    /// </summary>
    public static string Printable(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
            else
            {
                shown.Append(rune);
            }
        }
        return shown.ToString();
    }

    private static string PrintableLines(string lines) => string.Join('\n', lines.Split('\n').Select(Printable));

    /// <summary>A number with its noun.</summary>
    public static string Count(long number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many ?? one + "s")}");

    /// <summary>The time since a moment, in seconds.</summary>
    public static string Seconds(long started) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");

    /// <summary>Does something that takes a while, telling how far it is; without a terminal, only that it began.</summary>
    /// <param name="what">The activity, for example <c>Importing 718 entries</c>.</param>
    /// <param name="steps">The number of steps; 0 when unknown.</param>
    /// <param name="work">The work, which reports the steps done.</param>
    public static async Task<T> WithProgressAsync<T>(string what, long steps, Func<Action<long>, Task<T>> work)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            WriteLine($"{what} …");
            return await work(_ => { });
        }
        return await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(Markup.Escape(what), maxValue: Math.Max(steps, 1));
                task.IsIndeterminate = steps == 0;
                var result = await work(done => task.Value = done);
                task.Value = task.MaxValue;
                return result;
            });
    }
}
