using Grpc.Core;
using Platform.Commitments.Rules;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CreateAssessmentResponse> CreateAssessment(CreateAssessmentRequest request, ServerCallContext context)
    {
        var write = context.Write(request, request.RequestId);
        var assessment = request.Assessment.Given("assessment");
        assessment.Check("assessment");
        await references.CheckAsync(assessment.References("assessment"), context.CancellationToken);
        assessment.Assessor = context.Caller().Subject;
        return new() { Assessment = await store.CreateAsync(assessment, write, context.CancellationToken) };
    }
}
