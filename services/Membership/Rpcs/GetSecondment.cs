namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetSecondmentResponse> GetSecondment(GetSecondmentRequest request, ServerCallContext context) =>
        new()
        {
            Secondment = await store.GetAsync<Secondment>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
