using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Platform.Hosting.Identity;
using Platform.Operations.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform status</c>: every service, whether it is ready, its version, and how far the bus and the worker are, at one
/// glance.</summary>
internal static class StatusCommand
{
    private const int NotWell = 1;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    // A relay that works publishes within a second or two.
    private static readonly TimeSpan MaxWaiting = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var connection = new ConnectionOptions(Role.Operator);
        var json = JsonOption.Create();
        var command = new Command("status", "Says of every service whether it is ready, its version, where its change log ends, and how "
            + "far it was published and taken in by the worker. Needs an operator's token. Exit code: 0 all are ready and nothing waits, "
            + "1 not.")
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
                Terminal.WriteTable(["SERVICE", "STATE", "VERSION", "LOG ENDS AT", "PUBLISHED TO", "WORKER IS AT", "NOTE"],
                    [.. services.Select(s => new[]
                    {
                        s.Service, s.State, ShortVersionOf(s.Version), NumberOf(s.Latest), NumberOf(s.Published), NumberOf(s.Consumed),
                        s.Note,
                    })]);
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
            var process = fault.Length > 0 ? new(null, "") : await TryAsync(() => ProcessAsync(platform, service, cancel));
            var log = process.Value?.ChangeLogs.FirstOrDefault(l => l.Service == service.Name);
            var position = consumed.Value?.GetValueOrDefault(service.Name)?.Position;
            var note = new[]
            {
                fault,
                latest.Fault,
                latest.Fault.Length == 0 ? process.Fault : "",
                log?.WaitingTime?.ToTimeSpan() is { } time && time > MaxWaiting
                    ? $"{Terminal.Count(log.Position - log.PublishedPosition, "change")} not published for {time.TotalSeconds:N0} s." : "",
                service == PlatformServices.Reporting && fault.Length == 0 ? consumed.Fault : "",
                string.Join(' ', process.Value?.Faults.Where(f => f.Service == service.Name).Select(f => f.Description) ?? []),
                latest.Value < position ? "The worker holds more: was this restored from an older copy?" : "",
                latest.Value > position ? $"The worker lacks {Terminal.Count(latest.Value.Value - position.Value, "change")}." : "",
            };
            states.Add(new ServiceState(service.Name, state, process.Value?.Version ?? "", latest.Value, log?.PublishedPosition, position,
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
            return ("away", ServerError.Of(e).Sentence);
        }
    }

    private static async Task<GetProcessStatusResponse?> ProcessAsync(PlatformAddress platform, PlatformService service,
        CancellationToken cancel)
    {
        try
        {
            return await new OperationsService.OperationsServiceClient(platform.InvokerOf(service)).GetProcessStatusAsync(
                new(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Timeout, cancellationToken: cancel);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            // A version from before there was this method, while it is exchanged.
            return null;
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

    // With the commit as short as it is usually written.
    private static string ShortVersionOf(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus ? version[..Math.Min(version.Length, plus + 8)] : version;

    private sealed record ServiceState(
        string Service, string State, string Version, long? Latest, long? Published, long? Consumed, string Note);
}
