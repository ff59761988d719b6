namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<ReaffirmCommitmentResponse> ReaffirmCommitment(ReaffirmCommitmentRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.ResourceName("outcome", request.Outcome, "meetings/*/outcomes/*");
        violations.Date("date", request.Date);
        violations.ThrowIfAny();
        await references.CheckAsync(new ReferencedNames().Add("outcome", request.Outcome), context.CancellationToken);
        var commitment = await store.ChangeAsync<Commitment>(request.Name, etag: "", context.ToWriteRequest(request, request.RequestId),
            stored => stored.Reaffirm(request.Outcome, request.Date), context.CancellationToken);
        return new() { Commitment = commitment };
    }
}
