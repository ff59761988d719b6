namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.PartySystem)]
    public override async Task<CreateProgressUpdateResponse> CreateProgressUpdate(CreateProgressUpdateRequest request,
        ServerCallContext context)
    {
        var caller = context.Caller();
        var write = context.ToWriteRequest(request, request.RequestId);
        var update = request.ProgressUpdate.Required("progress_update");
        update.Check("progress_update");
        update.CheckSource(caller);
        caller.MustBeAbleToActFor(update.ReportedFor);
        update.Inherit(await references.CheckAsync(update.ReferencedNames("progress_update"), context.CancellationToken));
        return new() { ProgressUpdate = await store.CreateAsync(update, write, context.CancellationToken, CheckRecordAsync) };

        async Task CheckRecordAsync()
        {
            if (caller.Role == Role.PartySystem)
            {
                var commitment = await store.FindAsync<Commitment>(ResourceNames.Parent(update.Name),
                    new ReadRequest(default, context.Viewer()), context.CancellationToken)
                    ?? throw ApiError.ReferenceNotFound("progress_update.name", ResourceNames.Parent(update.Name));
                commitment.CheckReporter(caller);
            }
            if (update.Corrects.Length > 0)
                update.CheckCorrected(await store.FindAsync<ProgressUpdate>(update.Corrects, ReadRequest.Now, context.CancellationToken));
        }
    }
}
