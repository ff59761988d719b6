using Platform.Common.V1;
using Platform.Membership.V1;

namespace Platform.Meetings;

/// <summary>
/// Checks whether the resources that a request names exist: its own from its store,
/// participants and bodies from the membership service.
/// </summary>
internal sealed class MeetingsReferenceChecker([FromKeyedServices(MeetingsModule.Name)] ResourceStore store,
    MembershipService.MembershipServiceClient membership, TimeProvider time)
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
        ["meetings/*"] = store.FindNamesAsync<Meeting>,
        ["meetings/*/outcomes/*"] = store.FindNamesAsync<Outcome>,
        ["documents/*"] = store.FindNamesAsync<Document>,
        ["themes/*"] = store.FindNamesAsync<Theme>,
    };

    /// <summary>Refuses when a name does not exist; returns the strictest handling of what is named.</summary>
    public Task<Handling?> CheckAsync(ReferencedNames references, CancellationToken cancel) =>
        references.CheckAsync(_known, _collections, cancel);
}
