using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Membership.Rules;
using Platform.Membership.V1;

namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateSecondmentResponse> UpdateSecondment(UpdateSecondmentRequest request, ServerCallContext context)
    {
        var given = request.Secondment.Given("secondment");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("secondment"), context.CancellationToken);
        var secondment = await store.ChangeAsync<Secondment>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored);
            stored.Check("secondment");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Secondment = secondment };
    }
}
