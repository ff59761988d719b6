using System.Reflection;
using Google.Protobuf.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Platform.Fixtures;

/// <summary>Says which service a test project is about, so that the common specifications run over its methods.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SpecifiesAttribute(Type service) : Attribute
{
    /// <summary>The generated class of the service.</summary>
    public Type Service => service;

    internal static ServiceDescriptor ServiceOf(Assembly tests) =>
        (ServiceDescriptor)tests.GetCustomAttribute<SpecifiesAttribute>()!.Service.GetProperty("Descriptor")!.GetValue(null)!;
}

/// <summary>Runs a theory once for each name that the service of the test project gives.</summary>
public abstract class OfServiceAttribute(Func<ServiceDescriptor, IEnumerable<string>> names) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. names(SpecifiesAttribute.ServiceOf(testMethod.ReflectedType!.Assembly)).Select(n => new TheoryDataRow<string>(n))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>Every method of the service.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryMethodAttribute() : OfServiceAttribute(s => s.Methods.Select(m => m.Name));

/// <summary>Every type of resource that the service records.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryResourceAttribute() : OfServiceAttribute(s => ResourceMethods.OfService(s).Select(m => m.Type));

/// <summary>Every type of resource that has an Update method.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryUpdatableResourceAttribute()
    : OfServiceAttribute(s => ResourceMethods.OfService(s).Where(m => m.Update is not null).Select(m => m.Type));

/// <summary>Every type of resource that stands under another.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryChildResourceAttribute()
    : OfServiceAttribute(s => ResourceMethods.OfService(s).Where(m => m.List.InputType.FindFieldByName("parent") is not null)
    .Select(m => m.Type));

/// <summary>Every type of resource that can be read in batches.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryBatchResourceAttribute()
    : OfServiceAttribute(s => ResourceMethods.OfService(s).Where(m => m.BatchGet is not null).Select(m => m.Type));

/// <summary>Every type of resource that has an Update method and a repeated field.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryResourceWithAListAttribute() : OfServiceAttribute(s => ResourceMethods.OfService(s)
    .Where(m => m.Update is not null && ListOf(m.Create.OutputType.Fields.InDeclarationOrder().First().MessageType) is not null)
        .Select(m => m.Type))
{
    /// <summary>A repeated field that may be empty; null when there is none.</summary>
    public static FieldDescriptor? ListOf(MessageDescriptor resource) =>
        resource.FindFieldByName("sources") ?? resource.FindFieldByName("themes") ?? resource.Fields.InDeclarationOrder()
            .FirstOrDefault(f => f.IsRepeated);
}
