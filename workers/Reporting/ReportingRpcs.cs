using MassTransit;
using Platform.Reporting.Consumers;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.History;
using Platform.Reporting.V1;

namespace Platform.Reporting;

/// <summary>The worker's gRPC face: each of its RPCs is in a file of its own in <c>Rpcs</c>.</summary>
internal sealed partial class ReportingRpcs(
    HistoryStore history, WorkerDigests digests, ReportStore reports, DeadLetterStore deadLetters, IEnumerable<ConsumerCursor> logs, CatchUpBarrier catchUpBarrier, IBus bus, TimeProvider time)
    : ReportingService.ReportingServiceBase;
