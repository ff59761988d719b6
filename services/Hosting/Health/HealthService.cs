using Grpc.Core;
using Grpc.Health.V1;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Platform.Hosting.Health;

/// <summary>
/// The standard <c>grpc.health.v1.Health</c>. The empty name and the names of services tell
/// readiness. The name <c>liveness</c> is serving for as long as the process answers at all: what it
/// depends on may be away, and restarting the process would not bring it back.
/// </summary>
public sealed class HealthService(Readiness readiness, ServedServices services, TimeProvider time) : global::Grpc.Health.V1.Health.HealthBase
{
    /// <summary>The name to ask for whether the process should be left running.</summary>
    public const string Liveness = "liveness";

    /// <summary>How often a watched state is looked at.</summary>
    public static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    [AllowWithoutToken]
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await StatusAsync(request.Service, context.CancellationToken);
        if (status == ServingStatus.ServiceUnknown)
            throw UnknownService(request.Service);
        return new HealthCheckResponse { Status = status };
    }

    /// <inheritdoc/>
    [AllowWithoutToken]
    public override async Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var response = new HealthListResponse();
        foreach (var name in services.All.Select(s => s.FullName).Append("").Append(Liveness))
            response.Statuses.Add(name, new HealthCheckResponse { Status = await StatusAsync(name, context.CancellationToken) });
        return response;
    }

    /// <inheritdoc/>
    [AllowWithoutToken]
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, readiness.Stopping);
        ServingStatus? told = null;
        while (true)
        {
            var status = await StatusAsync(request.Service, context.CancellationToken);
            if (status != told)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
            told = status;
            // A watcher would otherwise hold up the end of the process.
            if (readiness.Stopping.IsCancellationRequested)
                return;
            try
            {
                await Task.Delay(WatchInterval, time, either.Token);
            }
            catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
            {
                // The process stops: tell the watcher.
            }
        }
    }

    private async Task<ServingStatus> StatusAsync(string service, CancellationToken cancellationToken)
    {
        if (service == Liveness)
            return ServingStatus.Serving;
        if (service.Length > 0 && !services.Contains(service))
            return ServingStatus.ServiceUnknown;
        return await readiness.IsReadyAsync(service, cancellationToken) ? ServingStatus.Serving : ServingStatus.NotServing;
    }

    private static RefusedException UnknownService(string service) =>
        new(ErrorReason.ResourceNotFound, $"This process does not serve \"{service}\".")
        {
            Metadata = new Dictionary<string, string> { ["resource"] = service },
        };
}
