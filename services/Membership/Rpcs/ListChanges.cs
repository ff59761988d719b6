namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context)
    {
        var page = await store.ListChangesAsync(request, request.Name, request.PageSize, request.PageToken, context.CancellationToken);
        return new() { Changes = { page.Items.Select(events.Of) }, NextPageToken = page.NextPageToken };
    }
}
