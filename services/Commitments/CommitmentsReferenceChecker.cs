using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Commitments;

/// <summary>
/// Checks whether the resources that a request names exist: its own from its store, the others
/// from the services that have them.
/// </summary>
internal sealed class CommitmentsReferenceChecker(
    [FromKeyedServices(CommitmentsModule.Name)] ResourceStore store,
    MembershipService.MembershipServiceClient membership,
    MeetingsService.MeetingsServiceClient meetings,
    TimeProvider time)
{
    private readonly ExistingNames _known = new(time);
    private readonly Dictionary<string, FindNames> _collections = new()
    {
        ["participants/*"] = async (names, cancel) =>
        {
            var found = await membership.BatchGetParticipantsAsync(new() { Names = { names } }, cancellationToken: cancel);
            return new(found.Participants, found.MissingNames);
        },
        ["bodies/*"] = async (names, cancel) =>
        {
            var found = await membership.BatchGetBodiesAsync(new() { Names = { names } }, cancellationToken: cancel);
            return new(found.Bodies, found.MissingNames);
        },
        ["meetings/*"] = async (names, cancel) =>
        {
            var found = await meetings.BatchGetMeetingsAsync(new() { Names = { names } }, cancellationToken: cancel);
            return new(found.Meetings, found.MissingNames);
        },
        ["meetings/*/outcomes/*"] = async (names, cancel) =>
        {
            var found = await meetings.BatchGetOutcomesAsync(new() { Names = { names } }, cancellationToken: cancel);
            return new(found.Outcomes, found.MissingNames);
        },
        ["documents/*"] = async (names, cancel) =>
        {
            var found = await meetings.BatchGetDocumentsAsync(new() { Names = { names } }, cancellationToken: cancel);
            return new(found.Documents, found.MissingNames);
        },
        ["commitments/*"] = store.FindNamesAsync<Commitment>,
    };

    /// <summary>Refuses when a name does not exist; returns the strictest handling of what is named.</summary>
    public Task<Handling?> CheckAsync(ReferencedNames references, CancellationToken cancel) =>
        references.CheckAsync(_known, _collections, cancel);
}
