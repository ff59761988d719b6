using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Platform.EndToEnd.Tests;

/// <summary>How a command ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> Lines { get; } = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A process of the platform that a test started. It does not outlive the test.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private RunningProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Keep(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts a .NET program in a process group of its own.</summary>
    public static RunningProcess Start(string program, IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new RunningProcess(start);
    }

    /// <summary>Runs the <c>platform</c> program to its end.</summary>
    public static async Task<CommandResult> RunPlatformAsync(params string[] arguments) => await RunPlatformAsync(null, arguments);

    /// <summary>Runs the <c>platform</c> program with settings to its end.</summary>
    public static async Task<CommandResult> RunPlatformAsync(IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        await using var process = Start(Repository.Program("deploy/Platform", "platform.dll"), settings, arguments);
        return await process.EndAsync();
    }

    /// <summary>Runs any command to its end.</summary>
    public static async Task<CommandResult> RunAsync(string command, params string[] arguments)
    {
        await using var process = new RunningProcess(new ProcessStartInfo(command, arguments));
        return await process.EndAsync();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Kills the process group at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-KILL", "--", $"-{_process.Id}"]);
            await kill.WaitForExitAsync();
        }
        await _process.WaitForExitAsync();
    }

    public async Task<CommandResult> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return new CommandResult(_process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
