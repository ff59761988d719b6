namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CreateAssessmentResponse> CreateAssessment(CreateAssessmentRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var assessment = request.Assessment.Required("assessment");
        assessment.Check("assessment");
        assessment.Inherit(await references.CheckAsync(assessment.ReferencedNames("assessment"), context.CancellationToken));
        return new() { Assessment = await store.CreateAsync(assessment, write, context.CancellationToken) };
    }
}
