using Grpc.Core;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Validation;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    private const string DeadLetterCollection = "deadLetters/";

    [Allow(Role.Operator)]
    public override async Task<GetDeadLetterResponse> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context) =>
        new() { DeadLetter = await FindDeadLetterAsync(request.Name, context.CancellationToken) };

    private async Task<DeadLetter> FindDeadLetterAsync(string name, CancellationToken cancel)
    {
        var violations = new FieldViolations();
        violations.ResourceName("name", name, "deadLetters/*");
        violations.ThrowIfAny();
        return await deadLetters.FindAsync(IdOf(name), cancel) ?? throw ApiError.NotFound(name);
    }

    private static string IdOf(string name) => name[DeadLetterCollection.Length..];
}
