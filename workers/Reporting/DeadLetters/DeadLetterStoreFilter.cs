using MassTransit;

namespace Platform.Reporting.DeadLetters;

/// <summary>
/// Keeps what a queue's consumer could not handle as a dead letter. While the database is away it waits, with the message
/// unacknowledged; only what the database would not take even then is passed on.
/// </summary>
internal sealed partial class DeadLetterStoreFilter(string service, DeadLetterStore deadLetters, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<DeadLetterStoreFilter> log)
    : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        // Otherwise it would also count as a message that nobody consumes.
        if (!context.IsFaulted)
            await context.NotifyFaulted(context.Exception);
        if (!await TryKeepAsync(Failure.Of(service, MessageIdOf(context), context.Body.GetBytes(), context.Exception)))
            await next.Send(context);
    }

    /// <inheritdoc/>
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!await TryKeepAsync(Failure.Of(service, MessageIdOf(context), context.Body.GetBytes(), null)))
            await next.Send(context);
    }

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter-table");

    private async Task<bool> TryKeepAsync(Failure failure)
    {
        while (true)
        {
            try
            {
                await deadLetters.AddAsync(failure, CancellationToken.None);
                LogKept(log, service, failure.ChangeId, failure.Reason);
                return true;
            }
            catch (Exception e) when (!DatabaseFaults.IsRejection(e))
            {
                LogAway(log, service, failure.ChangeId, e);
                // The stop gives the message back to the broker.
                await Task.Delay(Pause, time, lifetime.ApplicationStopping);
            }
#pragma warning disable CA1031 // Whatever it is: the message is kept elsewhere.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogNotKept(log, service, failure.ChangeId, e);
                return false;
            }
        }
    }

    private static Guid? MessageIdOf(ReceiveContext context) => context.GetMessageId();

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Service} became a dead letter (change {ChangeId}). {Reason}")]
    private static partial void LogKept(ILogger logger, string service, string changeId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A dead letter of {Service} (change {ChangeId}) waits for the worker's database.")]
    private static partial void LogAway(ILogger logger, string service, string changeId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "A dead letter of {Service} (change {ChangeId}) could not be stored; its message goes to the broker's error queue.")]
    private static partial void LogNotKept(ILogger logger, string service, string changeId, Exception exception);
}
