namespace Platform.Commitments;

/// <summary>The commitments service: each of its RPCs is in a file of its own in <c>Rpcs</c>.</summary>
internal sealed partial class CommitmentsRpcs(
    [FromKeyedServices(CommitmentsModule.Name)] ResourceStore store,
    [FromKeyedServices(CommitmentsModule.Name)] ChangeFeed feed,
    ChangeEvents<Change> events,
    CommitmentsReferenceChecker references) : CommitmentsService.CommitmentsServiceBase;
