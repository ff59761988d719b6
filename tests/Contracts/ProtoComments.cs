using Google.Protobuf.Reflection;
using Platform.Processes;

namespace Platform.Contracts.Tests;

/// <summary>The comments of the protos, which generated classes leave out: buf tells them.</summary>
public sealed class ProtoComments : IAsyncLifetime
{
    // Field numbers of descriptor.proto, of which source locations consist.
    private const int EnumOfFile = 5;
    private const int ValueOfEnum = 2;
    private const int ServiceOfFile = 6;
    private const int MethodOfService = 2;

    private readonly Dictionary<(string File, string Path), string> _comments = [];
    private FileDescriptorSet _files = new();

    public IEnumerable<(string Name, string Comment, int RequestFields, bool HasRequestId)> Rpcs =>
        from file in _files.File
        from service in file.Service.Select((value, index) => (value, index))
        from method in service.value.Method.Select((value, index) => (value, index))
        let request = Message(method.value.InputType)
        select (
            $"{service.value.Name}.{method.value.Name}",
            Comment(file, ServiceOfFile, service.index, MethodOfService, method.index),
            request.Field.Count,
            request.Field.Any(f => f.Name == "request_id"));

    public IEnumerable<(string Name, string Comment)> Services =>
        from file in _files.File
        from service in file.Service.Select((value, index) => (value, index))
        select (service.value.Name, Comment(file, ServiceOfFile, service.index));

    public string OfEnumValue(string enumeration, string value)
    {
        foreach (var file in _files.File)
        {
            for (var i = 0; i < file.EnumType.Count; i++)
            {
                if ($"{file.Package}.{file.EnumType[i].Name}" == enumeration)
                    return Comment(file, EnumOfFile, i, ValueOfEnum, file.EnumType[i].Value.ToList().FindIndex(v => v.Name == value));
            }
        }
        throw new InvalidOperationException($"There is no {enumeration}.");
    }

    public async ValueTask InitializeAsync()
    {
        var image = Path.GetTempFileName();
        try
        {
            (await RunningProcess.RunAsync(TestServers.Setting("PLATFORM_TEST_BUF"), ["build", "-o", $"{image}#format=binpb"])).Succeeded();
            _files = FileDescriptorSet.Parser.ParseFrom(await File.ReadAllBytesAsync(image, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(image);
        }
        foreach (var file in _files.File)
        {
            foreach (var location in file.SourceCodeInfo.Location)
            {
                // One line: where it breaks means nothing.
                _comments[(file.Name, string.Join('.', location.Path))] = string.Join(' ',
                    location.LeadingComments.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }
        }
        Assert.NotEmpty(Rpcs);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private DescriptorProto Message(string fullName) =>
        _files.File.SelectMany(f => f.MessageType.Select(m => (Name: $".{f.Package}.{m.Name}", Message: m)))
            .Single(m => m.Name == fullName).Message;

    private string Comment(FileDescriptorProto file, params int[] path) =>
        _comments.GetValueOrDefault((file.Name, string.Join('.', path)), "");
}
