namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetOutcomeResponse> GetOutcome(GetOutcomeRequest request, ServerCallContext context) =>
        new()
        {
            Outcome = await store.GetAsync<Outcome>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
