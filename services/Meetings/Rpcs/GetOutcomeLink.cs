namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetOutcomeLinkResponse> GetOutcomeLink(GetOutcomeLinkRequest request, ServerCallContext context) =>
        new()
        {
            OutcomeLink = await store.GetAsync<OutcomeLink>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
