using Platform.Common.V1;
using Platform.Meetings.V1;

namespace Platform.Membership;

/// <summary>
/// Checks whether the resources that a request names exist: its own from its store, documents from
/// the meetings service.
/// </summary>
internal sealed class MembershipReferenceChecker([FromKeyedServices(MembershipModule.Name)] ResourceStore store,
    MeetingsService.MeetingsServiceClient meetings, TimeProvider time)
{
    private readonly ExistingNames _known = new(time);
    private readonly Dictionary<string, FindNames> _collections = new()
    {
        ["participants/*"] = store.FindNamesAsync<Participant>,
        ["bodies/*"] = store.FindNamesAsync<Body>,
        ["documents/*"] = async (names, cancel) =>
        {
            var found = await meetings.BatchGetDocumentsAsync(new() { Names = { names } }, cancellationToken: cancel);
            return new(found.Documents, found.MissingNames);
        },
    };

    /// <summary>Refuses when a name does not exist; returns the strictest handling of what is named.</summary>
    public Task<Handling?> CheckAsync(ReferencedNames references, CancellationToken cancel) =>
        references.CheckAsync(_known, _collections, cancel);
}
