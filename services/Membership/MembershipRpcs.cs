namespace Platform.Membership;

/// <summary>The membership service: each of its RPCs is in a file of its own in <c>Rpcs</c>.</summary>
internal sealed partial class MembershipRpcs(
    [FromKeyedServices(MembershipModule.Name)] ResourceStore store,
    [FromKeyedServices(MembershipModule.Name)] ChangeFeed feed,
    ChangeEvents<Change> events,
    MembershipReferenceChecker references) : MembershipService.MembershipServiceBase;
