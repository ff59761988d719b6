namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CloseCommitmentResponse> CloseCommitment(CloseCommitmentRequest request, ServerCallContext context)
    {
        CommitmentRules.CheckClosure(request.Closure);
        await references.CheckAsync(new ReferencedNames().Add("closure.superseded_by", request.Closure.SupersededBy),
            context.CancellationToken);
        var basis = request.Correction is null
            ? ChangeBasis.On(request.Closure.Date)
            : ChangeBasis.From(day: "", request.Correction);
        var commitment = await store.ChangeAsync<Commitment>(request.Name, request.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            stored.Close(request.Closure, basis);
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Commitment = commitment };
    }
}
