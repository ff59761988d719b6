using Platform.Meetings.V1;
using Google.Protobuf;

namespace Platform.Attack.Attacks;

/// <summary>Streams that nobody reads, and requests that come a byte at a time.</summary>
internal sealed class Streams(Callers callers) : IAttack
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(3);

    public string Name => "slow and unread streams";

    public int Share => 2;

    public int Workers => 100;

    public async Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var token = callers.Any(random);
            var follow = new FollowChangesRequest { FromBeginning = true }.ToByteArray();
            if (random.Next(2) == 0)
            {
                var unread = new RawCall("/rcp.meetings.v1.MeetingsService/FollowChanges", RawCall.Framed(follow))
                {
                    Authorization = token,
                    Timeout = TimeSpan.FromMinutes(1),
                };
                tally.Count(unread.Body.Length);
                await client.HoldAsync(unread, null, Hold, end);
            }
            else
            {
                var slow = new RawCall("/rcp.meetings.v1.MeetingsService/CreateMeeting", RawCall.Framed([], length: 60_000))
                {
                    Authorization = token,
                    Timeout = TimeSpan.FromMinutes(1),
                };
                tally.Count(slow.Body.Length + 60);
                await client.HoldAsync(slow, new byte[60], Hold, end);
            }
        }
    }
}
