using Google.Protobuf.Reflection;

namespace Platform.Attack.Attacks;

/// <summary>Every method with every role: messages that are nearly right, broken ones, and random bytes.</summary>
internal sealed class Fuzz(Recorded recorded, Callers callers) : IAttack
{
    public string Name => "fuzzing";

    public int Share => 12;

    public int Workers => 16;

    public async Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end)
    {
        var maker = new MessageMaker(random, recorded);
        while (!end.IsCancellationRequested)
        {
            var method = recorded.Methods[random.Next(recorded.Methods.Count)];
            var call = new RawCall($"/{method.Service.FullName}/{method.Name}", BodyOf(method, maker, random))
            {
                Authorization = callers.Any(random),
                // A stream ends when its caller wants no more.
                Timeout = method.IsServerStreaming ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(30),
            };
            tally.Count(call, await client.CallAsync(call, end));
        }
    }

    private static byte[] BodyOf(MethodDescriptor method, MessageMaker maker, Random random)
    {
        var message = maker.Make(method.InputType);
        switch (random.Next(40))
        {
            case 0:
                message = message[..random.Next(message.Length + 1)];
                break;
            case 1 when message.Length > 0:
                for (var i = 0; i < 1 + (message.Length / 20); i++)
                    message[random.Next(message.Length)] = (byte)random.Next(256);
                break;
            case 2:
                message = new byte[random.Next(500)];
                random.NextBytes(message);
                break;
            case 3:
                return RawCall.Framed(message, length: (uint)random.NextInt64(uint.MaxValue));
            case 4:
                return RawCall.Framed(message, flag: (byte)random.Next(256));
            case 5:
                return [.. RawCall.Framed(message), .. RawCall.Framed(message)];
            case 6:
                return message;
        }
        return RawCall.Framed(message);
    }
}
