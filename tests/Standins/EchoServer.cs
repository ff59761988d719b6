using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Standins.Tests;

/// <summary>The echo service on a loopback port, and beside it a service defined by hand.</summary>
public sealed class EchoServer : IAsyncLifetime
{
    public static readonly Method<string, string> Reverse = new(MethodType.Unary, "byhand.Strings", "Reverse", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private WebApplication? _app;

    public GrpcChannel Channel { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(o =>
        {
            o.ResponseCompressionAlgorithm = "gzip";
            o.Interceptors.Add<CountingInterceptor>();
        });
        _app = builder.Build();
        _app.MapGrpcService<EchoService>();
        _app.MapGrpcService(_ => ServerServiceDefinition.CreateBuilder()
            .AddMethod(Reverse, (request, _) => Task.FromResult(string.Concat(request.Reverse())))
            .Build());
        await _app.StartAsync();
        Channel = GrpcChannel.ForAddress(_app.Urls.Single(), new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private sealed class CountingInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            context.ResponseTrailers.Add("intercepted", typeof(TRequest).Name);
            return continuation(request, context);
        }
    }
}
