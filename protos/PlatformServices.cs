using Google.Protobuf.Reflection;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.V1;

namespace Platform;

/// <summary>A service of the platform.</summary>
/// <remarks>Its descriptors are looked up when they are asked for: all of them take four tenths of a second to build, which a command
/// that needs only names should not wait for.</remarks>
public sealed class PlatformService
{
    private readonly Func<ServiceDescriptor> _descriptor;
    private readonly Func<MessageDescriptor>? _changeType;

    /// <summary>Describes a service.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="descriptor">Looks up <see cref="Descriptor"/>.</param>
    /// <param name="changeType">Looks up <see cref="ChangeType"/>; null where it has no log.</param>
    public PlatformService(string name, Func<ServiceDescriptor> descriptor, Func<MessageDescriptor>? changeType) =>
        (Name, _descriptor, _changeType) = (name, descriptor, changeType);

    /// <summary>Its short name, for example <c>meetings</c>: in settings, stores, positions and addresses.</summary>
    public string Name { get; }

    /// <summary>Its gRPC service.</summary>
    public ServiceDescriptor Descriptor => _descriptor();

    /// <summary>Whether it has a change log.</summary>
    public bool HasChangeLog => _changeType is not null;

    /// <summary>The message of its change log, which is also its event; null where it has no log.</summary>
    public MessageDescriptor? ChangeType => _changeType?.Invoke();

    /// <summary>Its full name, for example <c>rcp.meetings.v1.MeetingsService</c>.</summary>
    public string FullName => Descriptor.FullName;

    /// <summary>Its name in a section of settings, for example <c>Meetings</c> in <c>Services:Meetings:Address</c>.</summary>
    public string SectionName => $"{char.ToUpperInvariant(Name[0])}{Name[1..]}";
}

/// <summary>The services of the platform: the one list of them.</summary>
public static class PlatformServices
{
    /// <summary>Participants, bodies and standing.</summary>
    public static PlatformService Membership { get; } = new("membership", () => MembershipService.Descriptor,
        () => Platform.Membership.V1.Change.Descriptor);

    /// <summary>Meetings, documents and outcomes.</summary>
    public static PlatformService Meetings { get; } = new("meetings", () => MeetingsService.Descriptor,
        () => Platform.Meetings.V1.Change.Descriptor);

    /// <summary>Commitments and progress.</summary>
    public static PlatformService Commitments { get; } = new("commitments", () => CommitmentsService.Descriptor,
        () => Platform.Commitments.V1.Change.Descriptor);

    /// <summary>The reporting worker.</summary>
    public static PlatformService Reporting { get; } = new("reporting", () => ReportingService.Descriptor, changeType: null);

    /// <summary>All of them; those that others ask come first.</summary>
    public static IReadOnlyList<PlatformService> All { get; } = [Membership, Meetings, Commitments, Reporting];

    /// <summary>Those that have a change log.</summary>
    public static IReadOnlyList<PlatformService> WithChangeLog { get; } = [.. All.Where(s => s.HasChangeLog)];

    /// <summary>The messages that are published to the bus.</summary>
    public static IReadOnlyList<MessageDescriptor> EventTypes =>
        [.. WithChangeLog.Select(s => s.ChangeType!), ReportReady.Descriptor];

    /// <summary>The service of a short name; null when there is none.</summary>
    public static PlatformService? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    /// <summary>The service that a gRPC service belongs to.</summary>
    public static PlatformService Of(ServiceDescriptor descriptor) => All.Single(s => s.Descriptor == descriptor);

    /// <summary>The service whose event this is.</summary>
    public static PlatformService OfChange<TChange>() where TChange : class, IChange =>
        WithChangeLog.Single(s => s.ChangeType!.ClrType == typeof(TChange));
}
