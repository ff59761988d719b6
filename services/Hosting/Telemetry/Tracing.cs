using System.Diagnostics;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// The traces of the platform beyond a call: a change carries the call that made it through the change log and the bus, so that
/// one trace leads from the call to the reports that used the change. Contexts are stored as the <c>traceparent</c> of W3C Trace
/// Context.
/// </summary>
public static class Tracing
{
    /// <summary>The name of the source of these activities.</summary>
    public const string SourceName = "Platform";

    /// <summary>Starts the activities of the platform itself.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The activity that runs now; empty where it is not sampled, since nobody could look at its trace.</summary>
    public static string Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";

    /// <summary>Starts an activity, as a part of a stored one where there is one; null where nobody listens.</summary>
    /// <param name="name">What is done, for example <c>build report</c>.</param>
    /// <param name="traceParent">The stored activity; empty for none.</param>
    public static Activity? Start(string name, string traceParent) =>
        Continue(name, traceParent) ?? Source.StartActivity(name, ActivityKind.Internal, parentContext: default);

    /// <summary>Starts an activity as a part of a stored one; null where there is none or nobody listens.</summary>
    /// <param name="name">What is done, for example <c>publish change</c>.</param>
    /// <param name="traceParent">The stored activity; empty for none.</param>
    /// <param name="links">Other activities to which it is related.</param>
    public static Activity? Continue(string name, string traceParent, IEnumerable<ActivityLink>? links = null) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, ActivityKind.Internal, parent, links: links)
            : null;
}
