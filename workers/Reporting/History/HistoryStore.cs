using System.Data.Common;
using System.Globalization;
using Google.Protobuf;
using Npgsql;
using Platform.Common.V1;
using Platform.Reporting.V1;

namespace Platform.Reporting.History;

/// <summary>
/// The worker's own database: every version of every resource that it consumed, and the reports it built. Rows are
/// only added, never changed, so that changes may arrive in any order and any number of times and leave the same.
/// </summary>
/// <param name="database">PostgreSQL or SQLite: the SQL here means the same on both.</param>
internal sealed class HistoryStore(DbDataSource database) : IDisposable
{
    // SQLite has one writer; on PostgreSQL writers do not wait for one another.
    private readonly SemaphoreSlim? _writer = database is NpgsqlDataSource ? null : new(1, 1);

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    /// <summary>Adds changes of a service, all or none; those that are there already make no difference.</summary>
    public async Task AddAsync(string service, IEnumerable<IChange> changes, CancellationToken cancel)
    {
        await using var write = await BeginAsync(cancel);
        await using var command = write.Command("""
            insert into version (resource_name, resource_version, resource_type, service, position, kind, effective_date, recorded_time, state)
            values (@resource_name, @resource_version, @resource_type, @service, @position, @kind, @effective_date, @recorded_time, @state)
            on conflict do nothing
            """);
        // In one order everywhere: two workers that add the same changes would otherwise lock each other out.
        foreach (var change in changes.OrderBy(c => c.Metadata.Position))
        {
            var metadata = change.Metadata;
            Set(command, "@resource_name", metadata.ResourceName);
            Set(command, "@resource_version", metadata.ResourceVersion);
            Set(command, "@resource_type", metadata.ResourceType);
            Set(command, "@service", service);
            Set(command, "@position", metadata.Position);
            Set(command, "@kind", (int)metadata.Kind);
            Set(command, "@effective_date", metadata.EffectiveDate);
            Set(command, "@recorded_time", Microseconds(metadata.RecordedTime.ToDateTimeOffset()));
            Set(command, "@state", ResourceTypes.ResourceOf(change).ToByteArray());
            await command.ExecuteNonQueryAsync(cancel);
        }
        await write.CommitAsync(cancel);
    }

    /// <summary>
    /// How far a service's log has been consumed: the position up to which nothing is missing, and the highest seen.
    /// </summary>
    public async Task<ConsumedPosition> PositionAsync(string service, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        // The first position whose successor is missing; 0 when the first change itself is missing.
        await using var command = Command(connection, """
            select
                coalesce((select max(position) from version where service = @service), 0),
                case when exists (select 1 from version where service = @service and position = 1)
                    then (select v.position from version v
                          where v.service = @service and not exists (select 1 from version n where n.service = v.service and n.position = v.position + 1)
                          order by v.position limit 1)
                    else 0
                end
            """);
        Set(command, "@service", service);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new ConsumedPosition
        {
            Service = service,
            HighestPosition = Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture),
            Position = Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Every version recorded by a moment.</summary>
    public async Task<List<RecordVersion>> VersionsAsync(DateTimeOffset knownAt, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = Command(connection, "select resource_name, resource_version, resource_type, kind, effective_date, recorded_time, state from version where recorded_time <= @known_at");
        Set(command, "@known_at", Microseconds(knownAt));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var versions = new List<RecordVersion>();
        while (await reader.ReadAsync(cancel))
        {
            versions.Add(new RecordVersion(
                reader.GetString(0),
                reader.GetString(2),
                reader.GetInt64(1),
                (ChangeKind)reader.GetInt32(3),
                DateOnly.ParseExact(reader.GetString(4), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                DateTimeOffset.UnixEpoch.AddMicroseconds(reader.GetInt64(5)),
                ResourceTypes.Parse(reader.GetString(2), (byte[])reader.GetValue(6))));
        }
        return versions;
    }

    /// <summary>Keeps a report; false when its name is taken.</summary>
    public async Task<bool> AddReportAsync(Report report, byte[] workbook, CancellationToken cancel)
    {
        await using var write = await BeginAsync(cancel);
        await using var command = write.Command("insert into report (name, state, workbook) values (@name, @state, @workbook) on conflict do nothing");
        Set(command, "@name", report.Name);
        Set(command, "@state", report.ToByteArray());
        Set(command, "@workbook", workbook);
        var added = await command.ExecuteNonQueryAsync(cancel);
        await write.CommitAsync(cancel);
        return added == 1;
    }

    /// <summary>A report, or null.</summary>
    public async Task<Report?> FindReportAsync(string name, CancellationToken cancel) =>
        await FindAsync("select state from report where name = @name", name, cancel) is { } state ? Report.Parser.ParseFrom(state) : null;

    /// <summary>A report's workbook, or null.</summary>
    public Task<byte[]?> FindWorkbookAsync(string name, CancellationToken cancel) => FindAsync("select workbook from report where name = @name", name, cancel);

    /// <summary>Reports in the order of their names, after a name.</summary>
    public async Task<List<Report>> ListReportsAsync(string after, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = Command(connection, "select state from report where name > @after order by name limit @limit");
        Set(command, "@after", after);
        Set(command, "@limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var reports = new List<Report>();
        while (await reader.ReadAsync(cancel))
            reports.Add(Report.Parser.ParseFrom((byte[])reader.GetValue(0)));
        return reports;
    }

    private async Task<byte[]?> FindAsync(string sql, string name, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = Command(connection, sql);
        Set(command, "@name", name);
        return (byte[]?)await command.ExecuteScalarAsync(cancel);
    }

    private async Task<Write> BeginAsync(CancellationToken cancel)
    {
        if (_writer is not null)
            await _writer.WaitAsync(cancel);
        var write = new Write(_writer);
        try
        {
            await write.BeginAsync(database, cancel);
        }
        catch
        {
            await write.DisposeAsync();
            throw;
        }
        return write;
    }

    private static DbCommand Command(DbConnection connection, string sql, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        // All SQL is a constant of this file; what services sent is a parameter.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return command;
    }

    private static void Set(DbCommand command, string name, object value)
    {
        if (command.Parameters.Contains(name))
        {
            command.Parameters[name].Value = value;
            return;
        }
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private sealed class Write(SemaphoreSlim? writer) : IAsyncDisposable
    {
        private DbConnection? _connection;
        private DbTransaction? _transaction;

        public async Task BeginAsync(DbDataSource database, CancellationToken cancel)
        {
            _connection = await database.OpenConnectionAsync(cancel);
            _transaction = await _connection.BeginTransactionAsync(cancel);
        }

        public DbCommand Command(string sql) => HistoryStore.Command(_connection!, sql, _transaction);

        public Task CommitAsync(CancellationToken cancel) => _transaction!.CommitAsync(cancel);

        public async ValueTask DisposeAsync()
        {
            if (_transaction is not null)
                await _transaction.DisposeAsync();
            if (_connection is not null)
                await _connection.DisposeAsync();
            writer?.Release();
        }
    }
}
