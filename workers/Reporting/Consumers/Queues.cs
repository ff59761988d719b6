namespace Platform.Reporting.Consumers;

/// <summary>The queues that the worker consumes.</summary>
internal static class Queues
{
    /// <summary>The queue of a service's changes.</summary>
    public static string Of(string service) => $"reporting-{service}";
}
