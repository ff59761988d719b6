using System.Collections.Concurrent;
using MassTransit;

namespace Platform.Fixtures;

/// <summary>The changes that came over the bus, by their ids.</summary>
public sealed class Published
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<IChange>> _changes = new();

    /// <summary>The change of an id as soon as it has come.</summary>
    public Task<IChange> ChangeAsync(string changeId) => Of(changeId).Task.WaitAsync(TimeSpan.FromSeconds(30));

    internal static void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumer<Recorder>();

    private TaskCompletionSource<IChange> Of(string changeId) =>
        _changes.GetOrAdd(changeId, _ => new TaskCompletionSource<IChange>(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class Recorder(Published published) : IConsumer<Membership.V1.Change>, IConsumer<Meetings.V1.Change>,
        IConsumer<Commitments.V1.Change>
    {
        public Task Consume(ConsumeContext<Membership.V1.Change> context) => RecordAsync(context.Message);

        public Task Consume(ConsumeContext<Meetings.V1.Change> context) => RecordAsync(context.Message);

        public Task Consume(ConsumeContext<Commitments.V1.Change> context) => RecordAsync(context.Message);

        private Task RecordAsync(IChange change)
        {
            published.Of(change.Metadata.ChangeId).TrySetResult(change);
            return Task.CompletedTask;
        }
    }
}
