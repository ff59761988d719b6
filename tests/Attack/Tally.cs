using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Attack;

/// <summary>What one kind of attack came to.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();

    /// <summary>Calls, connections and commands.</summary>
    public long Calls { get; set; }

    /// <summary>Bytes that were sent.</summary>
    public long SentBytes { get; set; }

    /// <summary>Calls by how they ended.</summary>
    public SortedDictionary<int, long> Answers { get; init; } = [];

    /// <summary>Commands that ended otherwise than with a sentence.</summary>
    public long Crashes { get; set; }

    /// <summary>Processor time of the server in seconds.</summary>
    public double ProcessorSeconds { get; set; }

    /// <summary>The first of what should not happen, with what is needed to repeat it.</summary>
    public List<string> Samples { get; init; } = [];

    /// <summary>How many ended so.</summary>
    public long Ended(int status) => Answers.GetValueOrDefault(status);

    /// <summary>Counts a call.</summary>
    public void Count(RawCall call, RawAnswer answer)
    {
        lock (_lock)
        {
            Calls++;
            SentBytes += call.Body.Length + call.Authorization.Sum(a => a.Length) + call.Headers.Sum(h => h.Value.Length);
            Answers[answer.Status] = Answers.GetValueOrDefault(answer.Status) + 1;
            if (answer.Status is 2 or 13 or 14 or RawAnswer.Unanswered && Samples.Count < 10)
            {
                Samples.Add($"status {answer.Status} ({answer.Message}): {call.Path} "
                    + $"{Convert.ToHexStringLower(call.Body.AsSpan(0, Math.Min(call.Body.Length, 2000)))}");
            }
        }
    }

    /// <summary>Counts what is no call, for example a connection.</summary>
    public void Count(long bytes)
    {
        lock (_lock)
        {
            Calls++;
            SentBytes += bytes;
        }
    }

    /// <summary>Counts a command.</summary>
    /// <param name="wrong">What was wrong with its end; null when it ended well.</param>
    public void CountCommand(string? wrong)
    {
        lock (_lock)
        {
            Calls++;
            if (wrong is null)
                return;
            Crashes++;
            Samples.Add(wrong);
        }
    }
}

/// <summary>How the attackers tell what they counted.</summary>
[JsonSerializable(typeof(Dictionary<string, Tally>))]
internal sealed partial class TallyJson : JsonSerializerContext
{
    /// <summary>As one line.</summary>
    public static string Write(Dictionary<string, Tally> tallies) =>
        JsonSerializer.Serialize(tallies, Default.DictionaryStringTally);

    /// <summary>From such a line.</summary>
    public static Dictionary<string, Tally> Read(string line) => JsonSerializer.Deserialize(line, Default.DictionaryStringTally)!;
}
