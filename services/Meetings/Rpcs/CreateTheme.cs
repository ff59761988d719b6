namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateThemeResponse> CreateTheme(CreateThemeRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var theme = request.Theme.Required("theme");
        theme.Check("theme");
        theme.Inherit(await references.CheckAsync(theme.ReferencedNames("theme"), context.CancellationToken));
        return new() { Theme = await store.CreateAsync(theme, write, context.CancellationToken) };
    }
}
