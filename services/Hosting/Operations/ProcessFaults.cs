using System.Collections.Concurrent;
using Platform.Operations.V1;

namespace Platform.Hosting.Operations;

/// <summary>What this process cannot do at the moment although it serves; see <see cref="GetProcessStatusResponse.Faults"/>.</summary>
public sealed class ProcessFaults
{
    private readonly ConcurrentDictionary<(string Service, string Work), string> _faults = new();

    /// <summary>The faults, in the order of their services and works.</summary>
    public IEnumerable<ProcessFault> All => _faults.OrderBy(f => f.Key)
        .Select(f => new ProcessFault { Service = f.Key.Service, Description = f.Value });

    /// <summary>Notes that a work cannot be done.</summary>
    /// <param name="service">The short name of the service that does it.</param>
    /// <param name="work">Which of its works it is.</param>
    /// <param name="description">What cannot be done and why: sentences.</param>
    public void Set(string service, string work, string description) => _faults[(service, work)] = description;

    /// <summary>Notes that a work is done.</summary>
    /// <param name="service">The short name of the service that does it.</param>
    /// <param name="work">Which of its works it is.</param>
    public void Clear(string service, string work) => _faults.TryRemove((service, work), out _);
}
