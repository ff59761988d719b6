namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetDocumentResponse> GetDocument(GetDocumentRequest request, ServerCallContext context) =>
        new()
        {
            Document = await store.GetAsync<Document>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
