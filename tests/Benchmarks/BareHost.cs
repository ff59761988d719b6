using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;
using Platform.Commitments.V1;

namespace Platform.Benchmarks;

/// <summary>
/// A gRPC process without the platform: the same server and the same kind of connections, no identity, no checks,
/// no request ids, no relay. What it adds to the database is the price of gRPC alone.
/// </summary>
internal static class BareHost
{
    /// <summary>Serves until the process is stopped.</summary>
    /// <param name="access">How it reaches the database: <c>npgsql</c>, <c>dapper</c> or <c>ef</c>.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="connection">The database.</param>
    public static async Task RunAsync(string access, string address, string connection)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var listen = new Uri(address);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 200;
            kestrel.Listen(IPAddress.Loopback, listen.Port, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
        {
            MaxAutoPrepare = 100,
            NoResetOnClose = true
        });
        CommitmentsService.CommitmentsServiceBase service = access switch
        {
            "npgsql" => new NpgsqlAccess(database),
            "dapper" => new DapperAccess(database),
            "ef" => new EntityFrameworkAccess(database),
            _ => throw new ArgumentException($"\"{access}\" is no way to the database.", nameof(access)),
        };
        var app = AddService(builder, service);
        await app.RunAsync();
    }

    private static WebApplication AddService(WebApplicationBuilder builder, CommitmentsService.CommitmentsServiceBase service)
    {
        switch (service)
        {
            case NpgsqlAccess npgsql:
                builder.Services.AddSingleton(npgsql);
                break;
            case DapperAccess dapper:
                builder.Services.AddSingleton(dapper);
                break;
            case EntityFrameworkAccess entities:
                builder.Services.AddSingleton(entities);
                break;
        }
        var app = builder.Build();
        _ = service switch
        {
            NpgsqlAccess => app.MapGrpcService<NpgsqlAccess>(),
            DapperAccess => app.MapGrpcService<DapperAccess>(),
            _ => app.MapGrpcService<EntityFrameworkAccess>(),
        };
        return app;
    }
}
