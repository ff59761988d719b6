using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Platform.Processes;

/// <summary>
/// Waits for what happens elsewhere, in another process, a database or a broker, which tells nobody: it is asked again
/// until a deadline.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns when a condition holds; fails when it does not within a minute.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> condition)
    {
        if (!await HoldsAsync(Patience, condition))
            throw new TimeoutException($"What was waited for did not happen within {Patience.TotalSeconds} seconds.");
    }

    /// <summary>True as soon as a condition holds; false when it did not in time.</summary>
    /// <param name="patience">How long it is asked.</param>
    /// <param name="condition">What is asked.</param>
    public static async Task<bool> HoldsAsync(TimeSpan patience, Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
                return false;
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
        return true;
    }

    /// <summary>True when a process says that it can serve; false when it cannot, or says nothing.</summary>
    public static async Task<bool> IsServingAsync(this GrpcChannel channel)
    {
        try
        {
            var options = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(5)).WithWaitForReady();
            return (await new Health.HealthClient(channel)
                .CheckAsync(new HealthCheckRequest(), options)).Status == HealthCheckResponse.Types.ServingStatus.Serving;
        }
        catch (RpcException)
        {
            return false;
        }
    }
}
