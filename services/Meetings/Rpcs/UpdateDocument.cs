using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateDocumentResponse> UpdateDocument(UpdateDocumentRequest request, ServerCallContext context)
    {
        var given = request.Document.Given("document");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("document"), context.CancellationToken);
        var document = await store.ChangeAsync<Document>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored);
            stored.Check("document");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Document = document };
    }
}
