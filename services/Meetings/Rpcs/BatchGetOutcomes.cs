namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    [AllowService("commitments")]
    public override async Task<BatchGetOutcomesResponse> BatchGetOutcomes(BatchGetOutcomesRequest request, ServerCallContext context)
    {
        var (found, missing) = await store.BatchGetAsync<Outcome>(request.Names,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken);
        return new() { Outcomes = { found }, MissingNames = { missing } };
    }
}
