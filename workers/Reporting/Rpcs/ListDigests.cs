using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context) => throw new NotImplementedException();
}
