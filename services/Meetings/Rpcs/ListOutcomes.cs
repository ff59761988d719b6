using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Hosting.Store;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Outcome>(request, request.PageSize, request.PageToken, ReadTime.From(request.AsOf, request.KnownAt),
        [
            new RecordKey("parent", request.Parent),
            new RecordKey("document", request.Document),
            new RecordKey("speaking-body", request.SpeakingBody),
            new RecordKey("addressee", request.Addressee),
            new RecordKey("theme", request.Theme),
            new RecordKey("kind", request.Kind.FilterValue()),
        ], context.CancellationToken);
        return new() { Outcomes = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
