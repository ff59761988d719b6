using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Store;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Gives positions to changes as they are committed, apart from the relay, so that feeds go on while the broker is
/// away. Every replica does it; the engine keeps them apart.
/// </summary>
internal sealed partial class Numberer(StoreEngine engine, ChangeSignal signal, TimeProvider time, ILogger<Numberer> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (engine.NumbersOnWrite)
            return;
        var pace = new Pace(time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pace.NextAsync(stoppingToken);
                var next = signal.Written.Next;
                if (await engine.NumberChangesAsync(stoppingToken) > 0)
                    signal.Numbered.Give();
                await ChangeSignal.WaitAsync(next, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes could not be given their positions; tried again shortly.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
