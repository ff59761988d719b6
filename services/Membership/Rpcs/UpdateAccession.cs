namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateAccessionResponse> UpdateAccession(UpdateAccessionRequest request, ServerCallContext context)
    {
        var requested = request.Accession.Required("accession");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("accession"),
            context.CancellationToken);
        var accession = await store.ChangeAsync<Accession>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("accession");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Accession = accession };
    }
}
