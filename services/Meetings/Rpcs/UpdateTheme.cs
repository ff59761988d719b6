namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateThemeResponse> UpdateTheme(UpdateThemeRequest request, ServerCallContext context)
    {
        var requested = request.Theme.Required("theme");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("theme"),
            context.CancellationToken);
        var theme = await store.ChangeAsync<Theme>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("theme");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Theme = theme };
    }
}
