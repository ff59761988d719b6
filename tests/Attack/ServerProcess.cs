using System.Globalization;

namespace Platform.Attack;

/// <summary>What a process costs, as Linux tells it.</summary>
/// <param name="id">Its id.</param>
internal sealed class ServerProcess(int id)
{
    // Linux counts processor time in hundredths of a second.
    private const double TicksPerSecond = 100;

    /// <summary>True while it runs.</summary>
    public bool IsRunning => Directory.Exists($"/proc/{id}");

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            // After the name, which may have spaces: user time is the 12th, system time the 13th field.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    /// <summary>The memory that it has at the moment, in bytes.</summary>
    public long Memory
    {
        get
        {
            var line = File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }
}
