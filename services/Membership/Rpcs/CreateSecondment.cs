namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateSecondmentResponse> CreateSecondment(CreateSecondmentRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var secondment = request.Secondment.Required("secondment");
        secondment.Check("secondment");
        secondment.Inherit(await references.CheckAsync(secondment.ReferencedNames("secondment"), context.CancellationToken));
        return new() { Secondment = await store.CreateAsync(secondment, write, context.CancellationToken) };
    }
}
