using Spectre.Console;

namespace Platform.Tool;

/// <summary>What a command shows: lines on standard output, and a progress bar where a person is watching.</summary>
internal static class Terminal
{
    /// <summary>Writes a line.</summary>
    public static void Say(string line) => Console.Out.WriteLine(line);

    /// <summary>Writes a line about something that is wrong.</summary>
    public static void Complain(string line) => Console.Error.WriteLine(line);

    /// <summary>Does something that takes a while, telling how far it is; without a terminal, only that it began.</summary>
    /// <param name="what">What is done, for example <c>Importing 718 entries</c>.</param>
    /// <param name="steps">How many steps it has; 0 where nobody knows.</param>
    /// <param name="work">Does it, telling the steps done.</param>
    public static async Task<T> ShowAsync<T>(string what, long steps, Func<Action<long>, Task<T>> work)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            Say($"{what} …");
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
