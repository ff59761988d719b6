using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Platform.Common.V1;
using Platform.Reporting.Databases;

namespace Platform.Reporting.History;

/// <summary>How far a service's log is consumed.</summary>
/// <param name="Position">Nothing at or below it is missing but <paramref name="Missing"/>.</param>
/// <param name="Highest">The highest position that was consumed.</param>
/// <param name="Missing">Positions at or below <paramref name="Position"/> that could not be taken in, lowest first.</param>
/// <param name="WasLevel">The end of the log was reached once.</param>
internal sealed record ConsumedLog(long Position, long Highest, IReadOnlyList<long> Missing, bool WasLevel);

/// <summary>The consumed change of the highest position.</summary>
/// <param name="Position">The position.</param>
/// <param name="Name">The resource that it changed.</param>
/// <param name="Version">The version that it made.</param>
/// <param name="RecordTime">The moment at which it was recorded.</param>
internal sealed record LastChange(long Position, string Name, long Version, DateTimeOffset RecordTime);

/// <summary>
/// The projection: every version of every resource that was consumed, and the newest of each. Changes may arrive in any
/// order and any number of times and leave the same.
/// </summary>
/// <param name="database">The projection's database.</param>
internal sealed class HistoryStore(WorkerDatabase database)
{
    /// <summary>What follows the identity of a log in <see cref="LogIdAsync"/> once its service was restored from an older
    /// copy.</summary>
    public const string BeforeRestore = " before it was restored";

    // Positions looked at in one go; what lies further is looked at next.
    private const int PageSize = 10_000;

    // In one order everywhere, versions before resources: two workers that add the same changes wait for one another
    // and never in a circle. Only what was added can be the newest of its resource. A resource is what the newest change
    // carries that made it so; the correction of an older version has a number and changes nothing of that.
    private const string AddOnPostgres = """
        with added as (
            insert into version (resource_name, resource_version, resource_type, service, position, kind, effective_date, recorded_time,
                state, corrected_version, reason, is_current, trace_parent)
            select * from unnest(@resource_names, @resource_versions, @resource_types, @services, @positions, @kinds, @effective_dates,
                @recorded_times, @states, @corrected_versions, @reasons, @are_current, @trace_parents)
            on conflict do nothing
            returning resource_name, resource_type, service, resource_version, kind, state, is_current
        )
        insert into resource (resource_name, resource_type, service, resource_version, state_version, removed, state)
        select a.resource_name, a.resource_type, a.service, a.resource_version, coalesce(c.resource_version, 0),
            coalesce(c.kind in (4, 5), true), coalesce(c.state, ''::bytea)
        from (select distinct on (resource_name) * from added order by resource_name, resource_version desc) a
        left join (select distinct on (resource_name) * from added where is_current order by resource_name, resource_version desc) c
            on c.resource_name = a.resource_name
        order by a.resource_name
        """ + Newest;

    private const string AddVersion = """
        insert into version (resource_name, resource_version, resource_type, service, position, kind, effective_date, recorded_time, state,
            corrected_version, reason, is_current, trace_parent)
        values (@resource_name, @resource_version, @resource_type, @service, @position, @kind, @effective_date, @recorded_time, @state,
            @corrected_version, @reason, @is_current, @trace_parent)
        on conflict do nothing
        """;

    private const string AddResource = """
        insert into resource (resource_name, resource_type, service, resource_version, state_version, removed, state)
        values (@resource_name, @resource_type, @service, @resource_version, case when @is_current then @resource_version else 0 end,
            not @is_current or @kind in (4, 5), case when @is_current then @state else x'' end)
        """ + Newest;

    private const string Newest = """

        on conflict (resource_name) do update
        set resource_type = excluded.resource_type, service = excluded.service,
            resource_version = case when excluded.resource_version > resource.resource_version then excluded.resource_version
                else resource.resource_version end,
            removed = case when excluded.state_version > resource.state_version then excluded.removed else resource.removed end,
            state = case when excluded.state_version > resource.state_version then excluded.state else resource.state end,
            state_version = case when excluded.state_version > resource.state_version then excluded.state_version
                else resource.state_version end
        where resource.resource_version < excluded.resource_version or resource.state_version < excluded.state_version
        """;

    /// <summary>Adds changes, all or none; those that are there already make no difference.</summary>
    public async Task AddAsync(IEnumerable<ConsumedChange> changes, CancellationToken cancel)
    {
        await using var write = await database.BeginAsync(cancel);
        await AddAsync(write, changes, cancel);
        await write.CommitAsync(cancel);
    }

