using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Fixtures;

/// <summary>The methods that a type of resource has, found by the names that all of them follow.</summary>
public sealed class ResourceMethods
{
    private ResourceMethods(ServiceDescriptor service, MethodDescriptor create)
    {
        Type = create.Name["Create".Length..];
        (Service, Create) = (service, create);
        Update = service.FindMethodByName($"Update{Type}");
        Get = service.FindMethodByName($"Get{Type}");
        // ListBodies, ListCommitments: the one whose answer holds this type.
        List = service.Methods.Single(m => m.Name.StartsWith("List", StringComparison.Ordinal)
            && Holds(m.OutputType, create.InputType.Fields[1].MessageType));
        BatchGet = service.Methods.SingleOrDefault(m => m.Name.StartsWith("BatchGet", StringComparison.Ordinal)
            && Holds(m.OutputType, create.InputType.Fields[1].MessageType));
    }

    /// <summary>The three services.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } = [MembershipService.Descriptor, MeetingsService.Descriptor,
        CommitmentsService.Descriptor];

    public string Type { get; }

    public ServiceDescriptor Service { get; }

    public MethodDescriptor Create { get; }

    /// <summary>Null for what is append-only.</summary>
    public MethodDescriptor? Update { get; }

    public MethodDescriptor Get { get; }

    public MethodDescriptor List { get; }

    /// <summary>Null where there is none.</summary>
    public MethodDescriptor? BatchGet { get; }

    /// <summary>The field of a request that holds the resource, for example <c>standing_step</c>.</summary>
    public string Field => Create.InputType.Fields[1].Name;

    public static ResourceMethods Of(string type) => Services.SelectMany(OfService).Single(m => m.Type == type);

    public static IEnumerable<ResourceMethods> OfService(ServiceDescriptor service) =>
        service.Methods.Where(m => m.Name.StartsWith("Create", StringComparison.Ordinal)).Select(m => new ResourceMethods(service, m));

    public async Task<IResource> CreateAsync(PlatformClients clients, IResource record, string requestId = "") =>
        Resource(await CallCreate(clients, record, requestId));

    public AsyncUnaryCall<IMessage> CallCreate(PlatformClients clients, IResource? record, string requestId = "") =>
        clients.Call(Create, Request(Create, (Field, record), ("request_id", requestId), AllowDuplicate));

    /// <summary>Drafts of participants, bodies and meetings have the same names and numbers.</summary>
    public (string Field, object? Value) AllowDuplicate =>
        Create.InputType.FindFieldByName("allow_duplicate") is null ? ("request_id", null) : ("allow_duplicate", true);


    /// <summary>Changes a resource on a day; without one corrects the version that it is.</summary>
    public AsyncUnaryCall<IMessage> CallUpdate(PlatformClients clients, IResource? record, IEnumerable<string> mask, string requestId = "",
        string changeDate = "") =>
        clients.Call(Update!, Request(Update!, (Field, record), ("update_mask", new FieldMask { Paths = { mask } }),
            ("request_id", requestId), changeDate.Length > 0
                ? ("change_date", changeDate)
                : ("correction", new Correction { Version = Math.Max(record?.Version ?? 1, 1), Reason = "It was recorded wrongly." })));

    public async Task<IResource> UpdateAsync(PlatformClients clients, IResource record, IEnumerable<string> mask, string requestId = "",
        string changeDate = "") =>
        Resource(await CallUpdate(clients, record, mask, requestId, changeDate));

    public AsyncUnaryCall<IMessage> CallGet(PlatformClients clients, string name, string asOf = "", Timestamp? knownAt = null) =>
        clients.Call(Get, Request(Get, ("name", name), ("as_of", asOf), ("known_at", knownAt)));

    public async Task<IResource> GetAsync(PlatformClients clients, string name, string asOf = "", Timestamp? knownAt = null) =>
        Resource(await CallGet(clients, name, asOf, knownAt));

    /// <summary>The audit trail of a resource.</summary>
    public async Task<IReadOnlyList<IChange>> ChangesAsync(PlatformClients clients, string name)
    {
        var method = Service.FindMethodByName("ListChanges");
        var answer = await clients.Call(method, Request(method, ("name", name)));
        return [.. ((System.Collections.IEnumerable)method.OutputType.Fields[1].Accessor.GetValue(answer)).Cast<IChange>()];
    }

    /// <summary>A request with some fields; null leaves one out.</summary>
    public static IMessage Request(MethodDescriptor method, params (string Field, object? Value)[] fields)
    {
        var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
        foreach (var (field, value) in fields.Where(f => f.Value is not null))
        {
            var accessor = (method.InputType.FindFieldByName(field)
                ?? throw new InvalidOperationException($"{method.InputType.Name} has no {field}.")).Accessor;
            if (value is System.Collections.IEnumerable values and not string)
                ((System.Collections.IList)accessor.GetValue(request)).AddAll(values);
            else
                accessor.SetValue(request, value);
        }
        return request;
    }

    /// <summary>The resources of an answer.</summary>
    public static IReadOnlyList<IResource> Resources(IMessage answer) =>
        [.. ((System.Collections.IEnumerable)answer.Descriptor.Fields[1].Accessor.GetValue(answer)).Cast<IResource>()];

    /// <summary>The resource of a change.</summary>
    public static IResource Resource(IChange change) =>
        (IResource)change.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(change).Accessor.GetValue(change);

    public static ChangeMetadata LatestOf(IReadOnlyList<IChange> changes) => changes[^1].Metadata;

    private static IResource Resource(IMessage answer) => (IResource)answer.Descriptor.Fields[1].Accessor.GetValue(answer);

    private static bool Holds(MessageDescriptor answer, MessageDescriptor resource) =>
        answer.Fields[1] is { IsRepeated: true, FieldType: FieldType.Message } field && field.MessageType == resource;
}

file static class Lists
{
    public static void AddAll(this System.Collections.IList list, System.Collections.IEnumerable values)
    {
        foreach (var value in values)
            list.Add(value);
    }
}
