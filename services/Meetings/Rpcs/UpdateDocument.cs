namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateDocumentResponse> UpdateDocument(UpdateDocumentRequest request, ServerCallContext context)
    {
        var requested = request.Document.Required("document");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("document"), context.CancellationToken);
        var document = await store.ChangeAsync<Document>(requested.Name, requested.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("document");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Document = document };
    }
}
