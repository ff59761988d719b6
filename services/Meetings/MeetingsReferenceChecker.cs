using Platform.Membership.V1;

namespace Platform.Meetings;

/// <summary>
/// How this service finds out whether the resources that a request names exist: its own from its store,
/// participants and bodies from the membership service.
/// </summary>
internal sealed class MeetingsReferenceChecker([FromKeyedServices(MeetingsModule.Name)] ResourceStore store,
    MembershipService.MembershipServiceClient membership, TimeProvider time)
{
    private readonly ExistingNames _known = new(time);
    private readonly Dictionary<string, FindMissing> _collections = new()
    {
        ["participants/*"] = async (names, cancel) =>
            (await membership.BatchGetParticipantsAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["bodies/*"] = async (names, cancel) =>
            (await membership.BatchGetBodiesAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["meetings/*"] = store.FindMissingAsync<Meeting>,
        ["meetings/*/outcomes/*"] = store.FindMissingAsync<Outcome>,
        ["documents/*"] = store.FindMissingAsync<Document>,
    };

    public Task CheckAsync(ReferencedNames references, CancellationToken cancel) => references.CheckAsync(_known, _collections, cancel);
}