    /// <summary>Adds changes in a transaction.</summary>
    internal async Task AddAsync(WorkerTransaction write, IEnumerable<ConsumedChange> changes, CancellationToken cancel)
    {
        var rows = changes.OrderBy(c => c.Service, StringComparer.Ordinal).ThenBy(c => c.Position).ToArray();
        if (!database.IsPostgres)
        {
            await AddOneByOneAsync(write, rows, cancel);
            return;
        }
        await write.ExecuteAsync(AddOnPostgres, cancel,
            ("@resource_names", Column(rows, c => c.ResourceName)),
            ("@resource_versions", Column(rows, c => c.Version)),
            ("@resource_types", Column(rows, c => c.ResourceType)),
            ("@services", Column(rows, c => c.Service)),
            ("@positions", Column(rows, c => c.Position)),
            ("@kinds", Column(rows, c => (int)c.Kind)),
            ("@effective_dates", Column(rows, c => c.EffectiveDate)),
            ("@recorded_times", Column(rows, c => c.RecordTime)),
            ("@states", Column(rows, c => c.State)),
            ("@corrected_versions", Column(rows, c => c.CorrectedVersion)),
            ("@reasons", Column(rows, c => c.Reason)),
            ("@are_current", Column(rows, c => c.IsCurrent)),
            ("@trace_parents", Column(rows, c => c.TraceParent)));
    }

    /// <summary>Tells how far a service's log is consumed.</summary>
    /// <param name="service">The service.</param>
    /// <param name="deadLettered">Positions of changes that could not be taken in: they are skipped, and counted as missing.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<ConsumedLog> ReadAsync(string service, IReadOnlySet<long> deadLettered, CancellationToken cancel) =>
        (await ScanAsync(service, deadLettered, cancel)).Log;

    /// <summary>The same, and stores it: the next scan begins there.</summary>
    public async Task<ConsumedLog> AdvanceAsync(string service, IReadOnlySet<long> deadLettered, CancellationToken cancel)
    {
        var (log, before, skipped, hasFilled) = await ScanAsync(service, deadLettered, cancel);
        if (log.Position == before && !hasFilled)
            return log;
        await using var write = await database.BeginAsync(cancel);
        await write.ExecuteAsync("""
            delete from missing
            where service = @service and exists (select 1 from version v where v.service = missing.service
                and v.position = missing.position)
            """, cancel, ("@service", service));
        foreach (var missing in skipped)
        {
            await write.ExecuteAsync("insert into missing (service, position) values (@service, @position) on conflict do nothing", cancel,
                ("@service", service), ("@position", missing));
        }
        await write.ExecuteAsync("""
            insert into consumed (service, position, was_level) values (@service, @position, false)
            on conflict (service) do update set position = excluded.position where consumed.position < excluded.position
            """, cancel, ("@service", service), ("@position", log.Position));
        await write.CommitAsync(cancel);
        return log;
    }

    /// <summary>The consumed change of the highest position; null when there is none.</summary>
    public async Task<LastChange?> LastAsync(string service, CancellationToken cancel) =>
        (await database.QueryAsync("""
            select position, resource_name, resource_version, recorded_time from version where service = @service
            order by position desc limit 1
            """, r => new LastChange(r.GetInt64(0), r.GetString(1), r.GetInt64(2),
                DateTimeOffset.UnixEpoch.AddMicroseconds(r.GetInt64(3))), cancel, ("@service", service))).FirstOrDefault();

    /// <summary>The first position after one that was consumed; null when none was.</summary>
    public async Task<long?> NextAsync(string service, long after, CancellationToken cancel) =>
        (await database.QueryAsync("select min(position) from version where service = @service and position > @position", r => r.IsDBNull(0)
            ? (long?)null : r.GetInt64(0), cancel, ("@service", service), ("@position", after)))[0];

    /// <summary>The positions of a range that were consumed.</summary>
    public async Task<IReadOnlySet<long>> PositionsAsync(string service, long first, long last, CancellationToken cancel) =>
        (await database.QueryAsync("select position from version where service = @service and position between @first and @last",
            r => r.GetInt64(0), cancel, ("@service", service), ("@first", first), ("@last", last))).ToHashSet();

    /// <summary>Notes which log of a service the projection has, at the first time; returns the one that was noted.</summary>
    public async Task<string> BindAsync(string service, string logId, CancellationToken cancel)
    {
        await database.ExecuteAsync("""
            insert into consumed (service, position, was_level, log_id) values (@service, 0, false, @log_id)
            on conflict (service) do update set log_id = excluded.log_id where consumed.log_id = ''
            """, cancel, ("@service", service), ("@log_id", logId));
        return await LogIdAsync(service, cancel);
    }

