using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Membership.V1;
using Platform.Reporting.Consumers;
using Platform.Reporting.History;

namespace Platform.Reporting.Tests;

/// <summary>The change log of one service, as its feed gives it.</summary>
internal sealed class TestLog(string service)
{
    private readonly List<IChange> _changes = [];
    private readonly Dictionary<string, int> _versions = [];
    private readonly Dictionary<string, long> _current = [];

    /// <summary>Its changes: the one at position 1 first.</summary>
    public IReadOnlyList<IChange> Changes => _changes;

    /// <summary>What readers of the feed were given: the positions.</summary>
    public List<long> Read { get; } = [];

    /// <summary>Its identity.</summary>
    public string Id { get; set; } = Guid.CreateVersion7().ToString();

    /// <summary>The service cannot be asked.</summary>
    public bool IsAway { get; set; }

    /// <summary>Called after each change that a reader of the feed was given.</summary>
    public Func<long, Task> AfterRead { get; set; } = _ => Task.CompletedTask;

    /// <summary>A position after which the feed says nothing more, once; its next caller is served.</summary>
    public long? SilentAfter { get; set; }

    /// <summary>The moments up to which a reader had the log made final.</summary>
    public List<DateTimeOffset> Settled { get; } = [];

    public ServiceFeed Feed => new(service, _ => EndAsync(), (moment, _) =>
    {
        Settled.Add(moment);
        return EndAsync();
    }, FollowAsync);

    private Task<LogEnd> EndAsync() => IsAway ? throw Away() : Task.FromResult(new LogEnd(Id, _changes.Count));

    /// <summary>The same as the projection stores them.</summary>
    public IEnumerable<ConsumedChange> Consumed => _changes.Select(c => ConsumedChange.Of(service, c));

    /// <summary>Adds a version of a resource, <c>participants/…</c> or <c>commitments/…</c> by the service.</summary>
    public IChange Add(string id, ChangeKind kind = ChangeKind.Created, string effective = "2011-03-09",
        long corrected = 0)
    {
        var position = _changes.Count + 1;
        var version = _versions[id] = _versions.GetValueOrDefault(id) + 1;
        // As a service writes it: only the correction of an older version leaves the resource as it was.
        var isCurrent = kind != ChangeKind.Corrected || corrected == _current.GetValueOrDefault(id);
        if (kind == ChangeKind.Corrected && corrected == 0)
            (corrected, isCurrent) = (version - 1, true);
        if (isCurrent)
            _current[id] = version;
        var change = Of(service, position, id, version, kind, effective);
        (change.Metadata.CorrectedVersion, change.Metadata.Current, change.Metadata.LogId) = (corrected, isCurrent, Id);
        _changes.Add(change);
        return change;
    }

    /// <summary>Adds resources <c>r1</c>, <c>r2</c>, … so that the log has this many changes.</summary>
    public TestLog AddUntil(int count)
    {
        while (_changes.Count < count)
            Add(string.Create(CultureInfo.InvariantCulture, $"r{_changes.Count + 1}"));
        return this;
    }

    /// <summary>A log with created, changed, corrected, ended, retracted and restored resources.</summary>
    public static TestLog Generate(string service, Random random)
    {
        var log = new TestLog(service);
        var length = random.Next(1, 60);
        for (var i = 0; i < length; i++)
        {
            var id = $"r{random.Next(8)}";
            var isNew = log._changes.TrueForAll(c => !c.Metadata.ResourceName.EndsWith($"/{id}", StringComparison.Ordinal));
            var kind = isNew ? ChangeKind.Created : (ChangeKind)random.Next((int)ChangeKind.Changed, (int)ChangeKind.Retracted + 1);
            var versions = log._versions.GetValueOrDefault(id);
            log.Add(id, kind, $"2011-01-{random.Next(1, 29):00}",
                kind == ChangeKind.Corrected ? random.Next(1, versions + 1) : 0);
        }
        return log;
    }

    private static IChange Of(string service, long position, string id, long version, ChangeKind kind, string effective)
    {
        var metadata = new ChangeMetadata
        {
            Position = position,
            ChangeId = Guid.CreateVersion7().ToString(),
            ResourceVersion = version,
            Kind = kind,
            EffectiveDate = effective,
            RecordTime = TestRecord.Recorded.AddSeconds(position).ToTimestamp(),
        };
        if (service == "commitments")
        {
            (metadata.ResourceName, metadata.ResourceType) = ($"commitments/{id}", nameof(Commitment));
            return new Commitments.V1.Change
            {
                Metadata = metadata,
                Commitment = new Commitment { Name = metadata.ResourceName, Title = $"version {version}" },
            };
        }
        (metadata.ResourceName, metadata.ResourceType) = ($"participants/{id}", nameof(Participant));
        return new Membership.V1.Change
        {
            Metadata = metadata,
            Participant = new Participant { Name = metadata.ResourceName, Names = { new DatedName { Text = $"version {version}" } } },
        };
    }

    // Like a real one it never ends by itself.
    private async IAsyncEnumerable<FeedItem> FollowAsync(LogEnd start, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (IsAway)
            throw Away();
        var after = start.Position;
        yield return new FeedItem(null, after);
        for (var position = after + 1; position <= _changes.Count; position++)
        {
            lock (Read)
                Read.Add(position);
            yield return new FeedItem(_changes[(int)position - 1], position);
            await AfterRead(position);
            if (position != SilentAfter)
                continue;
            SilentAfter = null;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
    }

    private ApiException Away() => ApiError.Unavailable(service);
}
