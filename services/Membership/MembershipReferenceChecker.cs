using Platform.Meetings.V1;

namespace Platform.Membership;

/// <summary>
/// How this service finds out whether the resources that a request names exist: its own from its store, documents from
/// the meetings service.
/// </summary>
internal sealed class MembershipReferenceChecker([FromKeyedServices(MembershipModule.Name)] ResourceStore store,
    MeetingsService.MeetingsServiceClient meetings, TimeProvider time)
{
    private readonly ExistingNames _known = new(time);
    private readonly Dictionary<string, FindMissing> _collections = new()
    {
        ["participants/*"] = store.FindMissingAsync<Participant>,
        ["bodies/*"] = store.FindMissingAsync<Body>,
        ["documents/*"] = async (names, cancel) =>
            (await meetings.BatchGetDocumentsAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
    };

    public Task CheckAsync(ReferencedNames references, CancellationToken cancel) => references.CheckAsync(_known, _collections, cancel);
}
