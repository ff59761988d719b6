using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Platform.Attack;

/// <summary>What a process costs, as Linux tells it.</summary>
/// <param name="id">Its id.</param>
internal sealed partial class ServerProcess(int id)
{
    /// <summary>True while it runs.</summary>
    public bool IsRunning => Directory.Exists($"/proc/{id}");

    /// <summary>
    /// The processor time that it has used. To the nanosecond: <c>/proc</c> tells hundredths of a second, of which a hundred requests
    /// take less than one.
    /// </summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            var error = GetClock(id, out var clock);
            if (error != 0 || GetTime(clock, out var time) != 0)
                throw new Win32Exception(error != 0 ? error : Marshal.GetLastPInvokeError());
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
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

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    private static partial int GetClock(int process, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Time(long Seconds, long Nanoseconds);
}
