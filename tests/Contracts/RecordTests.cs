using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;

namespace Platform.Contracts.Tests;

/// <summary>What the store, the change log and every client rely on in each resource and each service.</summary>
public sealed class RecordTests
{
    public static TheoryData<string> Records => [.. TypesOf<IResource>().Select(t => t.FullName!)];

    public static TheoryData<string> Changes => [.. TypesOf<IChange>().Select(t => t.FullName!)];

    public static TheoryData<string> Services =>
        [.. Files().SelectMany(f => f.Services).Select(s => s.FullName)];

    [Theory, MemberData(nameof(Records))]
    public void Record_Each_HasTheFiveCommonFields(string type)
    {
        var record = DescriptorOf(type);

        var common = record.Fields.InFieldNumberOrder().Take(5).Select(f => (f.FieldNumber, f.Name, f.FieldType, f.IsRepeated));

        Assert.Equal(
            [
                (1, "name", FieldType.String, false),
                (2, "etag", FieldType.String, false),
                (3, "version", FieldType.Int64, false),
                (4, "effective_date", FieldType.String, false),
                (5, "record_time", FieldType.Message, false),
            ],
            common);
        Assert.Same(Timestamp.Descriptor, record.FindFieldByNumber(5).MessageType);
    }

    [Theory, MemberData(nameof(Changes))]
    public void Change_Each_CarriesExactlyTheRecordsOfItsService(string type)
    {
        var change = DescriptorOf(type);

        Assert.Same(ChangeMetadata.Descriptor, change.FindFieldByNumber(1).MessageType);
        Assert.Equal("resource", Assert.Single(change.Oneofs).Name);
        Assert.Equal(
            TypesOf<IResource>().Select(t => DescriptorOf(t.FullName!)).Where(r => r.File.Package == change.File.Package)
                .Select(r => r.Name).Order(StringComparer.Ordinal),
            change.Oneofs[0].Fields.Select(f => f.MessageType.Name).Order(StringComparer.Ordinal));
        Assert.Equal(change.Fields.InFieldNumberOrder().Skip(1), change.Oneofs[0].Fields);
    }

    // A resource that no change carries would be recorded and never leave its service.
    [Fact]
    public void Record_All_StandInAPackageWithAChange() =>
        Assert.Equal(
            TypesOf<IChange>().Select(t => t.Namespace).Order(StringComparer.Ordinal),
            TypesOf<IResource>().Select(t => t.Namespace).Distinct().Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Services))]
    public void Service_Each_HasRequestsAndResponsesOfItsOwn(string fullName)
    {
        var service = Files().SelectMany(f => f.Services).Single(s => s.FullName == fullName);

        Assert.All(service.Methods, method =>
        {
            Assert.Equal($"{method.Name}Request", method.InputType.Name);
            Assert.Equal($"{method.Name}Response", method.OutputType.Name);
        });
    }

    [Theory, MemberData(nameof(Services))]
    public void Service_EachList_IsPaged(string fullName)
    {
        var service = Files().SelectMany(f => f.Services).Single(s => s.FullName == fullName);

        Assert.All(service.Methods.Where(m => m.Name.StartsWith("List", StringComparison.Ordinal)), method =>
        {
            Assert.Equal((1, FieldType.Int32), NumberAndType(method.InputType, "page_size"));
            Assert.Equal((2, FieldType.String), NumberAndType(method.InputType, "page_token"));
            Assert.Equal((2, FieldType.String), NumberAndType(method.OutputType, "next_page_token"));
            Assert.True(method.OutputType.FindFieldByNumber(1).IsRepeated);
        });
    }

    private static (int, FieldType) NumberAndType(MessageDescriptor message, string field) =>
        message.FindFieldByName(field) is { } found ? (found.FieldNumber, found.FieldType) : default;

    private static IEnumerable<System.Type> TypesOf<T>() =>
        typeof(IResource).Assembly.GetExportedTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(T)));

    private static MessageDescriptor DescriptorOf(string type) =>
        (MessageDescriptor)typeof(IResource).Assembly.GetType(type, throwOnError: true)!.GetProperty("Descriptor")!.GetValue(null)!;

    private static IEnumerable<FileDescriptor> Files() =>
        typeof(IResource).Assembly.GetExportedTypes()
            .Where(t => t.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(t => t.GetProperty("Descriptor")?.GetValue(null))
            .OfType<FileDescriptor>();
}
