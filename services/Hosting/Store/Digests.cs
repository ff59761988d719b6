using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.Paging;
using Platform.Hosting.Resources;

// MA0042: the rows of a page are few and small, so the reader's synchronous accessors never wait for long.
#pragma warning disable MA0042

namespace Platform.Hosting.Store;

/// <summary>
/// Digests of the resources that a database holds and of their history. The services and the reporting worker both
/// compute them here, so that two that hold the same have the same digests.
/// </summary>
/// <param name="database">PostgreSQL or SQLite: the SQL here means the same on both, but for lists of names.</param>
/// <param name="held">
/// SQL that selects the resources as they are held now: <c>name</c>, <c>type</c>, <c>version</c> and <c>hash</c>, the
/// SHA-256 of the resource; a null hash for a resource that has ended or was retracted.
/// </param>
/// <param name="history">
/// SQL that selects every version: <c>name</c>, <c>type</c>, <c>version</c>, <c>kind</c>, <c>effective_date</c>,
/// <c>recorded_time</c> in microseconds since 1970, <c>corrected_version</c>, <c>is_current</c> (1 or 0), and <c>hash</c>.
/// </param>
/// <param name="parameters">What the two name with an @.</param>
public sealed class Digests(DbDataSource database, string held, string history, params (string Name, object Value)[] parameters)
{
    // The next names, wherever they stand: a resource that only one of the two has is a fault that must show.
    private readonly string _nextNames = $"""
        select name from (
            select name from (select name from ({held}) h where name > @after order by name limit @limit) a
            union
            select name from (select distinct name from ({history}) v where name > @after order by name limit @limit) b
        ) n order by name limit @limit
        """;

    /// <summary>
    /// A page of digests in the order of their names. Each page is read in one statement, so that what it says of a
    /// resource and of its history is of one moment.
    /// </summary>
    /// <param name="request">The whole request: the page token is bound to it.</param>
    /// <param name="pageSize">The <c>page_size</c> of the request.</param>
    /// <param name="pageToken">The <c>page_token</c> of the request.</param>
    /// <param name="names">Only of these resources; of all when empty.</param>
    /// <param name="cancel">Cancels the read.</param>
    public async Task<Page<ResourceDigest>> ListAsync(IMessage request, int pageSize, string pageToken, IReadOnlyList<string> names,
        CancellationToken cancel)
    {
        var (after, size) = (PageToken.Read(pageToken, request), PageToken.SizeOf(pageSize));
        ResourceStore.CheckCount(names);
        if (names.Count == 0)
        {
            var found = await ReadAsync(_nextNames, ("@limit", size + 1), after, cancel);
            return found.Count > size
                ? new Page<ResourceDigest>(found[..size], PageToken.After(found[size - 1].ResourceName, request))
                : new Page<ResourceDigest>(found, "");
        }
        var asked = names.Distinct().Where(n => ResourceNames.IsName(n) && string.CompareOrdinal(n, after) > 0)
            .Order(StringComparer.Ordinal).ToList();
        var page = asked.Take(size).ToArray();
        var digests = database is NpgsqlDataSource
            ? await ReadAsync("select unnest(@names) as name", ("@names", page), after, cancel)
            : await ReadAsync("select value as name from json_each(@names)", ("@names", System.Text.Json.JsonSerializer.Serialize(page)),
                after, cancel);
        return new Page<ResourceDigest>(digests, asked.Count > size ? PageToken.After(page[^1], request) : "");
    }

    private async Task<List<ResourceDigest>> ReadAsync(string names, (string Name, object Value) selection, string after,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        // PostgreSQL has it, so that no resource need leave the server.
        (connection as SqliteConnection)?.CreateFunction("sha256", (byte[] state) => SHA256.HashData(state), isDeterministic: true);
        await using var command = connection.CreateCommand();
        // All SQL is a constant of this file, the engines or the worker; what callers sent is a parameter.
#pragma warning disable CA2100
        command.CommandText = $"""
            with page as ({names})
            select h.name, 0, h.type, h.version, null, null, null, null, null, h.hash from page p join ({held}) h on h.name = p.name
            union all
            select v.name, 1, v.type, v.version, v.kind, v.effective_date, v.recorded_time,
                v.corrected_version, v.is_current, v.hash from page p
                join ({history}) v on v.name = p.name
            order by 1, 2, 4
            """;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters.Append(selection).Append(("@after", after)))
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var digests = new List<ResourceDigest>();
        Draft? draft = null;
        while (await reader.ReadAsync(cancel))
        {
            var name = reader.GetString(0);
            if (draft?.Name != name)
            {
                if (draft is not null)
                    digests.Add(draft.Finish());
                draft = new Draft(name, reader.GetString(2));
            }
            if (Convert.ToInt32(reader.GetValue(1), CultureInfo.InvariantCulture) == 0)
            {
                draft.Hold(reader.GetInt64(3), HashAt(reader, 9));
            }
            else
            {
                draft.Add(reader.GetInt64(3), (ChangeKind)Convert.ToInt32(reader.GetValue(4), CultureInfo.InvariantCulture),
                    reader.GetString(5), reader.GetInt64(6), reader.GetInt64(7),
                    Convert.ToInt32(reader.GetValue(8), CultureInfo.InvariantCulture) == 1, HashAt(reader, 9));
            }
        }
        if (draft is not null)
            digests.Add(draft.Finish());
        return digests;
    }

    private static byte[] HashAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? [] : (byte[])reader.GetValue(column);

    /// <summary>The digest of one resource, as its rows come in.</summary>
    private sealed class Draft(string name, string type)
    {
        private readonly IncrementalHash _history = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly ResourceDigest _digest = new() { ResourceName = name, ResourceType = type };
        private long _newest;
        private bool _removed;

        public string Name => name;

        public void Hold(long version, byte[] hash) => (_digest.Version, _digest.Sha256) = (version, UnsafeByteOperations.UnsafeWrap(hash));

        public void Add(long version, ChangeKind kind, string effectiveDate, long recordTime, long correctedVersion, bool isCurrent,
            byte[] hash)
        {
            Span<byte> number = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(number, version);
            _history.AppendData(number);
            BinaryPrimitives.WriteInt32BigEndian(number, (int)kind);
            _history.AppendData(number[..sizeof(int)]);
            _history.AppendData(Encoding.UTF8.GetBytes(effectiveDate));
            BinaryPrimitives.WriteInt64BigEndian(number, recordTime);
            _history.AppendData(number);
            BinaryPrimitives.WriteInt64BigEndian(number, correctedVersion);
            _history.AppendData(number);
            _history.AppendData(hash);
            _newest = version;
            _digest.HistoryVersions++;
            if (!isCurrent)
                return;
            _removed = kind is ChangeKind.Ended or ChangeKind.Retracted;
            _digest.NewestSha256 = UnsafeByteOperations.UnsafeWrap(hash);
        }

        public ResourceDigest Finish()
        {
            using (_history)
                _digest.HistorySha256 = UnsafeByteOperations.UnsafeWrap(_history.GetHashAndReset());
            // A resource that has ended or was retracted keeps its version and has no state to hash.
            if (_removed)
            {
                _digest.NewestSha256 = ByteString.Empty;
                if (_digest.Version == 0)
                    _digest.Version = _newest;
            }
            return _digest;
        }
    }
}
