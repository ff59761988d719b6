using MassTransit;
using Platform.Common.V1;
using Platform.Reporting.Building;
using Platform.Reporting.Consumers;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.History;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Rpcs;

/// <summary>The worker's gRPC face: each of its RPCs is in a file of its own in <c>Rpcs</c>.</summary>
internal sealed partial class ReportingRpcs(
    WorkerDigests digests, ReportStore reports, DeadLetterStore deadLetters, IEnumerable<ConsumerCursor> logs,
        ReportSignal signal, IBus bus, TimeProvider time)
    : ReportingService.ReportingServiceBase
{
    private const string DeadLetterCollection = "deadLetters/";

    private static ApiException WasDiscarded(DeadLetter letter) =>
        ApiError.RuleViolated(Rule.DeadLetterDiscarded,
            $"\"{letter.Name}\" was discarded by {letter.DiscardedBy} on {letter.DiscardTime.ToDateTime():yyyy-MM-dd}.");

    private async Task<IReadOnlyList<ConsumedPosition>> PositionsAsync(CancellationToken cancel) =>
        await Task.WhenAll(logs.OrderBy(l => l.Service, StringComparer.Ordinal).Select(l => l.PositionAsync(cancel)));

    // What cannot be a name is not put to a database: some characters it would not even take.
    private static string Named(string name) => ResourceNames.IsName(name) ? name : throw ApiError.NotFound(name);

    private async Task<DeadLetter> FindDeadLetterAsync(string name, CancellationToken cancel)
    {
        var violations = new FieldViolations();
        violations.ResourceName("name", name, "deadLetters/*");
        violations.ThrowIfAny();
        return await deadLetters.FindAsync(IdOf(name), cancel) ?? throw ApiError.NotFound(name);
    }

    private static string IdOf(string name) => name[DeadLetterCollection.Length..];
}
