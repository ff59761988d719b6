namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    [AllowService("meetings", "commitments")]
    public override async Task<BatchGetBodiesResponse> BatchGetBodies(BatchGetBodiesRequest request, ServerCallContext context)
    {
        var (found, missing) = await store.BatchGetAsync<Body>(request.Names,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken);
        return new() { Bodies = { found }, MissingNames = { missing } };
    }
}
