using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Tool.Client;
using Platform.Tool.Output;
using Platform.Tool.Verification;

namespace Platform.Tool.Commands;

/// <summary><c>platform verify</c>: compares what the services hold with what the reporting worker consumed.</summary>
internal static class VerifyCommand
{
    public const string Name = "verify";

    /// <summary>The exit code when it could not compare, which is neither a difference nor the absence of one.</summary>
    public const int NotCompared = 3;

    private const int Different = 1;

    public static Command Create()
    {
        var wait = new Option<int>("--wait")
        {
            Description = "How long the worker, or a process that cannot be reached, is waited for without anything moving.",
            DefaultValueFactory = _ => 30,
            HelpName = "SECONDS",
        };
        var limit = new Option<int>("--limit")
        {
            Description = "How many differences are told; the others are counted.",
            DefaultValueFactory = _ => 100,
            HelpName = "NUMBER",
        };
        var connection = new ConnectionOptions(Role.Operator);
        var command = new Command(Name,
            "Compares every resource and its history in the services with what the reporting worker holds, and names each difference. "
                + "Needs a token of an operator or an officer. Exit code: 0 nothing differs, 1 something differs, 3 it could not be "
                + "compared.")
        {
            wait,
            limit,
        };
        connection.AddTo(command);
        command.Validators.Add(result =>
        {
            if (Required(wait) is < 0 or > 86400)
                result.AddError("--wait: Write a number of seconds from 0 to 86400.");
            if (Required(limit) < 0)
                result.AddError("--limit: Write 0 or a larger number.");

            // Text that is not a number was refused when the options were parsed.
            int? Required(Option<int> option) =>
                result.GetResult(option) is { Tokens: [var text] }
                && int.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        });
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            return await RunAsync(platform, TimeSpan.FromSeconds(parsed.GetValue(wait)), parsed.GetValue(limit), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(PlatformAddress platform, TimeSpan patience, int limit, CancellationToken cancel)
    {
        var calls = new RetryingClient(platform, TimeProvider.System, patience);
        var positions = new ChangePositions(calls, TimeProvider.System);
        var comparison = new ResourceComparison(calls, positions, patience, limit);
        var started = Stopwatch.GetTimestamp();
        var ends = await positions.EndsAsync(cancel);
        var latest = ChangePositions.Of(ends);
        var all = latest.Values.Sum();
        await comparison.CompareLogsAsync(ends, cancel);
        await Terminal.WithProgressAsync($"Waiting until the reporting worker has consumed {Terminal.Count(all, "change")}", all,
            async advance =>
        {
            await comparison.WaitForWorkerAsync(latest, advance, cancel);
            return 0;
        });
        await Terminal.WithProgressAsync($"Comparing {Terminal.Count(all, "version")}", all, async advance =>
        {
            var before = 0L;
            foreach (var service in PlatformServices.WithChangeLog)
            {
                var end = latest[service.Name];
                await comparison.CompareAsync(service, end, compared => advance(before + compared), cancel);
                before += end;
            }
            return 0;
        });
        SayCounts(comparison);
        SayDifferences(comparison);
        await SayDeadLettersAsync(new DeadLetters(calls), cancel);
        SayVerdict(comparison, started);
        return comparison.DifferenceCount == 0 ? 0 : Different;
    }

    private static void SayCounts(ResourceComparison comparison) => Terminal.WriteTable(
        ["SERVICE", "TYPE", "RESOURCES", "IN WORKER", "VERSIONS", "IN WORKER", "DIFFERENT"],
        [.. comparison.Counts.Select(c => (string[])[c.Service, Terminal.Printable(c.Type), Number(c.Resources.Held),
            Number(c.Resources.Consumed), Number(c.Versions.Held), Number(c.Versions.Consumed), Number(c.Different)])]);

    // What waits there is missing in the worker, which is what the differences are about.
    private static async Task SayDeadLettersAsync(DeadLetters deadLetters, CancellationToken cancel)
    {
        try
        {
            var waiting = 0;
            await foreach (var _ in deadLetters.AllAsync(discarded: false, cancel))
                waiting++;
            if (waiting > 0)
            {
                Terminal.WriteLine($"{Terminal.Count(waiting, "dead letter waits", "dead letters wait")} for an operator: platform "
                    + $"dead-letters list");
            }
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            Terminal.WriteLine(e.StatusCode == StatusCode.PermissionDenied
                ? "Whether dead letters wait was not asked: that needs an operator's token."
                : $"Whether dead letters wait could not be asked: {ServerError.Of(e).Sentence}");
        }
    }

    private static void SayDifferences(ResourceComparison comparison)
    {
        foreach (var difference in comparison.Differences)
            Terminal.WriteLine(difference);
        var more = comparison.DifferenceCount - comparison.Differences.Count;
        if (more > 0)
            Terminal.WriteLine($"And {Terminal.Count(more, "more difference")}, which a larger --limit tells.");
        if (comparison.InMotion > 0)
        {
            Terminal.WriteLine($"{Terminal.Count(comparison.InMotion, "resource was", "resources were")} being changed each time: of "
                + $"these only the versions were compared.");
        }
    }

    private static void SayVerdict(ResourceComparison comparison, long started)
    {
        var compared = $"{Terminal.Count(comparison.Counts.Sum(c => c.Resources.Held), "resource")} with "
            + $"{Terminal.Count(comparison.Counts.Sum(c => c.Versions.Held), "version")} compared in {Terminal.Seconds(started)}";
        Terminal.WriteLine(comparison.DifferenceCount == 0
            ? $"{compared}: the reporting worker holds what the services hold."
            : $"{compared}: {Terminal.Count(comparison.DifferenceCount, "difference")}.");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
