using Platform.Hosting.Rpc;
using Platform.Hosting.Store;
using Platform.Membership.V1;

namespace Platform.Membership;

/// <summary>How this service finds out whether the resources that a request names exist: all are its own.</summary>
internal sealed class MembershipReferences([FromKeyedServices(MembershipModule.Name)] RecordStore store)
{
    private readonly KnownNames _known = new();
    private readonly Dictionary<string, FindMissing> _collections = new()
    {
        ["participants/*"] = store.FindMissingAsync<Participant>,
        ["bodies/*"] = store.FindMissingAsync<Body>,
    };

    public Task CheckAsync(References references, CancellationToken cancel) => references.CheckAsync(_known, _collections, cancel);
}
