using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using Platform.ChangeLog.V1;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Operations.V1;
using Platform.Records.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;
using Platform.Tool.Verification;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform doctor</c>: tries a deployment from end to end. It records something in each service, waits until it was
/// published and the worker has taken it in, and retracts it.
/// </summary>
internal static class DoctorCommand
{
    private const int NotWell = 1;
    private const string Reason = "Recorded by platform doctor to try the deployment.";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RelayPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var connection = new ConnectionOptions();
        var command = new Command("doctor", "Tries a deployment from end to end: records something in each service that only the "
            + "secretariat may see, waits until it was published and the worker has taken it in, and retracts it. Needs an officer's "
            + "token. Exit code: 0 all is well, 1 not.");
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            return await new Examination(platform, cancel).RunAsync() ? 0 : NotWell;
        });
        return command;
    }

    private sealed class Examination(PlatformAddress platform, CancellationToken cancel)
    {
        // Different in every run.
        private readonly string _id = $"doctor-{Guid.NewGuid():n}";
        private bool _isWell = true;
        private TimeSpan _clockDifference;

        public async Task<bool> RunAsync()
        {
            foreach (var service in PlatformServices.All)
                await TryAsync($"{service.Name} is ready", () => CheckReadyAsync(service));
            foreach (var service in PlatformServices.WithChangeLog)
            {
                await TryAsync($"{service.Name} accepts the token", () => CheckCallerAsync(service));
                if (!await TryAsync($"{service.Name} records", () => RecordAsync(service)))
                    continue;
                await TryAsync($"{service.Name} has the right time", CheckClockAsync);
                await TryAsync($"{service.Name} publishes", () => WaitForBusAsync(service));
                await TryAsync($"the worker takes {service.Name} in", () => WaitForWorkerAsync(service));
                // Clean up even after a failure: nothing of this run may stay.
                await TryAsync($"{service.Name} retracts", () => RetractAsync(service));
            }
            await TryAsync($"{PlatformServices.Reporting.Name} does all its work", () => CheckFaultsAsync(PlatformServices.Reporting));
            Terminal.WriteLine(_isWell ? "All is well." : "Not all is well. What to do is in docs/operations/runbooks.md.");
            return _isWell;
        }

        private async Task<bool> TryAsync(string what, Func<Task<string>> check)
        {
            string fault;
            try
            {
                Terminal.WriteLine($"ok     {what}: {await check()}");
                return true;
            }
            catch (RpcException e) when (!cancel.IsCancellationRequested)
            {
                fault = ServerError.Of(e).Sentence;
            }
            catch (CommandException e)
            {
                fault = e.Message;
            }
            Terminal.WriteLine($"FAILED {what}: {fault}");
            return _isWell = false;
        }

        private async Task<string> CheckReadyAsync(PlatformService service)
        {
            await WaitAsync(Deadline, async () =>
            {
                var answer = await new Health.HealthClient(platform.InvokerOf(service)).CheckAsync(
                    new HealthCheckRequest { Service = service.FullName }, Options());
                return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving ? ""
                    : $"{platform.AddressOf(service)} answers and is not ready; its log says why";
            });
            return platform.AddressOf(service);
        }

        private async Task<string> CheckFaultsAsync(PlatformService service)
        {
            await WaitAsync(Deadline, async () =>
                string.Join(' ', (await StatusOfAsync(service)).Faults.Where(f => f.Service == service.Name).Select(f => f.Description)));
            return "as far as it knows";
        }

        // Until nothing is wrong any more: a process that has just been started may need a moment.
        private async Task WaitAsync(TimeSpan patience, Func<Task<string>> lookForFault)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (await lookForFault() is { Length: > 0 } fault)
            {
                if (TimeProvider.System.GetElapsedTime(started) > patience)
                    throw new CommandException(fault);
                await Task.Delay(LookInterval, cancel);
            }
        }

        private async Task<string> CheckCallerAsync(PlatformService service)
        {
            var caller = await new RecordService.RecordServiceClient(platform.InvokerOf(service)).GetCallerAsync(new(), Options());
            return caller.Role == Role.Officer.Name() ? $"{caller.Subject}, {caller.Role}"
                : throw new CommandException($"the token's role is {caller.Role}, and only an officer may record; give an officer's token");
        }

        private async Task<string> RecordAsync(PlatformService service)
        {
            var started = TimeProvider.System.GetTimestamp();
            var recorded = service.Name switch
            {
                "membership" => await RecordParticipantAsync(service),
                "meetings" => await RecordThemeAsync(service),
                _ => await RecordProductAsync(service),
            };
            _clockDifference = (TimeProvider.System.GetUtcNow() - recorded.ToDateTimeOffset()).Duration();
            return $"{NameIn(service)} in {Milliseconds(TimeProvider.System.GetElapsedTime(started))}";
        }

        private async Task<Timestamp> RecordParticipantAsync(PlatformService service)
        {
            var client = new MembershipService.MembershipServiceClient(platform.InvokerOf(service));
            var participant = new Participant
            {
                Name = NameIn(service),
                Kind = ParticipantKind.Partner,
                Names = { new DatedName { Text = Reason, Kind = NameKind.Official } },
                Handling = new() { Level = HandlingLevel.Secretariat },
            };
            var answer = await client.CreateParticipantAsync(new() { Participant = participant, RequestId = _id }, Options());
            return answer.Participant.RecordTime;
        }

        private async Task<Timestamp> RecordThemeAsync(PlatformService service)
        {
            var client = new MeetingsService.MeetingsServiceClient(platform.InvokerOf(service));
            var theme = new Theme { Name = NameIn(service), Title = Reason, Handling = new() { Level = HandlingLevel.Secretariat } };
            return (await client.CreateThemeAsync(new() { Theme = theme, RequestId = _id }, Options())).Theme.RecordTime;
        }

        private async Task<Timestamp> RecordProductAsync(PlatformService service)
        {
            var client = new CommitmentsService.CommitmentsServiceClient(platform.InvokerOf(service));
            var product = new Product
            {
                Name = NameIn(service),
                Title = Reason,
                Kind = ProductKind.System,
                Handling = new() { Level = HandlingLevel.Secretariat },
            };
            return (await client.CreateProductAsync(new() { Product = product, RequestId = _id }, Options())).Product.RecordTime;
        }

        private Task<string> CheckClockAsync() => _clockDifference <= MaxClockDifference
            ? Task.FromResult($"it differs from this machine's by {Milliseconds(_clockDifference)} at most")
            : throw new CommandException($"it differs from this machine's by {_clockDifference.TotalSeconds:N0} seconds; have both follow "
                + "a time server");

        private async Task<string> WaitForBusAsync(PlatformService service)
        {
            var started = TimeProvider.System.GetTimestamp();
            var latest = await LatestAsync(service);
            await WaitAsync(RelayPatience, async () =>
            {
                var log = (await StatusOfAsync(service)).ChangeLogs.First(l => l.Service == service.Name);
                return log.PublishedPosition >= latest ? ""
                    : $"{Terminal.Count(log.Position - log.PublishedPosition, "change")} not published for "
                        + $"{log.WaitingTime?.Seconds:N0} seconds; nothing is lost, and the log of a replica says why";
            });
            return $"after {Milliseconds(TimeProvider.System.GetElapsedTime(started))}";
        }

        private async Task<GetProcessStatusResponse> StatusOfAsync(PlatformService service) =>
            await new OperationsService.OperationsServiceClient(platform.InvokerOf(service)).GetProcessStatusAsync(new(), Options());

        private async Task<long> LatestAsync(PlatformService service) =>
            (await new ChangeLogService.ChangeLogServiceClient(platform.InvokerOf(service)).GetLatestPositionAsync(
                new() { Service = service.Name }, Options())).Position;

        private async Task<string> WaitForWorkerAsync(PlatformService service)
        {
            var started = TimeProvider.System.GetTimestamp();
            var latest = await LatestAsync(service);
            var calls = new RetryingClient(platform, TimeProvider.System, TimeSpan.Zero);
            var lagging = await new ChangePositions(calls, TimeProvider.System).WaitForWorkerAsync(
                new Dictionary<string, long> { [service.Name] = latest }, WorkerPatience, _ => { }, cancel);
            if (lagging.Count > 0)
                throw new CommandException($"it took in nothing for {WorkerPatience.TotalSeconds:N0} seconds and is at {lagging[0]}");
            var recorded = await DigestList.OfService(calls, service).OfAsync([NameIn(service)], cancel);
            var held = await DigestList.OfWorker(calls, service).OfAsync([NameIn(service)], cancel);
            return Equals(recorded.GetValueOrDefault(NameIn(service)), held.GetValueOrDefault(NameIn(service)))
                ? $"after {Milliseconds(TimeProvider.System.GetElapsedTime(started))}"
                : throw new CommandException("it holds something else in its place; was the service restored from an older copy? Run "
                    + "platform verify");
        }

        private async Task<string> RetractAsync(PlatformService service)
        {
            await new RecordService.RecordServiceClient(platform.InvokerOf(service)).RetractResourceAsync(
                new() { Name = NameIn(service), Reason = Reason, RequestId = $"{_id}-retract" }, Options());
            return "its history stays, as everything's";
        }

        private string NameIn(PlatformService service) =>
            $"{service.Name switch { "membership" => "participants", "meetings" => "themes", _ => "products" }}/{_id}";

        private CallOptions Options() => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline, cancellationToken: cancel);

        private static string Milliseconds(TimeSpan time) =>
            string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:N0} ms");
    }
}
