using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Versions;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<GetAssessmentResponse> GetAssessment(GetAssessmentRequest request, ServerCallContext context) =>
        new() { Assessment = await store.GetAsync<Assessment>(request.Name, BitemporalPoint.From(request.AsOf, request.KnownAt), context.CancellationToken) };
}
