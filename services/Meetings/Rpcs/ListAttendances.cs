namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListAttendancesResponse> ListAttendances(ListAttendancesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Attendance>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("parent", request.Parent),
            new IndexEntry("participant", request.Participant),
            new IndexEntry("capacity", request.Capacity.FilterValue()),
        ], context.CancellationToken);
        return new() { Attendances = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
