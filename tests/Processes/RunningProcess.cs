using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Platform.Processes;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of the output that are not blank.</summary>
    public IReadOnlyList<string> Lines { get; } = Output.Split('\n',
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What it wrote to either output.</summary>
    public string All => Output + Errors;

    /// <summary>What it wrote to standard output; throws when it failed.</summary>
    public string Succeeded() => ExitCode == 0 ? Output : throw new InvalidOperationException($"It ended with code {ExitCode}: {All}");
}

/// <summary>A process that a test started, in a process group of its own. It does not outlive the test.</summary>
public sealed class RunningProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Channel<string> _arriving = Channel.CreateUnbounded<string>();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private RunningProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) =>
        {
            Keep(_output, e.Data);
            if (e.Data is null)
                _arriving.Writer.TryComplete();
            else
                _arriving.Writer.TryWrite(e.Data);
        };
        _process.ErrorDataReceived += (_, e) => Keep(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its id, and that of its process group.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written to standard output.</summary>
    public string Output => Join(_output);

    /// <summary>What it has written to standard error.</summary>
    public string Errors => Join(_errors);

    /// <summary>Starts a .NET program, for example <see cref="Repository.PlatformProgram"/>.</summary>
    /// <param name="program">Its .dll.</param>
    /// <param name="settings">Settings for its environment, for example <c>Listen:Address</c>.</param>
    /// <param name="arguments">Its command line.</param>
    public static RunningProcess Start(string program, IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        // A shell starts background jobs deaf to Ctrl-C, and tests may be one.
        string[] command = ["env", "--default-signal=INT", "dotnet", program, .. arguments];
        var start = new ProcessStartInfo("setsid", command) { WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new RunningProcess(start);
    }

    /// <summary>Starts any command.</summary>
    public static RunningProcess StartCommand(params string[] command) =>
        new(new ProcessStartInfo("setsid", command) { WorkingDirectory = Path.GetTempPath() });

    /// <summary>Runs the <c>platform</c> program to its end.</summary>
    public static async Task<CommandResult> RunPlatformAsync(params string[] arguments) => await RunPlatformAsync(null, arguments);

    /// <summary>Runs the <c>platform</c> program with settings to its end.</summary>
    public static async Task<CommandResult> RunPlatformAsync(IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        await using var process = Start(Repository.PlatformProgram, settings, arguments);
        return await process.EndAsync();
    }

    /// <summary>Runs any command to its end.</summary>
    /// <param name="command">The program.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="folder">Where it runs; the repository if not given.</param>
    /// <param name="environment">What it finds in its environment beside the test's own.</param>
    public static async Task<CommandResult> RunAsync(string command, IEnumerable<string> arguments, string? folder = null,
        params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("setsid", [command, .. arguments]) { WorkingDirectory = folder ?? Repository.Root };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        await using var process = new RunningProcess(start);
        return await process.EndAsync();
    }

    /// <summary>Runs a command that takes its time, in the repository, to its end.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<CommandResult> RunLongAsync(TimeSpan patience, params string[] command)
    {
        await using var process = new RunningProcess(new ProcessStartInfo("setsid", command) { WorkingDirectory = Repository.Root });
        return await process.EndAsync(patience);
    }

    /// <summary>Waits for the next line of its output that begins so, and returns the rest of it.</summary>
    public async Task<string> ReadLineAsync(string start)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await foreach (var line in _arriving.Reader.ReadAllAsync(deadline.Token))
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line[start.Length..];
        }
        throw new InvalidOperationException($"The process ended without a line that begins \"{start}\".\n{Output}\n{Errors}");
    }

    /// <summary>Sends it a signal, for example <c>INT</c>, which is what Ctrl-C does.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", "--", $"-{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Kills the process group at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            await SignalAsync("KILL");
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its end; two minutes if no other patience is given.</summary>
    public async Task<CommandResult> EndAsync(TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return new CommandResult(_process.ExitCode, Output, Errors);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static void Keep(List<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (lines)
            lines.Add(line);
    }

    private static string Join(List<string> lines)
    {
        lock (lines)
            return string.Join('\n', lines);
    }
}