    /// <summary>
    /// Notes that the service was restored from an older copy: what the projection has is no longer the log of that identity, also
    /// for workers that are started later.
    /// </summary>
    public Task MarkRestoredAsync(string service, CancellationToken cancel) =>
        database.ExecuteAsync("update consumed set log_id = log_id || @before where service = @service and log_id not like '%' || @before",
            cancel, ("@service", service), ("@before", BeforeRestore));

    /// <summary>Which log of a service the projection has; empty until that is noted.</summary>
    public async Task<string> LogIdAsync(string service, CancellationToken cancel) =>
        (await database.QueryAsync("select log_id from consumed where service = @service", r => r.GetString(0), cancel,
            ("@service", service))).FirstOrDefault(string.Empty);

    /// <summary>Notes that the end of a service's log was reached.</summary>
    public Task MarkLevelAsync(string service, CancellationToken cancel) =>
        database.ExecuteAsync(
            "insert into consumed (service, position, was_level) values (@service, 0, true) on conflict (service) do update set "
                + "was_level = true", cancel, ("@service", service));

    /// <summary>True when the end of the logs of all these services was reached once.</summary>
    public async Task<bool> WasLevelAsync(IEnumerable<string> services, CancellationToken cancel)
    {
        var level = await database.QueryAsync("select service from consumed where was_level", r => r.GetString(0), cancel);
        return services.All(level.Contains);
    }

