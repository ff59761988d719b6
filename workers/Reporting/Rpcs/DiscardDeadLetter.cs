using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Operator)]
    public override async Task<DiscardDeadLetterResponse> DiscardDeadLetter(DiscardDeadLetterRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.ResourceName("name", request.Name, "deadLetters/*");
        violations.Text("reason", request.Reason, 1000);
        violations.ThrowIfAny();
        var id = IdOf(request.Name);
        var discarded = await deadLetters.DiscardAsync(id, request.Reason, context.Caller().Subject, context.CancellationToken);
        var letter = await FindDeadLetterAsync(request.Name, context.CancellationToken);
        return discarded ? new() { DeadLetter = letter } : throw WasDiscarded(letter);
    }
}
