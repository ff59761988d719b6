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
