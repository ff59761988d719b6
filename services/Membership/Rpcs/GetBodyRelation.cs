using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Versions;
using Platform.Membership.V1;

namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetBodyRelationResponse> GetBodyRelation(GetBodyRelationRequest request, ServerCallContext context) =>
        new() { BodyRelation = await store.GetAsync<BodyRelation>(request.Name, BitemporalPoint.From(request.AsOf, request.KnownAt), context.CancellationToken) };
}
