namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateAccessionResponse> CreateAccession(CreateAccessionRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var accession = request.Accession.Required("accession");
        accession.Check("accession");
        accession.Inherit(await references.CheckAsync(accession.ReferencedNames("accession"), context.CancellationToken));
        return new() { Accession = await store.CreateAsync(accession, write, context.CancellationToken) };
    }
}
