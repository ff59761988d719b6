using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Commitment>(request, request.PageSize, request.PageToken, ReadTime.From(request.AsOf, request.KnownAt),
        [
            new RecordKey("owner", request.Owner),
            new RecordKey("outcome", request.Outcome),
            new RecordKey("advances", request.Advances),
            new RecordKey("theme", request.Theme),
            new RecordKey("open", request.Open ? "true" : ""),
        ], context.CancellationToken);
        return new() { Commitments = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