    /// <summary>A resource as it is now; null when it does not exist, or no longer does.</summary>
    public async Task<IResource?> FindAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync(
            "select resource_type, state from resource where resource_name = @name and not removed and state_version > 0",
            r => ResourceTypes.Parse(r.GetString(0), (byte[])r.GetValue(1)), cancel, ("@name", name))).FirstOrDefault();

    /// <summary>All resources of a type as they are now.</summary>
    public async Task<List<T>> FindAllAsync<T>(CancellationToken cancel)
        where T : class, IResource, new()
    {
        var type = new T().Descriptor.Name;
        return await database.QueryAsync("select state from resource where resource_type = @type and not removed and state_version > 0",
            r => (T)ResourceTypes.Parse(type, (byte[])r.GetValue(0)), cancel, ("@type", type));
    }

    /// <summary>
    /// The history of each resource as recorded by a moment, in the order of their names. Read as it goes: it does not fit into
    /// memory, of a large record.
    /// </summary>
    /// <param name="knownAt">The moment, inclusive.</param>
    /// <param name="lastPositions">Services of which nothing after a position is read, whatever was consumed since.</param>
    /// <param name="cancel">Cancels the read.</param>
    public async IAsyncEnumerable<IReadOnlyList<ResourceVersion>> HistoriesAsync(DateTimeOffset knownAt,
        IReadOnlyDictionary<string, long> lastPositions, [EnumeratorCancellation] CancellationToken cancel)
    {
        var history = new List<ResourceVersion>();
        var values = new List<(string Name, object Value)> { ("@known_at", ConsumedChange.Microseconds(knownAt)) };
        var condition = "recorded_time <= @known_at";
        foreach (var (service, position) in lastPositions)
        {
            condition += $" and not (service = @service{values.Count} and position > @position{values.Count})";
            values.AddRange([($"@service{values.Count}", service), ($"@position{values.Count}", position)]);
        }
        await foreach (var version in database.StreamAsync($"""
            select resource_name, resource_version, resource_type, kind, effective_date, recorded_time, state, corrected_version, reason
            from version where {condition} order by resource_name, resource_version
            """, VersionOf, cancel, [.. values]))
        {
            if (history.Count > 0 && history[0].ResourceName != version.ResourceName)
            {
                yield return history;
                history = [];
            }
            history.Add(version);
        }
        if (history.Count > 0)
            yield return history;
    }

    /// <summary>The calls that made changes recorded after a moment and by another, as far as they were sampled, newest first.</summary>
    /// <param name="after">The one moment, exclusive.</param>
    /// <param name="until">The other, inclusive.</param>
    /// <param name="limit">The most calls to return.</param>
    /// <param name="cancel">Cancels the read.</param>
    public Task<List<string>> TraceParentsAsync(DateTimeOffset after, DateTimeOffset until, int limit, CancellationToken cancel) =>
        database.QueryAsync("""
            select trace_parent from version
            where trace_parent <> '' and recorded_time > @after and recorded_time <= @until
            group by trace_parent order by max(recorded_time) desc, trace_parent limit @limit
            """, row => row.GetString(0), cancel, ("@after", ConsumedChange.Microseconds(after)),
            ("@until", ConsumedChange.Microseconds(until)), ("@limit", limit));

    private static ResourceVersion VersionOf(DbDataReader row)
    {
        var (name, resource) = (row.GetString(0), ResourceTypes.Parse(row.GetString(2), (byte[])row.GetValue(6)));
        // The texts that the resource has anyway, not the row's: a view keeps hundreds of thousands of them.
        return new(
            name == resource.Name ? resource.Name : name,
            resource.Descriptor.Name,
            row.GetInt64(1),
            (ChangeKind)row.GetInt32(3),
            DateOnly.ParseExact(row.GetString(4), "yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTimeOffset.UnixEpoch.AddMicroseconds(row.GetInt64(5)),
            resource,
            row.GetInt64(7),
            row.GetString(8));
    }

    private static async Task AddOneByOneAsync(WorkerTransaction write, ConsumedChange[] rows, CancellationToken cancel)
    {
        await using var version = write.Command(AddVersion);
        await using var resource = write.Command(AddResource);
        foreach (var change in rows)
        {
            Set(version, change);
            if (await version.ExecuteNonQueryAsync(cancel) == 0)
                continue;
            Set(resource, change);
            await resource.ExecuteNonQueryAsync(cancel);
        }
    }

    // One set for both statements: parameters that a statement does not name are passed over.
    private static void Set(DbCommand command, ConsumedChange change)
    {
        Set("@resource_name", change.ResourceName);
        Set("@resource_version", change.Version);
        Set("@resource_type", change.ResourceType);
        Set("@service", change.Service);
        Set("@position", change.Position);
        Set("@kind", (int)change.Kind);
        Set("@effective_date", change.EffectiveDate);
        Set("@recorded_time", change.RecordTime);
        Set("@state", change.State);
        Set("@corrected_version", change.CorrectedVersion);
        Set("@reason", change.Reason);
        Set("@is_current", change.IsCurrent);
        Set("@trace_parent", change.TraceParent);

        void Set(string name, object value)
        {
            if (!command.Parameters.Contains(name))
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }
            command.Parameters[name].Value = value;
        }
    }

    // From where the last scan was stored on. `HasFilled` is true when a change that was missing is there now.
    private async Task<(ConsumedLog Log, long Before, List<long> Skipped, bool HasFilled)> ScanAsync(string service,
        IReadOnlySet<long> deadLettered, CancellationToken cancel)
    {
        var (before, wasLevel, highest) = await StateAsync(service, cancel);
        var noted = await database.QueryAsync("""
            select position, exists (select 1 from version v where v.service = m.service and v.position = m.position) from missing m
            where service = @service order by position
            """, r => (Position: r.GetInt64(0), IsThere: r.GetBoolean(1)), cancel, ("@service", service));
        var (position, skipped) = await WalkAsync(service, before, deadLettered, cancel);
        var missing = noted.Where(n => !n.IsThere).Select(n => n.Position);
        return (new ConsumedLog(position, highest, [.. missing, .. skipped], wasLevel), before, skipped, noted.Exists(n => n.IsThere));
    }

    private async Task<(long Position, bool WasLevel, long Highest)> StateAsync(string service, CancellationToken cancel) =>
        (await database.QueryAsync("""
            select coalesce((select position from consumed where service = @service), 0),
                coalesce((select was_level from consumed where service = @service), false),
                coalesce((select max(position) from version where service = @service), 0)
            """, r => (r.GetInt64(0), r.GetBoolean(1), r.GetInt64(2)), cancel, ("@service", service)))[0];

    private async Task<(long Position, List<long> Passed)> WalkAsync(string service, long position, IReadOnlySet<long> deadLettered,
        CancellationToken cancel)
    {
        var passed = new List<long>();
        while (true)
        {
            var page = await database.QueryAsync(
                "select position from version where service = @service and position > @position order by position limit @limit",
                r => r.GetInt64(0), cancel, ("@service", service), ("@position", position), ("@limit", PageSize));
            foreach (var next in page)
            {
                PassOver(next);
                if (next != position + 1)
                    return (position, passed);
                position = next;
            }
            if (page.Count < PageSize)
            {
                PassOver(long.MaxValue);
                return (position, passed);
            }
        }

        void PassOver(long until)
        {
            while (position + 1 < until && deadLettered.Contains(position + 1))
                passed.Add(++position);
        }
    }

    private static T[] Column<T>(ConsumedChange[] rows, Func<ConsumedChange, T> value) => Array.ConvertAll(rows, c => value(c));
}
