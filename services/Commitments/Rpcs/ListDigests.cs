using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context) => throw new NotImplementedException();
}
