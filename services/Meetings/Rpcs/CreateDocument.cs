namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateDocumentResponse> CreateDocument(CreateDocumentRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var document = request.Document.Required("document");
        document.Check("document");
        await references.CheckAsync(new ReferencedNames().Documents("document", document), context.CancellationToken);
        // Its meeting may come afterwards: meetings cite documents.
        document.Inherit((await store.FindAsync<Meeting>(document.Meeting, ReadRequest.Now, context.CancellationToken))?.Handling);
        return new() { Document = await store.CreateAsync(document, write, context.CancellationToken) };
    }
}
