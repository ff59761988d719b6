using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Platform.Hosting.Settings;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform backup</c>: copies the SQLite stores of a platform in one process while it serves. A plain copy of the files is
/// not a backup: the latest writes are still in the write-ahead logs. PostgreSQL has its own tools; see
/// <c>docs/operations/backup.md</c>.
/// </summary>
internal static class BackupCommand
{
    // Copied in this order, so that a store never refers to something that a later copy lacks, and the worker is never ahead of a log.
    private static readonly string[] Order = ["reporting", "commitments", "meetings", "membership"];

    public static Command Create()
    {
        var data = DataOption.Create("The user's own if not given.");
        var to = new Argument<string>("TO") { Description = "The folder to make; it must not exist." };
        var command = new Command("backup", "Copies the SQLite stores of a platform and its signing key, while it serves or not. Start "
            + "serve --data with the copy to restore it.")
        {
            to, data,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(to), parsed.GetValue(data), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string to, string? data, CancellationToken cancel)
    {
        var source = Settings.FolderOf(ProcessSettings.Read(), data);
        var missing = Order.Where(store => !File.Exists(source.FileOf(store))).ToList();
        if (missing.Count > 0)
        {
            throw new CommandException($"\"{source.Path}\" has no {string.Join(", no ", missing.Select(m => $"{m}.db"))}: it is not the "
                + $"data folder of a platform in one process. PostgreSQL databases are backed up with pg_dump; see "
                + $"docs/operations/backup.md.");
        }
        if (Directory.Exists(to) || File.Exists(to))
            throw new CommandException($"\"{to}\" exists. Name a folder that does not exist.");
        // The folder gets its final name only when the backup is complete.
        var target = new DataFolder($"{System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(to))}.part");
        if (Directory.Exists(target.Path))
            Directory.Delete(target.Path, recursive: true);
        target.Create();
        foreach (var store in Order)
        {
            cancel.ThrowIfCancellationRequested();
            var changes = await CopyAsync(source.FileOf(store), target.FileOf(store), cancel);
            Terminal.WriteLine(changes is null ? $"{store}: copied."
                : string.Create(CultureInfo.InvariantCulture, $"{store}: {changes:N0} changes."));
        }
        if (File.Exists(source.KeyFile))
            File.Copy(source.KeyFile, target.KeyFile);
        Directory.Move(target.Path, to);
        Terminal.WriteLine($"Written to \"{to}\". It holds everything, the signing key too: keep it as you keep the platform.");
        return 0;
    }

    // How many changes its log has, where it has one.
    private static async Task<long?> CopyAsync(string from, string to, CancellationToken cancel)
    {
        await using (var source = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = from,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 60,
        }.ConnectionString))
        {
            await source.OpenAsync(cancel);
            await using var copy = source.CreateCommand();
            copy.CommandText = "vacuum into $to";
            copy.Parameters.AddWithValue("$to", to);
            await copy.ExecuteNonQueryAsync(cancel);
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var made = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ConnectionString);
        await made.OpenAsync(cancel);
        if (await AskAsync("pragma integrity_check") is not "ok")
            throw new CommandException($"\"{from}\" is damaged: its copy does not pass SQLite's integrity check. Restore an older backup.");
        return await AskAsync("select 1 from sqlite_master where name = 'change'") is null ? null
            : (long?)await AskAsync("select count(*) from change");

        async Task<object?> AskAsync(string sql)
        {
            await using var ask = made.CreateCommand();
            // Constants.
#pragma warning disable CA2100
            ask.CommandText = sql;
#pragma warning restore CA2100
            return await ask.ExecuteScalarAsync(cancel);
        }
    }
}
