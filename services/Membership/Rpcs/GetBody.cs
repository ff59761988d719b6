namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetBodyResponse> GetBody(GetBodyRequest request, ServerCallContext context) =>
        new()
        {
            Body = await store.GetAsync<Body>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
