using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Identity;
using Platform.Hosting.Telemetry;
using Platform.Operations.V1;

namespace Platform.Hosting.Operations;

/// <summary>What those who run the platform look at, of this process.</summary>
internal sealed class OperationsRpcs(IServiceProvider provider, ProcessFaults faults, TimeProvider time)
    : OperationsService.OperationsServiceBase
{
    [Allow(Role.Officer, Role.Operator)]
    public override async Task<GetProcessStatusResponse> GetProcessStatus(GetProcessStatusRequest request, ServerCallContext context)
    {
        var response = new GetProcessStatusResponse { Version = ProgramVersion.Current, Faults = { faults.All } };
        foreach (var service in PlatformServices.WithChangeLog.Select(s => s.Name).Order(StringComparer.Ordinal))
        {
            if (provider.GetKeyedService<ChangeLogEngine>(service) is not { } log)
                continue;
            var status = await log.StatusAsync(context.CancellationToken);
            response.ChangeLogs.Add(new ChangeLogStatus
            {
                Service = service,
                Position = status.Position,
                PublishedPosition = status.RelayPosition,
                // Another replica's clock may be ahead of this one's.
                WaitingTime = status.OldestUnpublished is { } since
                    ? Duration.FromTimeSpan(TimeSpan.FromTicks(Math.Max(0, (time.GetUtcNow() - since).Ticks))) : null,
            });
        }
        return response;
    }
}
