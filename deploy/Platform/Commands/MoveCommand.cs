using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Platform.Hosting.Databases;
using Platform.Hosting.Settings;
using Platform.Hosting.Store;
using Platform.Reporting;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform move</c>: copies the stores of a platform in one process from SQLite into PostgreSQL databases, for a secretariat that
/// grows. Positions, moments, versions and the identity of each log stay what they are, so that whoever follows a log goes on
/// where he was, and a report made again is the same file.
/// </summary>
internal static class MoveCommand
{
    // What a service has of its own in PostgreSQL is made from the positions of its changes; see CopyAsync.
    private static readonly string[] ServiceTables = ["record", "record_key", "change"];
    private static readonly string[] WorkerTables = ["report", "dead_letter", "schedule", "schedule_run", "brief_template"];

    public static Command Create()
    {
        var data = DataOption.Create("The user's own if not given.");
        var command = new Command("move", "Copies the SQLite stores of a platform in one process, while it does not serve, into the empty "
            + "PostgreSQL databases that ConnectionStrings:NAME name (in the environment ConnectionStrings__NAME). Nothing is removed "
            + "from the folder.")
        {
            data,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? data, CancellationToken cancel)
    {
        var configuration = ProcessSettings.Read();
        var folder = Settings.FolderOf(configuration, data);
        if (Settings.Stores.FirstOrDefault(s => !File.Exists(folder.FileOf(s))) is { } lacking)
            throw new CommandException($"\"{folder.Path}\" has no {lacking}.db: it is not the data folder of a platform in one process.");
        var unset = Settings.Stores.Where(s => string.IsNullOrEmpty(configuration.GetConnectionString(s))).ToList();
        if (unset.Count > 0)
        {
            throw new CommandException($"Set {string.Join(", ", unset.Select(s => $"ConnectionStrings__{s}"))}: each store needs a "
                + "PostgreSQL database to move to.");
        }
        // Nothing may be written meanwhile.
        using var mine = folder.Lock();
        var here = new ConfigurationBuilder().AddInMemoryCollection([new(Settings.DataDirectory, folder.Path)]).Build();
        foreach (var store in Settings.Stores)
        {
            foreach (var side in new IConfiguration[] { here, configuration })
            {
                if (store == ReportingModule.Name)
                    await ReportingModule.MigrateAsync(side, acceptNewer: false, cancel);
                else
                    await StoreRegistration.MigrateStoreAsync(side, store, acceptNewer: false, cancel);
            }
            await using var from = Database.Open(here, store);
            await using var to = Database.Open(configuration, store);
            await using var source = (SqliteConnection)await from.OpenConnectionAsync(cancel);
            await using var target = (NpgsqlConnection)await to.OpenConnectionAsync(cancel);
            Terminal.WriteLine($"{store}: {await MoveAsync(store, source, target, cancel)}");
        }
        Terminal.WriteLine("Start the processes with these databases. The worker reads the services' logs again before it is ready; then "
            + $"run platform verify. Do not serve \"{folder.Path}\" any more: what is written there would be in neither.");
        return 0;
    }

    private static async Task<string> MoveAsync(string store, SqliteConnection source, NpgsqlConnection target, CancellationToken cancel)
    {
        var tables = store == ReportingModule.Name ? WorkerTables : ServiceTables;
        await using var transaction = await target.BeginTransactionAsync(cancel);
        var log = (string)(await AskAsync(source, "select log_id from store", cancel))!;
        if (log == (string)(await AskAsync(target, "select log_id from store", cancel))!)
            return "is there already.";
        foreach (var table in tables)
        {
            if ((bool)(await AskAsync(target, $"select exists (select from {table})", cancel))!)
                throw new CommandException($"The database of {store} is not empty: it has rows in {table}. Name an empty database.");
        }
        var counts = new List<string>();
        foreach (var table in tables)
        {
            var count = await CopyAsync(table, source, target, cancel);
            counts.Add(string.Create(CultureInfo.InvariantCulture, $"{count:N0} of {table}"));
        }
        if (tables == ServiceTables)
        {
            // The next id is taken from the sequence of change_unnumbered.
            await AskAsync(target, "select setval(pg_get_serial_sequence('change_unnumbered', 'id'), "
                + "(select coalesce(max(id), 0) + 1 from change), false)", cancel);
            var relayed = (long)(await AskAsync(source, "select position from log_reader where name = 'relay'", cancel))!;
            var settled = (long)(await AskAsync(source, "select settled_until from store", cancel))!;
            await AskAsync(target, "insert into change_position (position, id) select id, id from change", cancel);
            await AskAsync(target, "update log_reader set position = $1 where name = 'relay'", cancel, relayed);
            await AskAsync(target, "update store set settled_until = $1", cancel, DateTimeOffset.UnixEpoch.AddMicroseconds(settled));
        }
        // Last: by it a move that was interrupted knows which stores are there.
        await AskAsync(target, "update store set log_id = $1", cancel, log);
        await transaction.CommitAsync(cancel);
        return string.Join(", ", counts) + ".";
    }

    // Returns how many rows were copied. Tables and columns have the same names on both engines, but that a change has the id
    // that it was given with its position, which is the position on SQLite.
    private static async Task<long> CopyAsync(string table, SqliteConnection source, NpgsqlConnection target, CancellationToken cancel)
    {
        var columns = new List<(string Name, string Type)>();
        await using (var describe = new NpgsqlCommand("""
            select column_name, udt_name from information_schema.columns
            where table_schema = current_schema() and table_name = $1 order by ordinal_position
            """, target) { Parameters = { new() { Value = table } } })
        await using (var rows = await describe.ExecuteReaderAsync(cancel))
        {
            while (await rows.ReadAsync(cancel))
                columns.Add((rows.GetString(0), rows.GetString(1)));
        }
        await using var read = source.CreateCommand();
        // Names of the schema of this version.
#pragma warning disable CA2100
        read.CommandText = $"select {string.Join(", ", columns.Select(c => table == "change" && c.Name == "id" ? "position" : c.Name))} "
            + $"from {table}";
#pragma warning restore CA2100
        await using var reader = await read.ExecuteReaderAsync(cancel);
        await using var writer = await target.BeginBinaryImportAsync(
            $"copy {table} ({string.Join(", ", columns.Select(c => c.Name))}) from stdin (format binary)", cancel);
        var count = 0L;
        while (await reader.ReadAsync(cancel))
        {
            await writer.StartRowAsync(cancel);
            for (var i = 0; i < columns.Count; i++)
            {
                if (reader.IsDBNull(i))
                    await writer.WriteNullAsync(cancel);
                else
                    await writer.WriteAsync(Convert(reader.GetValue(i), columns[i].Type), columns[i].Type, cancel);
            }
            count++;
        }
        await writer.CompleteAsync(cancel);
        return count;
    }

    // SQLite has neither moments nor truth values nor UUIDs, and one kind of whole number.
    private static object Convert(object value, string type) => type switch
    {
        "bool" => (long)value != 0,
        "int2" => (short)(long)value,
        "int4" => (int)(long)value,
        "timestamptz" => DateTimeOffset.UnixEpoch.AddMicroseconds((long)value),
        "uuid" => Guid.Parse((string)value),
        _ => value,
    };

    private static async Task<object?> AskAsync(System.Data.Common.DbConnection connection, string sql, CancellationToken cancel,
        object? value = null)
    {
        await using var command = connection.CreateCommand();
        // Constants, and names of tables.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        if (value is not null)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(cancel);
    }
}
