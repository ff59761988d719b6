using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Reflection.V1;
using Platform.Common.V1;

namespace Platform.Hosting.Reflection;

/// <summary>Answers what tools ask about the services of this process and their messages.</summary>
public sealed class ProtoFiles
{
    private readonly ServedServices _services;
    private readonly Lazy<Index> _index;

    /// <summary>Made by dependency injection; reads the descriptors at first use.</summary>
    public ProtoFiles(ServedServices services)
    {
        _services = services;
        _index = new(() => new Index(services));
    }

    /// <summary>Answers one question.</summary>
    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse
                {
                    Service = { _services.All.Select(s => new ServiceResponse { Name = s.FullName }) },
                };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                Fill(response, _index.Value.Files.GetValueOrDefault(request.FileByFilename), $"file \"{request.FileByFilename}\"");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                Fill(response, _index.Value.Symbols.GetValueOrDefault(request.FileContainingSymbol.TrimStart('.')), $"symbol \"{request.FileContainingSymbol}\"");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType
                when _index.Value.Symbols.ContainsKey(request.AllExtensionNumbersOfType):
                // Proto 3: none of the messages has extensions.
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                Fill(response, null, $"message \"{request.AllExtensionNumbersOfType}\"");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                Fill(response, null, $"extension of \"{request.FileContainingExtension.ContainingType}\"");
                break;
            default:
                response.ErrorResponse = new ErrorResponse { ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "The request asks nothing." };
                break;
        }
        return response;
    }

    private static void Fill(ServerReflectionResponse response, FileDescriptor? file, string asked)
    {
        if (file is null)
            response.ErrorResponse = new ErrorResponse { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = $"There is no {asked} here." };
        else
            response.FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { WithImports(file).Select(f => f.SerializedData) } };
    }

    private static List<FileDescriptor> WithImports(FileDescriptor file)
    {
        // The file that was asked for first; grpcurl and others expect it there.
        var found = new List<FileDescriptor> { file };
        for (var i = 0; i < found.Count; i++)
            found.AddRange(found[i].Dependencies.Except(found).ToList());
        return found;
    }

    private sealed class Index
    {
        public Index(ServedServices services)
        {
            // Beside the services' own: what tools need to show the details of errors.
            var roots = services.All.Select(s => s.File).Append(ErrorsReflection.Descriptor).Append(StatusReflection.Descriptor).Append(ErrorDetailsReflection.Descriptor);
            foreach (var file in roots.SelectMany(WithImports).Distinct())
                Add(file);
        }

        public Dictionary<string, FileDescriptor> Files { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, FileDescriptor> Symbols { get; } = new(StringComparer.Ordinal);

        private void Add(FileDescriptor file)
        {
            Files[file.Name] = file;
            foreach (var service in file.Services)
            {
                Symbols[service.FullName] = file;
                foreach (var method in service.Methods)
                    Symbols[method.FullName] = file;
            }
            foreach (var message in file.MessageTypes)
                Add(message);
            foreach (var type in file.EnumTypes)
                Add(type);
        }

        private void Add(MessageDescriptor message)
        {
            Symbols[message.FullName] = message.File;
            foreach (var field in message.Fields.InDeclarationOrder())
                Symbols[field.FullName] = message.File;
            foreach (var oneof in message.Oneofs)
                Symbols[oneof.FullName] = message.File;
            foreach (var nested in message.NestedTypes)
                Add(nested);
            foreach (var nested in message.EnumTypes)
                Add(nested);
        }

        private void Add(EnumDescriptor type)
        {
            Symbols[type.FullName] = type.File;
            foreach (var value in type.Values)
                Symbols[value.FullName] = type.File;
        }
    }
}
