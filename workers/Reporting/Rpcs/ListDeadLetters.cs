using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Operator)]
    public override Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context) => throw new NotImplementedException();
}
