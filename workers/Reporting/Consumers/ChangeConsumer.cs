using MassTransit;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Takes one service's changes off the bus into the worker's history, a batch in one transaction. Delivery is at
/// least once and in any order; the history does not mind.
/// </summary>
internal sealed class ChangeConsumer<TChange>(HistoryStore history) : IConsumer<Batch<TChange>> where TChange : class, IChange
{
    public Task Consume(ConsumeContext<Batch<TChange>> context) =>
        history.AddAsync(ReportingModule.ServiceOf<TChange>(), context.Message.Select(m => (IChange)m.Message), context.CancellationToken);
}

/// <summary>One durable queue for each service's changes, shared by all workers.</summary>
internal sealed class ChangeConsumerDefinition<TChange> : ConsumerDefinition<ChangeConsumer<TChange>> where TChange : class, IChange
{
    private const int BatchSize = 200;

    public ChangeConsumerDefinition() => EndpointName = $"reporting-{ReportingModule.ServiceOf<TChange>()}";

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ChangeConsumer<TChange>> consumerConfigurator, IRegistrationContext context)
    {
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.SetQuorumQueue();
        endpointConfigurator.PrefetchCount = 2 * BatchSize;
        // What still fails then goes to the error queue with its reason.
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(100, 500, 2000));
        consumerConfigurator.Options<BatchOptions>(batch => batch.SetMessageLimit(BatchSize).SetTimeLimit(TimeSpan.FromMilliseconds(50)));
    }
}
