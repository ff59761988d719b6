namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateDocumentResponse> UpdateDocument(UpdateDocumentRequest request, ServerCallContext context)
    {
        var requested = request.Document.Required("document");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("document"), context.CancellationToken);
        var document = await store.ChangeAsync<Document>(requested.Name, requested.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("document");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Document = document };
    }
}
