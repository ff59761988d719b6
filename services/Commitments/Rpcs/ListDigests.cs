using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Paging;
using Platform.Hosting.Store;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override async Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context)
    {
        var page = await store.ListDigestsAsync(request, request.PageSize, request.PageToken, request.Names, context.CancellationToken);
        return new() { Digests = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
