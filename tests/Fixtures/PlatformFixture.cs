using Google.Protobuf;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;

namespace Platform.Fixtures;

/// <summary>One running platform that all tests of a project share: they keep apart by the names of their resources.</summary>
public abstract class PlatformFixture(bool onServers) : IAsyncLifetime
{
    private InProcessPlatform? _process;
    private Drafts? _drafts;

    /// <summary>The process with all three services.</summary>
    public InProcessPlatform Process => _process ?? throw new InvalidOperationException("The platform is not started.");

    /// <summary>True on PostgreSQL and RabbitMQ.</summary>
    public bool OnServers => onServers;

    public PlatformClients Officer { get; private set; } = null!;

    public PlatformClients CoChair { get; private set; } = null!;

    public PlatformClients Reader { get; private set; } = null!;

    public PlatformClients Operator { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = await InProcessPlatform.StartAsync(onServers);
        (Officer, CoChair, Reader, Operator) = (Process.As(Role.Officer), Process.As(Role.CoChair), Process.As(Role.Reader),
            Process.As(Role.Operator));
        _drafts = new Drafts(this);
        // What the sources of all drafts cite.
        await Officer.Meetings.CreateDocumentAsync(new()
        {
            Document = new() { Name = Drafts.CitedDocument, Title = "Co-Chairs' Statement", Kind = DocumentKind.Statement },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The clients of one participant's system, for example <c>participants/idn</c>.</summary>
    public PlatformClients MemberState(string participant) => Process.As(Role.PartySystem, participant);

    /// <summary>An id that no other test uses.</summary>
    public static string NewId(string prefix = "t") => $"{prefix}-{Guid.NewGuid():n}";

    /// <summary>A valid resource with every field filled, everything it names recorded, itself not recorded yet.</summary>
    public async Task<T> DraftAsync<T>(Action<T>? change = null) where T : class, IResource, IMessage<T>, new()
    {
        var draft = (T)await DraftAsync(new T().Descriptor.Name);
        change?.Invoke(draft);
        return draft;
    }

    /// <summary>The same by the name of the resource's message.</summary>
    public Task<IResource> DraftAsync(string type) => _drafts!.MakeAsync(type);

    /// <summary>A resource that was recorded by the officer.</summary>
    public async Task<T> RecordedAsync<T>(Action<T>? change = null) where T : class, IResource, IMessage<T>, new() =>
        (T)await ResourceMethods.Of(new T().Descriptor.Name).CreateAsync(Officer, await DraftAsync(change));
}

/// <summary>The platform as one process with SQLite and the bus in memory.</summary>
public sealed class EmbeddedPlatform() : PlatformFixture(onServers: false);

/// <summary>The platform on PostgreSQL and RabbitMQ.</summary>
public sealed class ServersPlatform() : PlatformFixture(onServers: true);
