namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListParticipantsResponse> ListParticipants(ListParticipantsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Participant>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("known-as", request.KnownAs.ToUpperInvariant()),
            new IndexFilter("iso-code", request.IsoCode),
            IndexFilter.Of("kind", request.Kinds),
        ], context.CancellationToken);
        return new() { Participants = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
