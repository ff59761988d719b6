using MassTransit;
using MassTransit.Middleware;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Takes one service's changes off the bus into the projection. Delivery is at least once and in any order, which
/// the projection allows.
/// </summary>
internal sealed class ChangeConsumer<TChange>(HistoryWriter writer) : IConsumer<TChange> where TChange : class, IChange
{
    public Task Consume(ConsumeContext<TChange> context) =>
        writer.AddAsync(ConsumedChange.Of(PlatformServices.OfChange<TChange>().Name, context.Message), context.CancellationToken);
}

/// <summary>One durable queue for each service's changes, shared by all workers.</summary>
internal sealed class ChangeConsumerDefinition<TChange> : ConsumerDefinition<ChangeConsumer<TChange>> where TChange : class, IChange
{
    // Twice a transaction: one batch is written while the next arrives.
    private const int Unacknowledged = 1000;

    public ChangeConsumerDefinition() => EndpointName = Queues.Of(PlatformServices.OfChange<TChange>().Name);

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ChangeConsumer<TChange>> consumerConfigurator, IRegistrationContext context)
    {
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.SetQuorumQueue();
        endpointConfigurator.PrefetchCount = Unacknowledged;
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(100, 500, 2000).Ignore<OperationCanceledException>());
        // What still fails then becomes a dead letter; the queues that MassTransit keeps for it are a last resort.
        var filter = new DeadLetterStoreFilter(PlatformServices.OfChange<TChange>().Name, context.GetRequiredService<DeadLetterStore>(),
            context.GetRequiredService<IHostApplicationLifetime>(), context.GetRequiredService<TimeProvider>(),
            context.GetRequiredService<ILogger<DeadLetterStoreFilter>>());
        endpointConfigurator.ConfigureError(error =>
        {
            error.UseFilter(filter);
            error.UseFilter(new ErrorTransportFilter());
        });
        endpointConfigurator.ConfigureDeadLetter(skipped =>
        {
            skipped.UseFilter(filter);
            skipped.UseFilter(new DeadLetterTransportFilter());
        });
    }
}
