namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.MemberStateSystem)]
    public override async Task<CreateProgressUpdateResponse> CreateProgressUpdate(CreateProgressUpdateRequest request,
        ServerCallContext context)
    {
        var caller = context.Caller();
        var write = context.ToWriteRequest(request, request.RequestId);
        var update = request.ProgressUpdate.Required("progress_update");
        update.Check("progress_update");
        caller.MustBeAbleToActFor(update.ReportedFor);
        await references.CheckAsync(update.ReferencedNames("progress_update"), context.CancellationToken);
        update.Reporter = caller.Subject;
        return new() { ProgressUpdate = await store.CreateAsync(update, write, context.CancellationToken, CheckReporterAsync) };

        async Task CheckReporterAsync()
        {
            if (caller.Role != Role.MemberStateSystem)
                return;
            var commitment = await store.FindAsync<Commitment>(ResourceNames.Parent(update.Name), default, context.CancellationToken)
                ?? throw ApiError.ReferenceNotFound("progress_update.name", ResourceNames.Parent(update.Name));
            commitment.CheckReporter(caller);
        }
    }
}
