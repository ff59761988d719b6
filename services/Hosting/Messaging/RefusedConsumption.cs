using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Platform.Hosting.Messaging;

/// <summary>
/// Ends the process when the broker refuses its credentials. MassTransit tries again for ever whatever else is wrong, and
/// gives up consuming for good at this, while everything else in the process goes on as if nothing were: the queues would
/// grow until the broker is full. A process that ends is started again by whatever runs it, and then has the credentials
/// of that day. A bus that is stopped and started in the process says that it was started, and consumes nothing.
/// </summary>
internal sealed partial class RefusedConsumption(IHostApplicationLifetime lifetime, ILogger<RefusedConsumption> log)
    : IReceiveEndpointObserver
{
    private const int ExitCode = 1;

    /// <inheritdoc/>
    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        if (IsRefusal(faulted.Exception) && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogRefused(log);
            Environment.ExitCode = ExitCode;
            lifetime.StopApplication();
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    private static bool IsRefusal(Exception? fault) => fault switch
    {
        null => false,
        AuthenticationFailureException or PossibleAuthenticationFailureException => true,
        AggregateException several => several.InnerExceptions.Any(IsRefusal),
        _ => IsRefusal(fault.InnerException),
    };

    [LoggerMessage(Level = LogLevel.Critical, Message = "The broker refuses the user or the password of RabbitMq:Uri, so that nothing can "
        + "be consumed. This process ends, to be started again with credentials that the broker takes.")]
    private static partial void LogRefused(ILogger logger);
}
