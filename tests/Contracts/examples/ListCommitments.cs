using Grpc.Net.Client;
using Platform.Commitments.V1;

namespace Platform.Contracts.Tests.Examples;

/// <summary>The example of the README for C#.</summary>
internal static class ListCommitments
{
    public static async Task RunAsync()
    {
        using var channel = GrpcChannel.ForAddress("http://127.0.0.1:5100");
        var commitments = new CommitmentsService.CommitmentsServiceClient(channel);
        var token = new Grpc.Core.Metadata { { "authorization", "Bearer " + Environment.GetEnvironmentVariable("PLATFORM_TOKEN") } };
        var answer = await commitments.ListCommitmentsAsync(new() { Concerning = "participants/idn" }, token);
        foreach (var commitment in answer.Commitments)
            Console.WriteLine($"{commitment.Name} - {commitment.Title}");
    }
}
