using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Versions;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<GetCommitmentResponse> GetCommitment(GetCommitmentRequest request, ServerCallContext context) =>
        new() { Commitment = await store.GetAsync<Commitment>(request.Name, BitemporalPoint.From(request.AsOf, request.KnownAt), context.CancellationToken) };
}
