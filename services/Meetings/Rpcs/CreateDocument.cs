namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateDocumentResponse> CreateDocument(CreateDocumentRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var document = request.Document.Required("document");
        document.Check("document");
        await references.CheckAsync(document.ReferencedNames("document"), context.CancellationToken);
        return new() { Document = await store.CreateAsync(document, write, context.CancellationToken) };
    }
}
