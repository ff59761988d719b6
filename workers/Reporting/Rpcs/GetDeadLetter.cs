using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Operator)]
    public override Task<GetDeadLetterResponse> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context) => throw new NotImplementedException();
}
