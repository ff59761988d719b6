namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<ListAssessmentsResponse> ListAssessments(ListAssessmentsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Assessment>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            IndexFilter.Of("level", request.Levels),
            new IndexFilter("assessed-for", request.AssessedFor),
        ], context.CancellationToken);
        return new() { Assessments = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
