using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Hosting.Store;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListAttendancesResponse> ListAttendances(ListAttendancesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Attendance>(request, request.PageSize, request.PageToken, ReadTime.From(request.AsOf, request.KnownAt),
        [
            new RecordKey("parent", request.Parent),
            new RecordKey("participant", request.Participant),
            new RecordKey("capacity", request.Capacity.FilterValue()),
        ], context.CancellationToken);
        return new() { Attendances = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
