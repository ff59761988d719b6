namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListAttendancesResponse> ListAttendances(ListAttendancesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Attendance>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("party", request.Party),
            IndexFilter.Of("capacity", request.Capacities),
        ], context.CancellationToken);
        return new() { Attendances = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
