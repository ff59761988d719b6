namespace Platform.Membership;

/// <summary>How this service finds out whether the resources that a request names exist: all are its own.</summary>
internal sealed class MembershipReferenceChecker([FromKeyedServices(MembershipModule.Name)] ResourceStore store, TimeProvider time)
{
    private readonly ExistingNames _known = new(time);
    private readonly Dictionary<string, FindMissing> _collections = new()
    {
        ["participants/*"] = store.FindMissingAsync<Participant>,
        ["bodies/*"] = store.FindMissingAsync<Body>,
    };

    public Task CheckAsync(ReferencedNames references, CancellationToken cancel) => references.CheckAsync(_known, _collections, cancel);
}
