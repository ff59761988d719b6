using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Reporting.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform dead-letters</c>: the messages that the reporting worker could not handle, and what becomes of them.</summary>
internal static class DeadLettersCommand
{
    // What is not escaped here is looked at again by Terminal.Printable.
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create() =>
        new("dead-letters", "The messages that the reporting worker could not handle. Needs an operator's token.")
    {
        CreateList(),
        CreateShow(),
        CreateRedrive(),
        CreateDiscard(),
    };

    private static Command CreateList()
    {
        var discarded = new Option<bool>("--discarded")
        {
            Description = "Those that were discarded, with who did it, when and why, in place of those that wait.",
        };
        var json = JsonOption.Create();
        var command = new Command("list", "Lists those that wait for an operator, in the order in which they failed.") { discarded, json };
        Connect(command, async (parsed, deadLetters, cancel) =>
        {
            var asked = parsed.GetValue(discarded);
            var letters = await ToListAsync(deadLetters, asked, cancel);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(letters);
            }
            else if (letters.Count == 0)
            {
                Terminal.WriteLine(asked ? "No dead letter was discarded." : "No dead letter waits.");
            }
            else if (asked)
            {
                Terminal.WriteTable(["NAME", "SERVICE", "POSITION", "RESOURCE", "DISCARDED (UTC)", "BY", "REASON"],
                    [.. letters.Select(l => Row(l, MomentOf(l.DiscardTime), l.DiscardedBy, l.DiscardReason))]);
            }
            else
            {
                Terminal.WriteTable(["NAME", "SERVICE", "POSITION", "RESOURCE", "FAILED (UTC)", "REASON"],
                    [.. letters.Select(l => Row(l, MomentOf(l.FailTime), l.Reason))]);
            }
            return true;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var name = new Argument<string>("NAME") { Description = "Its name, for example deadLetters/0193a8c0." };
        var command = new Command("show", "Shows all that is known of one, with the message as it arrived.") { name };
        Connect(command, async (parsed, deadLetters, cancel) =>
        {
            Show(await deadLetters.GetAsync(parsed.GetValue(name)!, cancel));
            return true;
        });
        return command;
    }

    private static Command CreateRedrive()
    {
        var names = new Argument<string[]>("NAME") { Description = "The names of those to try again.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All that wait." };
        var command = new Command("redrive",
            "Has the worker try messages again, for example after an update that can handle them. One that fails again is listed again.")
        {
            names,
            all,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(names) is { Length: > 0 } == result.GetValue(all))
                result.AddError("Name one or more dead letters, or give --all.");
        });
        Connect(command, async (parsed, deadLetters, cancel) =>
        {
            // Read to the end first: a letter that fails again would otherwise be listed, and tried, without end.
            string[] asked = parsed.GetValue(all) ? [.. (await ToListAsync(deadLetters, discarded: false, cancel)).Select(l => l.Name)]
                : parsed.GetValue(names)!;
            if (asked.Length == 0)
            {
                Terminal.WriteLine("No dead letter waits.");
                return true;
            }
            return await ForEachAsync("Redriving", asked, "given to the worker again.", deadLetters.RedriveAsync, cancel);
        });
        return command;
    }

    private static Command CreateDiscard()
    {
        var names = new Argument<string[]>("NAME") { Description = "The names of those to discard.", Arity = ArgumentArity.OneOrMore };
        var reason = new Option<string>("--reason")
        {
            Description = "Why, in a sentence; it is kept with the message.",
            Required = true,
            HelpName = "TEXT",
        };
        var command = new Command("discard",
            "Gives messages up. The worker no longer waits for their changes, which reports then lack; the messages are kept with the "
                + "reason.")
        {
            names,
            reason,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(reason) is { Tokens: [var text] } && string.IsNullOrWhiteSpace(text.Value))
                result.AddError("--reason: Must say why.");
        });
        Connect(command, (parsed, deadLetters, cancel) =>
            ForEachAsync("Discarding", parsed.GetValue(names)!, "discarded.",
                (name, c) => deadLetters.DiscardAsync(name, parsed.GetValue(reason)!, c), cancel));
        return command;
    }

    // Exits with 0 when the work returns true.
    private static void Connect(Command command, Func<ParseResult, DeadLetters, CancellationToken, Task<bool>> work)
    {
        var connection = new ConnectionOptions(Role.Operator);
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            return await work(parsed, new DeadLetters(new RetryingClient(platform, TimeProvider.System)), cancel) ? 0 : 1;
        });
    }

    // A refusal does not stop the others; true when none was refused.
    private static async Task<bool> ForEachAsync(string doing, string[] names, string done, Func<string, CancellationToken, Task> work,
        CancellationToken cancel)
    {
        var refused = 0;
        var told = new List<(string Line, bool Refused)>();
        try
        {
            await Terminal.WithProgressAsync($"{doing} {Terminal.Count(names.Length, "dead letter")}", names.Length, async advance =>
            {
                foreach (var name in names)
                {
                    try
                    {
                        await work(name, cancel);
                        told.Add(($"{Terminal.Printable(name)}: {done}", false));
                    }
                    catch (RpcException e) when (
                        e.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition)
                    {
                        var refusal = ServerError.Of(e);
                        told.Add(($"{Terminal.Printable(name)}: {refusal.Reason}: {Terminal.Printable(refusal.Sentence)}", true));
                        refused++;
                    }
                    advance(told.Count);
                }
                return 0;
            });
        }
        finally
        {
            // Also reports what was done before an interruption.
            foreach (var (line, isRefused) in told)
                (isRefused ? (Action<string>)Terminal.WriteError : Terminal.WriteLine)(line);
        }
        return refused == 0;
    }

    private static async Task<List<DeadLetter>> ToListAsync(DeadLetters deadLetters, bool discarded, CancellationToken cancel)
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in deadLetters.AllAsync(discarded, cancel))
            letters.Add(letter);
        return letters;
    }

    private static string[] Row(DeadLetter letter, params string[] more) =>
        [.. ((string[])[letter.Name, letter.Service, PositionOf(letter), Or(letter.ResourceName), .. more]).Select(Terminal.Printable)];

    private static void Show(DeadLetter letter)
    {
        (string Name, string Value)[] fields =
        [
            ("name", letter.Name),
            ("service", letter.Service),
            ("position", PositionOf(letter)),
            ("change", Or(letter.ChangeId)),
            ("resource", Or(letter.ResourceName)),
            ("failed", $"{MomentOf(letter.FailTime)} UTC"),
            ("reason", letter.Reason),
        ];
        foreach (var (name, value) in letter.DiscardTime is null ? fields
            : [.. fields, ("discarded", $"{MomentOf(letter.DiscardTime)} UTC by {letter.DiscardedBy}"), ("because", letter.DiscardReason)])
        {
            Terminal.WriteLine($"{name + ":",-11}{Terminal.Printable(value)}");
        }
        if (letter.Fault.Length > 0)
        {
            Terminal.WriteLine("");
            Terminal.WriteLine("The fault:");
            SayLines(letter.Fault);
        }
        Terminal.WriteLine("");
        Terminal.WriteLine($"The message, {Terminal.Count(letter.Body.Length, "byte")}:");
        SayBody(letter.Body.ToByteArray());
    }

    private static void SayBody(byte[] body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            SayBytes(body);
            return;
        }
        try
        {
            using var json = JsonDocument.Parse(text);
            SayLines(JsonSerializer.Serialize(json, Indented));
        }
        catch (JsonException)
        {
            SayLines(text);
        }
    }

    private static void SayLines(string text)
    {
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            Terminal.WriteLine($"  {Terminal.Printable(line)}");
    }

    // Like hexdump: offset, bytes, printable characters.
    private static void SayBytes(byte[] body)
    {
        for (var start = 0; start < body.Length; start += 16)
        {
            var row = body.AsSpan(start, Math.Min(16, body.Length - start)).ToArray();
            Terminal.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {start:x8}  {string.Join(' ', row.Select(b => b.ToString("x2", CultureInfo.InvariantCulture))),-47}  "
                    + $"{string.Concat(row.Select(b => b is >= 0x20 and < 0x7f ? (char)b : '.'))}"));
        }
    }

    private static string PositionOf(DeadLetter letter) =>
        letter.Position == 0 ? "-" : letter.Position.ToString(CultureInfo.InvariantCulture);

    private static string Or(string text) => text.Length == 0 ? "-" : text;

    private static string MomentOf(Timestamp? time) =>
        time is null ? "-" : time.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
