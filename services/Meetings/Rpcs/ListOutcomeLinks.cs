namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListOutcomeLinksResponse> ListOutcomeLinks(ListOutcomeLinksRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<OutcomeLink>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("outcome", request.Outcome),
            new IndexEntry("related-outcome", request.RelatedOutcome),
            new IndexEntry("relation", request.Relation.FilterValue()),
        ], context.CancellationToken);
        return new() { OutcomeLinks = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
