using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Hosting.Health;

/// <summary>
/// The port for those who watch a process: HTTP/1.1 without TLS or tokens, since kubelets and load balancers have neither.
/// <c>/livez</c> and <c>/readyz</c> answer 200 or 503, <c>/metrics</c> is for Prometheus. Nothing of the record passes here, and no
/// RPC is served.
/// </summary>
internal static class HealthPort
{
    /// <summary>Listens on it, where there is one.</summary>
    public static void Listen(KestrelServerOptions kestrel, HealthOptions options)
    {
        if (options.Address.Length == 0)
            return;
        var uri = new Uri(options.Address);
        kestrel.Listen(uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host), uri.Port, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            // By the connection, not by the Host header, which any caller could write.
            endpoint.Use(next => connection =>
            {
                connection.Features.Set(new Marker());
                return next(connection);
            });
        });
    }

    /// <summary>Answers what comes to it; before anything that asks for a token.</summary>
    public static void UseHealthPort(this IApplicationBuilder app) => app.MapWhen(
        context => context.Features.Get<Marker>() is not null,
        port =>
        {
            foreach (var page in port.ApplicationServices.GetServices<HealthPage>())
                page.Use(port);
            port.Run(AnswerAsync);
        });

    private static Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/livez" => WriteAsync(context, StatusCodes.Status200OK, "live"),
        "/readyz" => AnswerReadinessAsync(context),
        _ => WriteAsync(context, StatusCodes.Status404NotFound, string.Join(' ', context.RequestServices.GetServices<HealthPage>()
            .Select(page => page.Path).Prepend("/readyz").Prepend("There are: /livez"))),
    };

    private static async Task AnswerReadinessAsync(HttpContext context)
    {
        var report = await context.RequestServices.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Name != HealthRegistration.Liveness, context.RequestAborted);
        var ready = report.Status == HealthStatus.Healthy;
        // The name of a check is that of its service with a number, or a name that all services share.
        var missing = report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy)
            .Select(e => e.Value.Tags.FirstOrDefault() ?? e.Key).Distinct().Order(StringComparer.Ordinal);
        await WriteAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            ready ? "ready" : $"not ready: {string.Join(", ", missing)}");
    }

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private sealed class Marker;
}

/// <summary>Adds a page to the health port.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Use">Handles the request.</param>
internal sealed record HealthPage(string Path, Action<IApplicationBuilder> Use);
