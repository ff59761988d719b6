using Grpc.Core;
using Platform.Meetings.V1;
using Platform.Hosting.Identity;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context) => throw new NotImplementedException();
}
