namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Outcome>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("parent", request.Parent),
            new IndexEntry("document", request.Document),
            new IndexEntry("speaking-body", request.SpeakingBody),
            new IndexEntry("addressee", request.Addressee),
            new IndexEntry("theme", request.Theme),
            new IndexEntry("kind", request.Kind.FilterValue()),
        ], context.CancellationToken);
        return new() { Outcomes = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
