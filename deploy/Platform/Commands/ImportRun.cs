using System.Diagnostics;
using System.Globalization;
using Platform.Tool.Client;
using Platform.Tool.Import;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary>An import as <c>platform import</c> and <c>platform demo</c> show it.</summary>
internal static class ImportRun
{
    /// <summary>Reads and checks a record; null when it has problems, which are then shown.</summary>
    public static RecordContent? Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new CommandException($"\"{folder}\" is not a folder.");
        var record = RecordFiles.ReadFolder(folder);
        if (record.Files == 0)
            throw new CommandException($"\"{folder}\" has no .yaml files.");
        if (record.Problems.Count == 0)
            return record;
        foreach (var problem in record.Problems)
            Terminal.WriteError(problem.ToString());
        Terminal.WriteError($"{Terminal.Count(record.Problems.Count, "problem")}; nothing was sent.");
        return null;
    }

    /// <summary>Imports a record, and the documents' words where copies are given; true when nothing was refused.</summary>
    public static async Task<bool> SendAsync(RecordContent record, PlatformAddress platform, string? documents, CancellationToken cancel)
    {
        if (documents is not null && !Directory.Exists(documents))
            throw new CommandException($"\"{documents}\" is not a folder.");
        var calls = new RetryingClient(platform, TimeProvider.System);
        var positions = new ChangePositions(calls, TimeProvider.System);
        var started = Stopwatch.GetTimestamp();
        var before = await positions.EndsAsync(cancel);
        var outcome = await Terminal.WithProgressAsync(
            $"Importing {Terminal.Count(record.Entries.Count, "entry", "entries")} of {Terminal.Count(record.Files, "file")}",
            record.Entries.Count,
            advance => new RecordImport(calls).RunAsync(record.Entries, n => advance(n), cancel));
        var changes = await positions.CountAsync(before, record.Entries.Select(e => e.RequestId).ToHashSet(), cancel);
        foreach (var refusal in outcome.Refusals)
            Terminal.WriteError(refusal.ToString());

        Terminal.WriteLine(
            $"Imported {outcome.Accepted:N0} of {Terminal.Count(record.Entries.Count, "entry", "entries")} in "
                + $"{Terminal.Seconds(started)}; "
                + $"{(changes == 0 ? "everything was there already" : $"{Terminal.Count(changes, "change")} recorded")}.");
        if (outcome.Refusals.Count > 0)
        {
            Terminal.WriteError(
                $"{Terminal.Count(outcome.Refusals.Count, "refusal")}. Correct these entries and import again: what was accepted is not "
                    + $"recorded twice.");
            return false;
        }
        return documents is null || await AttachAsync(record, calls, documents, cancel);
    }

    /// <summary>Tells what a record holds, kind by kind: resources, then what is done to them.</summary>
    public static void WriteCounts(RecordContent record)
    {
        var kinds = record.Entries.GroupBy(e => e.Kind).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Key, StringComparer.Ordinal)
            .ToList();
        var counts = kinds.Where(g => g.Key.IsCreate)
            .Select(g => Terminal.Count(g.Count(), g.Key.Key.Replace('_', ' '), Plural(g.Key.Key.Replace('_', ' '))))
            .Concat(kinds.Where(g => !g.Key.IsCreate)
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count():N0} × {g.Key.Key}")));
        Terminal.WriteLine($"  {string.Join(", ", counts)}");
    }

    private static string Plural(string noun) => noun.EndsWith('y') ? noun[..^1] + "ies" : noun + "s";

    private static async Task<bool> AttachAsync(RecordContent record, RetryingClient calls, string documents, CancellationToken cancel)
    {
        var steps = OfficialTexts.LocatedIn(record.Entries).Count;
        var outcome = await Terminal.WithProgressAsync($"Attaching the official text to {Terminal.Count(steps, "outcome")}", steps,
            advance => new OfficialTexts(calls, new DocumentCopies(documents)).RunAsync(record.Entries, n => advance(n), cancel));
        foreach (var note in outcome.Notes)
            Terminal.WriteLine(note);
        foreach (var problem in outcome.Problems)
            Terminal.WriteError(problem);
        Terminal.WriteLine($"Attached the official text of {outcome.Attached:N0} of {Terminal.Count(outcome.Located, "outcome")}.");
        return outcome.Problems.Count == 0;
    }
}
