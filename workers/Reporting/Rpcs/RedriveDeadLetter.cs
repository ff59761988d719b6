using Google.Protobuf;
using Grpc.Core;
using MassTransit;
using Platform.Common.V1;
using Platform.Reporting.Consumers;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.History;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(5);

    [Allow(Role.Operator)]
    public override async Task<RedriveDeadLetterResponse> RedriveDeadLetter(RedriveDeadLetterRequest request, ServerCallContext context)
    {
        var letter = await FindDeadLetterAsync(request.Name, context.CancellationToken);
        if (letter.DiscardTime is not null)
            throw WasDiscarded(letter);
        await (letter.Service switch
        {
            "membership" => RedriveAsync<Membership.V1.Change>(letter, context.CancellationToken),
            "meetings" => RedriveAsync<Meetings.V1.Change>(letter, context.CancellationToken),
            "commitments" => RedriveAsync<Commitments.V1.Change>(letter, context.CancellationToken),
            _ => throw ApiError.RuleViolated(Rule.DeadLetterOfUnknownService,
                $"\"{letter.Name}\" is of the service \"{letter.Service}\", which this version does not know. Update the worker, or "
                    + $"discard the message."),
        });
        // Sent first: what is lost between the two is listed still, and sent once more at worst.
        await deadLetters.RemoveAsync(IdOf(letter.Name), context.CancellationToken);
        return new();
    }

    private async Task RedriveAsync<TChange>(DeadLetter letter, CancellationToken cancel) where TChange : class, IChange, IMessage<TChange>,
        new()
    {
        var change = Read<TChange>(letter, out var reason);
        if (change is null && letter.Position == 0)
        {
            throw ApiError.RuleViolated(Rule.DeadLetterUnreadable,
                $"\"{letter.Name}\" would fail again: {reason} Update the worker if the message is of a newer "
                + $"version, or discard it.");
        }
        // The change that cannot be read here is in the service's log all the same: it is fetched from the feed.
        if (change is null)
            return;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(SendPatience);
        try
        {
            // The exchange in front of the queue: sending to the queue itself would declare it again.
            var queue = await bus.GetSendEndpoint(new Uri($"exchange:{Queues.Of(letter.Service)}"));
            await queue.Send(change, sent => sent.MessageId = Guid.TryParse(letter.ChangeId, out var id) ? id : NewId.NextGuid(),
                timeout.Token);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            throw ApiError.Unavailable("message bus", e);
        }
    }

    private static TChange? Read<TChange>(DeadLetter letter, out string reason) where TChange : class, IChange, IMessage<TChange>, new()
    {
        reason = $"It cannot be read as a change of {letter.Service}.";
        var change = Failure.Parse<TChange>(letter.Body.ToByteArray());
        if (change is null)
            return null;
        try
        {
            ConsumedChange.Of(letter.Service, change);
            return change;
        }
        catch (InvalidDataException e)
        {
            reason = e.Message;
            return null;
        }
    }
}
