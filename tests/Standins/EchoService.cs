using Grpc.Core;

namespace Platform.Standins.Tests;

internal sealed class EchoService : Echo.EchoBase
{
    public static readonly byte[] Details = [0, 1, 127, 128, 255];

    public override async Task<EchoMessage> Once(EchoMessage request, ServerCallContext context)
    {
        if (request.Text == "fail")
        {
            var trailers = new Metadata { { "details-bin", Details }, { "reason", "asked" } };
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "It was asked to fail."), trailers);
        }

        if (request.Text == "wait")
        {
            var ended = new TaskCompletionSource();
            await using var registration = context.CancellationToken.Register(ended.SetResult);
            await ended.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
        }

        await context.WriteResponseHeadersAsync(new Metadata { { "seen-authorization", context.RequestHeaders.GetValue("authorization") ?? "none" } });
        context.ResponseTrailers.Add("method", context.Method);
        return request;
    }

    public override async Task Spell(EchoMessage request, IServerStreamWriter<EchoMessage> responseStream, ServerCallContext context)
    {
        foreach (var letter in request.Text)
            await responseStream.WriteAsync(new EchoMessage { Text = letter.ToString() }, context.CancellationToken);
    }

    public override async Task<EchoMessage> Join(IAsyncStreamReader<EchoMessage> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
            texts.Add(message.Text);
        return new EchoMessage { Text = string.Concat(texts) };
    }

    public override async Task Chat(IAsyncStreamReader<EchoMessage> requestStream, IServerStreamWriter<EchoMessage> responseStream, ServerCallContext context)
    {
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(message, context.CancellationToken);
    }
}
