namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateBodyResponse> UpdateBody(UpdateBodyRequest request, ServerCallContext context)
    {
        var requested = request.Body.Required("body");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("body"), context.CancellationToken);
        var body = await store.ChangeAsync<Body>(requested.Name, requested.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("body");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Body = body };
    }
}
