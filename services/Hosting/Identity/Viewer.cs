using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Common.V1;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Identity;

/// <summary>Tells whether a participant has a standing in a body: what Membership knows.</summary>
public interface IBodyMembership
{
    /// <summary>True when the participant has a standing in the body today.</summary>
    Task<bool> IsMemberAsync(string participant, string body, CancellationToken cancel);
}

/// <summary>What one caller may see of the record, by the handling of each resource.</summary>
public sealed class Viewer
{
    private readonly Caller? _caller;
    private readonly IServiceProvider? _services;
    // A feed is followed for hours: who is in a body is asked again after a while.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, (bool IsIn, long Asked)> _bodies = new(StringComparer.Ordinal);

    private Viewer()
    {
    }

    internal Viewer(Caller caller, IServiceProvider services) =>
        (_caller, _services) = (caller.Role is Role.Reader or Role.PartySystem ? caller : null, services);

    /// <summary>The platform itself: what its rules look at is not shown to anybody.</summary>
    public static Viewer Platform { get; } = new();

    /// <summary>True when nothing is hidden.</summary>
    public bool SeesEverything => _caller is null;

    /// <summary>True when the caller may see a resource in a version of it.</summary>
    public async ValueTask<bool> MaySeeAsync(IResource resource, CancellationToken cancel)
    {
        if (_caller is null || !resource.Handling.IsRestricted())
            return true;
        if (_caller.Role != Role.PartySystem)
            return false;
        return IsOwnReport(resource) || resource.Handling.Level switch
        {
            HandlingLevel.Participants => true,
            HandlingLevel.BodyMembers => await IsInAsync(resource.Handling.Body, cancel),
            _ => false,
        };
    }

    private bool IsOwnReport(IResource resource) =>
        resource.Descriptor.FindFieldByName("reported_for") is { } field && (string)field.Accessor.GetValue(resource) == _caller!.Party;

    private async Task<bool> IsInAsync(string body, CancellationToken cancel)
    {
        if (_caller!.Party == body)
            return true;
        if (!ResourceNames.Matches(_caller.Party, ResourcePatterns.Participant))
            return false;
        if (_bodies.TryGetValue(body, out var known) && TimeProvider.System.GetElapsedTime(known.Asked) < Memory)
            return known.IsIn;
        var isIn = await _services!.GetRequiredService<IBodyMembership>().IsMemberAsync(_caller.Party, body, cancel);
        _bodies[body] = (isIn, TimeProvider.System.GetTimestamp());
        return isIn;
    }
}

/// <summary>Makes the <see cref="Viewer"/> of a call.</summary>
public static class ViewerOfCall
{
    /// <summary>What the caller may see.</summary>
    public static Viewer Viewer(this ServerCallContext context) => new(context.Caller(), context.GetHttpContext().RequestServices);
}
