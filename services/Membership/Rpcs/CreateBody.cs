using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;
using Platform.Hosting.Validation;
using Platform.Membership.Rules;
using Platform.Membership.V1;

namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateBodyResponse> CreateBody(CreateBodyRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var body = request.Body.Required("body");
        body.Check("body");
        await references.CheckAsync(body.ReferencedNames("body"), context.CancellationToken);
        return new() { Body = await store.CreateAsync(body, write, context.CancellationToken) };
    }
}
