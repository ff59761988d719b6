namespace Platform.Meetings;

/// <summary>The meetings service: each of its RPCs is in a file of its own in <c>Rpcs</c>.</summary>
internal sealed partial class MeetingsRpcs(
    [FromKeyedServices(MeetingsModule.Name)] ResourceStore store,
    [FromKeyedServices(MeetingsModule.Name)] ChangeFeed feed,
    ChangeEvents<Change> events,
    MeetingsReferenceChecker references,
    TimeProvider time) : MeetingsService.MeetingsServiceBase
{
    // UTC.
    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
