namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateCommitmentResponse> UpdateCommitment(UpdateCommitmentRequest request, ServerCallContext context)
    {
        var requested = request.Commitment.Required("commitment");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("commitment"), context.CancellationToken);
        var commitment = await store.ChangeAsync<Commitment>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            stored.CheckUpdate(basis);
            Updates.Apply(request.UpdateMask, requested, stored, ("closure", nameof(CloseCommitment)));
            stored.Check("commitment");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Commitment = commitment };
    }
}
