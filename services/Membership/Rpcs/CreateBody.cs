namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateBodyResponse> CreateBody(CreateBodyRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var body = request.Body.Required("body");
        body.Check("body");
        body.Inherit(await references.CheckAsync(body.ReferencedNames("body"), context.CancellationToken));
        return new()
        {
            Body = await store.CreateAsync(body, write, context.CancellationToken, request.AllowDuplicate ? null : CheckNoDuplicateAsync),
        };

        Task CheckNoDuplicateAsync() => store.CheckNoDuplicateAsync(body, "known-as", MembershipModule.KnownAs(body.Names),
            "has one of these names", context.CancellationToken);
    }
}
