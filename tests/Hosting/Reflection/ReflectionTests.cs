using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Identity;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Platform.Hosting.Tests.Reflection;

public sealed class ReflectionTests
{
    [Fact]
    public async Task ListServices_NamesEveryServiceOfTheProcess()
    {
        await using var process = await TestProcess.StartAsync();

        var response = await AskAsync(process, new ServerReflectionRequest { ListServices = "" });

        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
                "platform.probe.v1.ProbeService", "rcp.operations.v1.OperationsService"],
            response.ListServicesResponse.Service.Select(s => s.Name));
    }

    [Theory]
    [InlineData("platform.probe.v1.ProbeService", "probe.proto")]
    [InlineData("platform.probe.v1.ProbeService.Ask", "probe.proto")]
    [InlineData("platform.probe.v1.AskRequest", "probe.proto")]
    [InlineData("google.rpc.ErrorInfo", "google/rpc/error_details.proto")]
    [InlineData("rcp.common.v1.ErrorReason", "rcp/common/v1/errors.proto")]
    public async Task FileContainingSymbol_Known_GivesItsFileFirst(string symbol, string file)
    {
        await using var process = await TestProcess.StartAsync();

        var response = await AskAsync(process, new ServerReflectionRequest { FileContainingSymbol = symbol });

        Assert.Equal(file, Files(response)[0].Name);
    }

    [Fact]
    public async Task FileByFilename_WithImports_GivesFilesThatBuild()
    {
        await using var process = await TestProcess.StartAsync();

        var response = await AskAsync(process, new ServerReflectionRequest { FileByFilename = "google/rpc/error_details.proto" });

        Assert.Equal(["google/rpc/error_details.proto", "google/protobuf/duration.proto"], Files(response).Select(f => f.Name));
        Assert.Equal(2, FileDescriptor.BuildFromByteStrings(response.FileDescriptorResponse.FileDescriptorProto.Reverse()).Count);
    }

    [Fact]
    public async Task Unknown_OneRequestOfAStream_IsAnsweredAndTheStreamGoesOn()
    {
        await using var process = await TestProcess.StartAsync();

        var responses = await AskAllAsync(
            process,
            new ServerReflectionRequest { FileContainingSymbol = "platform.Nothing" },
            new ServerReflectionRequest { FileByFilename = "nothing.proto" },
            new ServerReflectionRequest());

        Assert.Equal(
            [(int)StatusCode.NotFound, (int)StatusCode.NotFound, (int)StatusCode.Unimplemented],
            responses.Select(r => r.ErrorResponse?.ErrorCode ?? 0));
    }

    [Fact]
    public async Task Alpha_SameQuestion_GivesTheSameAnswer()
    {
        await using var process = await TestProcess.StartAsync();
        using var call = new Alpha.ServerReflection.ServerReflectionClient(process.Channel).ServerReflectionInfo(process.As(Role.Reader),
            cancellationToken: TestContext.Current.CancellationToken);

        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileContainingSymbol = "platform.probe.v1.AskRequest" },
            TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal("probe.proto", FileDescriptorProto.Parser.ParseFrom(
            call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto[0]).Name);
    }

    private static List<FileDescriptorProto> Files(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];

    private static async Task<ServerReflectionResponse> AskAsync(TestProcess process, ServerReflectionRequest request) =>
        (await AskAllAsync(process, request))[0];

    private static async Task<List<ServerReflectionResponse>> AskAllAsync(TestProcess process, params ServerReflectionRequest[] requests)
    {
        using var call = new ServerReflection.ServerReflectionClient(process.Channel).ServerReflectionInfo(process.As(Role.Reader),
            cancellationToken: TestContext.Current.CancellationToken);
        foreach (var request in requests)
            await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        var responses = new List<ServerReflectionResponse>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
            responses.Add(response);
        return responses;
    }
}
