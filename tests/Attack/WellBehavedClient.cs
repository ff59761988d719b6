using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Processes;

namespace Platform.Attack;

/// <summary>An officer who reads, lists and writes now and then: nothing is refused, and nothing becomes slow.</summary>
internal sealed class WellBehavedClient : IDisposable
{
    /// <summary>What it reads and writes.</summary>
    public const string Meeting = "meetings/well-behaved";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly GrpcChannel _channel;
    private readonly Metadata _headers;
    private readonly MeetingsService.MeetingsServiceClient _meetings;
    private readonly CommitmentsService.CommitmentsServiceClient _commitments;
    private long _version = 1;

    /// <summary>Makes one with a connection of its own.</summary>
    public WellBehavedClient(string address, string folder)
    {
        _channel = GrpcChannel.ForAddress(address);
        var token = PlatformProcess.IssuerOf(folder).Issue(Role.Officer, "well-behaved", lifetime: TimeSpan.FromHours(4));
        _headers = new Metadata { { "authorization", $"Bearer {token}" } };
        _meetings = new MeetingsService.MeetingsServiceClient(_channel);
        _commitments = new CommitmentsService.CommitmentsServiceClient(_channel);
    }

    /// <summary>What was refused or not answered.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>Records what it reads and writes later.</summary>
    public async Task PrepareAsync() => await _meetings.CreateMeetingAsync(new()
    {
        Meeting = new() { Name = Meeting, Title = "A meeting", Kind = MeetingKind.Workshop, Status = MeetingStatus.Planned },
    }, Options());

    /// <summary>Calls until the end, and returns how long each call took.</summary>
    public async Task<List<TimeSpan>> CallAsync(CancellationToken end)
    {
        var times = new List<TimeSpan>();
        while (!end.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await CallOnceAsync(times.Count);
            }
            catch (RpcException e)
            {
                Refused.Add($"{e.StatusCode}: {e.Status.Detail}");
            }
            times.Add(Stopwatch.GetElapsedTime(started));
            await Task.Delay(Pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return times;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    /// <summary>What 99 of a hundred calls took at most.</summary>
    public static TimeSpan P99(List<TimeSpan> times) => times.Order().ElementAt(times.Count * 99 / 100);

    private async Task CallOnceAsync(int turn)
    {
        switch (turn % 3)
        {
            case 0:
                await _meetings.GetMeetingAsync(new() { Name = Meeting }, Options());
                break;
            case 1:
                await _commitments.ListCommitmentsAsync(new() { PageSize = 20 }, Options());
                break;
            default:
                var written = await _meetings.UpdateMeetingAsync(new()
                {
                    Meeting = new() { Name = Meeting, Title = $"A meeting, {turn}" },
                    UpdateMask = new() { Paths = { "title" } },
                    Correction = new() { Version = _version, Reason = "The title was another." },
                }, Options());
                _version = written.Meeting.Version;
                break;
        }
    }

    private CallOptions Options() => new(_headers, DateTime.UtcNow + Deadline);
}
