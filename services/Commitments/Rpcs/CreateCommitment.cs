namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateCommitmentResponse> CreateCommitment(CreateCommitmentRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var commitment = request.Commitment.Required("commitment");
        commitment.Check("commitment");
        commitment.CheckOpen("commitment");
        commitment.Inherit(await references.CheckAsync(commitment.ReferencedNames("commitment"), context.CancellationToken));
        return new() { Commitment = await store.CreateAsync(commitment, write, context.CancellationToken) };
    }
}
