using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Paging;
using Platform.Hosting.Store;
using Platform.Membership.V1;

namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override async Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context)
    {
        var page = await store.ListDigestsAsync(request, request.PageSize, request.PageToken, request.Names, context.CancellationToken);
        return new() { Digests = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
