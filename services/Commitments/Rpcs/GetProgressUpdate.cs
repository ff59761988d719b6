namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<GetProgressUpdateResponse> GetProgressUpdate(GetProgressUpdateRequest request, ServerCallContext context) =>
        new()
        {
            ProgressUpdate = await store.GetAsync<ProgressUpdate>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
