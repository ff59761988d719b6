using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Commitments;

/// <summary>
/// How this service finds out whether the resources that a request names exist: its own from its store, the others
/// from the services that have them.
/// </summary>
internal sealed class CommitmentsReferenceChecker(
    [FromKeyedServices(CommitmentsModule.Name)] ResourceStore store,
    MembershipService.MembershipServiceClient membership,
    MeetingsService.MeetingsServiceClient meetings,
    TimeProvider time)
{
    private readonly ExistingNames _known = new(time);
    private readonly Dictionary<string, FindMissing> _collections = new()
    {
        ["participants/*"] = async (names, cancel) =>
            (await membership.BatchGetParticipantsAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["bodies/*"] = async (names, cancel) =>
            (await membership.BatchGetBodiesAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["meetings/*"] = async (names, cancel) =>
            (await meetings.BatchGetMeetingsAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["meetings/*/outcomes/*"] = async (names, cancel) =>
            (await meetings.BatchGetOutcomesAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["documents/*"] = async (names, cancel) =>
            (await meetings.BatchGetDocumentsAsync(new() { Names = { names } }, cancellationToken: cancel)).MissingNames,
        ["commitments/*"] = store.FindMissingAsync<Commitment>,
    };

    public Task CheckAsync(ReferencedNames references, CancellationToken cancel) => references.CheckAsync(_known, _collections, cancel);
}
