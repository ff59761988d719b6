using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Faults;

/// <summary>
/// Starts the processes of a run. They are told by the kernel to end when the thread that started them ends, so one
/// thread that lives as long as the run starts them all: nothing outlives a run, however it ends.
/// </summary>
internal sealed class Children : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> _asked = [];

    public Children() => new Thread(Work) { IsBackground = true, Name = "children" }.Start();

    /// <summary>Starts a command, whose output goes to the end of a file, as the leader of a process group.</summary>
    /// <param name="log">The file.</param>
    /// <param name="settings">Settings for its environment, for example <c>Listen:Address</c>.</param>
    /// <param name="command">The program and its arguments.</param>
    public Task<Process> StartAsync(string log, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        string[] all = ["setpriv", "--pdeathsig", "KILL", "bash", "-c",
            "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "bash", log, .. command];
        var start = new ProcessStartInfo("setsid", all) { WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Add((start, started));
        return started.Task;
    }

    /// <summary>Sends a signal to a process group, for example <c>KILL</c>.</summary>
    public static async Task SignalAsync(int group, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", "--", $"-{group}"]);
        await kill.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _asked.CompleteAdding();

    private void Work()
    {
        foreach (var (start, started) in _asked.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                started.SetException(e);
            }
        }
    }
}
