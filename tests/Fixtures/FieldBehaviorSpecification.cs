using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using static Platform.Common.V1.FieldBehaviorExtensions;

namespace Platform.Fixtures;

/// <summary>What the protos say of a field of a resource is what happens to it.</summary>
public abstract class FieldBehaviorSpecification(PlatformFixture platform)
{
    // A state has an ISO code; an organisation has none.
    private const string RequiredOfSome = "iso_code";

    [Theory, EveryResource]
    public async Task Create_WithoutEachField_IsRefusedWhereItIsRequiredAndNowhereElse(string type)
    {
        var methods = ResourceMethods.Of(type);
        var (stated, found) = (new List<string>(), new List<string>());
        var draft = await platform.DraftAsync(type);
        foreach (var field in draft.Descriptor.Fields.InDeclarationOrder()
            .Where(f => f.ContainingOneof is null && f.Name != RequiredOfSome))
        {
            if (BehaviorOf(field).Contains(FieldBehavior.Required))
                stated.Add(field.Name);
            var without = draft.Descriptor.Parser.ParseFrom(draft.ToByteArray());
            field.Accessor.Clear(without);
            // Only checked, so that one draft serves for every field.
            var call = platform.Officer.Call(methods.Create, ResourceMethods.Request(methods.Create, (methods.Field, without),
                ("validate_only", true), methods.AllowDuplicate));
            try
            {
                await call;
            }
            catch (Grpc.Core.RpcException)
            {
                if ((await call.RefusedAsync()).Fields.Any(f => f == $"{methods.Field}.{field.Name}"))
                    found.Add(field.Name);
            }
        }

        Assert.Equal(stated, found);
    }

    [Theory, EveryResource]
    public async Task Create_WithOutputOnlyFields_IgnoresThem(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);
        var outputOnly = draft.Descriptor.Fields.InDeclarationOrder().Where(f => BehaviorOf(f).Contains(FieldBehavior.OutputOnly)).ToList();
        Assert.Equal(["version", "record_time"], outputOnly.Select(f => f.Name));
        (draft.Version, draft.RecordTime) = (77, Timestamp.FromDateTime(DateTime.UnixEpoch));

        var created = await methods.CreateAsync(platform.Officer, draft);

        Assert.Equal(1, created.Version);
        Assert.NotEqual(1970, created.RecordTime.ToDateTime().Year);
    }

    [Theory, EveryResource]
    public void Fields_Immutable_IsTheName(string type)
    {
        var resource = ResourceMethods.Of(type).Create.InputType.Fields[1].MessageType;

        Assert.Equal(["name"], resource.Fields.InDeclarationOrder().Where(f => BehaviorOf(f).Contains(FieldBehavior.Immutable))
            .Select(f => f.Name));
    }

    private static IReadOnlyList<FieldBehavior> BehaviorOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(Behavior) is { } behavior ? [.. behavior] : [];
}
