using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Platform.Hosting.Identity;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform status</c>: every service, whether it is ready, and how far the worker is, at one glance.</summary>
internal static class StatusCommand
{
    private const int NotWell = 1;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var connection = new ConnectionOptions(Role.Operator);
        var json = JsonOption.Create();
        var command = new Command("status", "Says of every service whether it is ready and where its change log ends, and how far the "
            + "worker has taken it in. Needs an operator's token. Exit code: 0 all are ready and the worker lacks nothing, 1 not.")
        {
            json,
        };
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            var services = await LookAsync(platform, cancel);
            if (parsed.GetValue(json))
            {
                Terminal.WriteLine(JsonSerializer.Serialize(services, Json));
            }
            else
            {
                Terminal.WriteTable(["SERVICE", "STATE", "LOG ENDS AT", "WORKER IS AT", "NOTE"],
                    [.. services.Select(s => new[] { s.Service, s.State, NumberOf(s.Latest), NumberOf(s.Consumed), s.Note })]);
            }
            return services.All(s => s.State == "ready" && s.Note.Length == 0) ? 0 : NotWell;
        });
        return command;
    }

    private static async Task<List<ServiceState>> LookAsync(PlatformAddress platform, CancellationToken cancel)
    {
        var positions = new ChangePositions(new RetryingClient(platform, TimeProvider.System, TimeSpan.Zero), TimeProvider.System);
        // One call for each service, so that one that is away does not hide the others.
        var consumed = await TryAsync(async () => await positions.ConsumedAsync(cancel));
        var states = new List<ServiceState>();
        foreach (var service in PlatformServices.All)
        {
            var (state, fault) = await StateAsync(platform, service, cancel);
            var latest = !service.HasChangeLog || fault.Length > 0 ? new(null, "")
                : await TryAsync<long?>(async () => await positions.LatestAsync(service, cancel));
            var position = consumed.Value?.GetValueOrDefault(service.Name)?.Position;
            var note = new[]
            {
                fault,
                latest.Fault,
                service == PlatformServices.Reporting ? consumed.Fault : "",
                latest.Value > position ? $"The worker lacks {Terminal.Count(latest.Value.Value - position.Value, "change")}." : "",
            };
            states.Add(new ServiceState(service.Name, state, latest.Value, position,
                string.Join(' ', note.Where(n => n.Length > 0).Distinct())));
        }
        return states;
    }

    private static async Task<(string State, string Fault)> StateAsync(PlatformAddress platform, PlatformService service,
        CancellationToken cancel)
    {
        try
        {
            var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + Timeout;
            var answer = await new Health.HealthClient(platform.InvokerOf(service)).CheckAsync(
                new HealthCheckRequest { Service = service.FullName }, deadline: deadline, cancellationToken: cancel);
            return (answer.Status == HealthCheckResponse.Types.ServingStatus.Serving ? "ready" : "not ready", "");
        }
        catch (RpcException e) when (!cancel.IsCancellationRequested)
        {
            return ("away", $"{platform.AddressOf(service)}: {e.Status.Detail}");
        }
    }

    private static async Task<(T? Value, string Fault)> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return (await ask(), "");
        }
        catch (RpcException e)
        {
            return (default, ServerError.Of(e).Sentence);
        }
        catch (CommandException e)
        {
            return (default, e.Message);
        }
    }

    private static string NumberOf(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private sealed record ServiceState(string Service, string State, long? Latest, long? Consumed, string Note);
}
