using System.Data.Common;
using Google.Protobuf;
using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.Paging;
using Platform.Hosting.Store;
using Platform.Reporting.Databases;

namespace Platform.Reporting.History;

/// <summary>Digests of what the worker consumed, computed as the services compute theirs.</summary>
internal sealed class WorkerDigests([FromKeyedServices(Projection.Key)] DbDataSource projection)
{
    private const string Held = """
        select resource_name as name, resource_type as type, resource_version as version,
            case when not removed then sha256(state) end as hash from resource
        where service = @service
        """;

    private readonly Dictionary<string, Digests> _digests = PlatformServices.WithChangeLog.Select(s => s.Name)
        .ToDictionary(s => s, s => new Digests(projection, Held, HistoryOf(projection), ("@service", s)));

    /// <summary>A page of digests of one service's resources, in the order of their names; null for an unknown service.</summary>
    public Task<Page<ResourceDigest>>? ListAsync(string service, IMessage request, int pageSize, string pageToken,
        IReadOnlyList<string> names, CancellationToken cancel) =>
        _digests.GetValueOrDefault(service)?.ListAsync(request, pageSize, pageToken, names, cancel);

    // SQLite, which keeps no count of what an index finds, would walk all positions of the service for every page; with
    // the sign it leaves that index alone and reads by name.
    private static string HistoryOf(DbDataSource projection) => $"""
        select resource_name as name, resource_type as type, resource_version as version, kind, effective_date, recorded_time,
            corrected_version, {(projection is NpgsqlDataSource ? "is_current::int as is_current" : "is_current")}, sha256(state) as hash
        from version
        where {(projection is NpgsqlDataSource ? "" : "+")}service = @service
        """;
}
