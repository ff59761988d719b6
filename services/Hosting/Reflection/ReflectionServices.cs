using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1;
using Platform.Hosting.Identity;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Platform.Hosting.Reflection;

/// <summary>The standard <c>grpc.reflection.v1.ServerReflection</c>.</summary>
public sealed class ReflectionService(ProtoFiles files) : ServerReflection.ServerReflectionBase
{
    /// <inheritdoc/>
    [AllowWithoutToken]
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(files.Answer(requestStream.Current), context.CancellationToken);
    }
}

/// <summary>
/// The same under its older name <c>grpc.reflection.v1alpha</c>, which many tools still ask first.
/// The messages are equal on the wire.
/// </summary>
public sealed class AlphaReflectionService(ProtoFiles files) : Alpha.ServerReflection.ServerReflectionBase
{
    /// <inheritdoc/>
    [AllowWithoutToken]
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<Alpha.ServerReflectionRequest> requestStream, IServerStreamWriter<Alpha.ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var answer = files.Answer(ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString()));
            await responseStream.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()), context.CancellationToken);
        }
    }
}
