namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<AttachOfficialTextResponse> AttachOfficialText(AttachOfficialTextRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Text("official_text", request.OfficialText, 20_000);
        violations.Sha256("document_sha256", request.DocumentSha256);
        violations.ThrowIfAny();
        ChangeBasis? replaced = request.Correction is null ? null : ChangeBasis.From(day: "", request.Correction);
        var located = await store.GetAsync<Outcome>(request.Name, ReadRequest.Now, context.CancellationToken);
        var document = await store.GetAsync<Document>(located.Locator.Document, ReadRequest.Now, context.CancellationToken);
        var outcome = await store.ChangeAsync<Outcome>(request.Name, etag: "", context.ToWriteRequest(request, request.RequestId),
            stored => !stored.AttachOfficialText(request.OfficialText, request.DocumentSha256, document, replaces: replaced is not null)
                ? null
                : replaced ?? ChangeBasis.Correcting(stored.Version, "The official text was attached."),
            context.CancellationToken, replaced?.CorrectedVersion ?? 0);
        return new() { Outcome = outcome };
    }
}
