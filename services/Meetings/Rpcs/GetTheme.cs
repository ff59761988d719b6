namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetThemeResponse> GetTheme(GetThemeRequest request, ServerCallContext context) =>
        new()
        {
            Theme = await store.GetAsync<Theme>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
