namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListParticipantsResponse> ListParticipants(ListParticipantsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Participant>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("known-as", request.KnownAs.ToUpperInvariant()),
            new IndexEntry("iso-code", request.IsoCode),
            new IndexEntry("kind", request.Kind.FilterValue()),
        ], context.CancellationToken);
        return new() { Participants = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
