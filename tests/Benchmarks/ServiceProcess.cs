using System.Diagnostics;
using Grpc.Net.Client;
using Platform.Processes;

namespace Platform.Benchmarks;

/// <summary>A gRPC server as a process of its own on a free port of loopback, with a channel to it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, string address)
    {
        _process = process;
        Address = address;
        Channel = GrpcChannel.ForAddress(address);
    }

    public string Address { get; }

    public GrpcChannel Channel { get; }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory that it uses, and that it used at most.</summary>
    public (long Now, long Max) Memory
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.PeakWorkingSet64);
        }
    }

    /// <summary>An address on which nothing listens.</summary>
    public static string FreeAddress() => $"http://127.0.0.1:{LoopbackPorts.Free()}";

    /// <summary>Starts it and returns when it answers.</summary>
    /// <param name="program">The name of its assembly, which lies beside this one.</param>
    /// <param name="address">Where it is told to listen.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task<ServiceProcess> StartAsync(string program, string address, IEnumerable<string> arguments,
        IEnumerable<(string Name, string Value)> settings, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{program}.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var server = new ServiceProcess(Process.Start(start)!, address);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await Task.WhenAny(server.Channel.ConnectAsync(timeout.Token), server._process.WaitForExitAsync(timeout.Token)).Unwrap();
            if (server._process.HasExited)
                throw new InvalidOperationException($"{program} ended with code {server._process.ExitCode} while it was starting.");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
