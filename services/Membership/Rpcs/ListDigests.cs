using Grpc.Core;
using Platform.Membership.V1;
using Platform.Hosting.Identity;

namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context) => throw new NotImplementedException();
}
