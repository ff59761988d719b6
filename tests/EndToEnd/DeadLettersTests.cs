using System.Text;
using System.Text.Json;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary><c>platform dead-letters</c>: what an operator does about messages that the worker cannot handle.</summary>
public sealed class DeadLettersTests(EmbeddedRun embedded, DistributedRun distributed)
{
    private const string Queue = "reporting-meetings";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // A message of the bus with a change that cannot be one, and an escape sequence that would clear a terminal.
    private const string Unreadable = """
        {
          "messageId": "01930000-0000-7000-8000-000000000001",
          "messageType": ["urn:message:Platform.Meetings.V1:Change"],
          "message": {"metadata": {"changeId": "01930000-0000-7000-8000-000000000002", "position": "7", "resourceName": "meetings/a",
            "kind": 99, "recordTime": "\u001b[2Jnever"}}
        }
        """;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Commands_WhereNoneWaits_SaySo(string engine)
    {
        var platform = engine == "sqlite" ? embedded.Platform : distributed.Platform;

        await SaysAsync("No dead letter waits.", "list");
        await SaysAsync("No dead letter was discarded.", "list", "--discarded");
        await SaysAsync("No dead letter waits.", "redrive", "--all");

        async Task SaysAsync(string sentence, params string[] arguments)
        {
            var result = await platform.RunAsync(["dead-letters", .. arguments]);
            Assert.Equal((0, "", sentence), (result.ExitCode, result.Errors, result.Output));
        }
    }

    [Fact]
    public async Task Commands_OnPoisonMessages_ListShowRedriveAndDiscardThem()
    {
        await using var platform = await ServedPlatform.StartAsync("postgresql");
        var host = platform.VirtualHost!.AbsolutePath[1..];
        // It serves before its queues are there.
        await Eventually.IsTrueAsync(async () => await TestServers.ConsumersAsync(host, Queue) > 0);
        await TestServers.SendAsync(host, Queue, Encoding.UTF8.GetBytes(Unreadable));
        await TestServers.SendAsync(host, Queue, [0xff, 0x1b, (byte)'[', (byte)'2', (byte)'J', .. "and so on, for more than a row"u8]);

        var listed = await WaitForAsync(platform, 2);
        Assert.Equal(["NAME", "SERVICE", "POSITION", "RESOURCE", "FAILED", "(UTC)", "REASON"], listed.Lines[0]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        using var forPrograms = JsonDocument.Parse((await platform.RunAsync("dead-letters", "list", "--json")).Succeeded());
        Assert.Equal(2, forPrograms.RootElement.GetArrayLength());
        var (message, bytes) = (RowOf(listed, "meetings/a"), RowOf(listed, " -  "));
        Assert.Equal(("meetings", "7", "meetings/a"), (message[1], message[2], message[3]));
        Assert.Equal(("meetings", "-", "-"), (bytes[1], bytes[2], bytes[3]));
        Assert.All(new[] { message, bytes }, row => Assert.True(row.Length > 8, "It has a reason."));

        var shown = await platform.RunAsync("dead-letters", "show", message[0]);
        Assert.Equal((0, ""), (shown.ExitCode, shown.Errors));
        Assert.Contains("position:  7\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("change:    01930000-0000-7000-8000-000000000002\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("\n      \"metadata\": {\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("\"recordTime\": \"\\u001B[2Jnever\"", shown.Output, StringComparison.Ordinal);
        var dumped = await platform.RunAsync("dead-letters", "show", bytes[0]);
        Assert.Contains("  00000000  ff 1b 5b 32 4a 61 6e 64 20 73 6f 20 6f 6e 2c 20  ..[2Jand so on, \n", dumped.Output,
            StringComparison.Ordinal);
        Assert.All(new[] { listed, shown, dumped }, result => Assert.DoesNotContain(result.All, c => char.IsControl(c) && c != '\n'));

        var verified = await platform.RunAsync("verify");
        Assert.Contains("2 dead letters wait for an operator: platform dead-letters list", verified.Lines);
        await Eventually.IsTrueAsync(async () => await platform.RunAsync("status") is { ExitCode: 1 } status
            && status.Output.Contains("2 dead letters of meetings wait for an operator", StringComparison.Ordinal));

        var redriven = await platform.RunAsync("dead-letters", "redrive", "--all");
        Assert.Equal(1, redriven.ExitCode);
        Assert.Contains($"{message[0]}: given to the worker again.", redriven.Lines);
        Assert.StartsWith($"{bytes[0]}: RULE_VIOLATED: ", redriven.Errors, StringComparison.Ordinal);
        Assert.Equal(bytes[0], RowOf(await WaitForAsync(platform, 1), " -  ")[0]);

        var discarded = await platform.RunAsync("dead-letters", "discard", bytes[0], "deadLetters/none", "--reason",
            "A test message of 6 December 2022.");
        Assert.Equal(1, discarded.ExitCode);
        Assert.Contains($"{bytes[0]}: discarded.", discarded.Lines);
        Assert.StartsWith("deadLetters/none: RESOURCE_NOT_FOUND: ", discarded.Errors, StringComparison.Ordinal);
        Assert.Equal("No dead letter waits.", (await platform.RunAsync("dead-letters", "list")).Output);
        var kept = (await platform.RunAsync("dead-letters", "list", "--discarded")).Lines;
        Assert.Equal(2, kept.Count);
        Assert.StartsWith(bytes[0], kept[1], StringComparison.Ordinal);
        Assert.EndsWith("  operator  A test message of 6 December 2022.", kept[1], StringComparison.Ordinal);

        var late = await platform.RunAsync("dead-letters", "redrive", bytes[0]);
        Assert.Equal(1, late.ExitCode);
        Assert.StartsWith($"{bytes[0]}: RULE_VIOLATED: ", late.Errors, StringComparison.Ordinal);
        var officer = await RunningProcess.RunPlatformAsync(["dead-letters", "list", .. platform.ConnectionAs(Role.Officer)]);
        Assert.Equal(1, officer.ExitCode);
        Assert.StartsWith("ROLE_INSUFFICIENT: ", officer.Errors, StringComparison.Ordinal);
    }

    private static async Task<CommandResult> WaitForAsync(ServedPlatform platform, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var result = await platform.RunAsync("dead-letters", "list");
            Assert.True(result.ExitCode == 0, result.All);
            if (result.Lines.Count == count + 1)
                return result;
            Assert.False(deadline.IsCancellationRequested, $"Not {count} dead letters, but: {result.Output}");
        }
    }

    private static string[] RowOf(CommandResult list, string resource) =>
        Assert.Single(list.Lines, l => l.Contains(resource, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
