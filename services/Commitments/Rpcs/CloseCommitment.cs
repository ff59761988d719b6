using Grpc.Core;
using Platform.Commitments.Rules;
using Platform.Commitments.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;
using Platform.Hosting.Validation;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CloseCommitmentResponse> CloseCommitment(CloseCommitmentRequest request, ServerCallContext context)
    {
        CommitmentRules.CheckClosure(request.Closure);
        await references.CheckAsync(new ReferencedNames().Add("closure.superseded_by", request.Closure.SupersededBy), context.CancellationToken);
        var commitment = await store.ChangeAsync<Commitment>(request.Name, request.Etag, context.ToWriteRequest(request, request.RequestId), stored =>
        {
            stored.Close(request.Closure);
            return request.Closure.Date;
        }, context.CancellationToken);
        return new() { Commitment = commitment };
    }
}
