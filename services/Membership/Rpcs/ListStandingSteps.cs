namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListStandingStepsResponse> ListStandingSteps(ListStandingStepsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<StandingStep>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("body", request.Body),
        ], context.CancellationToken);
        return new() { StandingSteps = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
