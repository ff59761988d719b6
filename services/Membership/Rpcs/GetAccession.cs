namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetAccessionResponse> GetAccession(GetAccessionRequest request, ServerCallContext context) =>
        new()
        {
            Accession = await store.GetAsync<Accession>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
