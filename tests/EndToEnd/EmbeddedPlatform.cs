using Grpc.Core;
using Grpc.Net.Client;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;

namespace Platform.EndToEnd.Tests;

/// <summary><c>platform serve</c> on a free port and a folder of its own.</summary>
internal sealed class EmbeddedPlatform : IAsyncDisposable
{
    private readonly int _port = RunningProcess.FreePort();
    private RunningProcess? _server;

    public string Folder { get; } = Directory.CreateTempSubdirectory("platform-embedded-").FullName;

    public string Address => $"http://127.0.0.1:{_port}";

    public string[] Connection => ["--address", Address, "--data", Folder];

    public static async Task<EmbeddedPlatform> StartAsync()
    {
        var platform = new EmbeddedPlatform();
        await platform.ServeAsync();
        return platform;
    }

    public async Task ServeAsync()
    {
        _server = RunningProcess.Start(Repository.Program("deploy/Platform", "platform.dll"), null, "serve", "--port", $"{_port}", "--data", Folder);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await DistributedPlatform.WaitUntilServingAsync(Address, deadline.Token);
    }

    public async Task ImportAsync(params string[] options)
    {
        var result = await RunningProcess.RunPlatformAsync(["import", Repository.Record, .. Connection, .. options]);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
    }

    public async Task KillAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    public async Task RenameAsync(string meeting, string title)
    {
        using var channel = GrpcChannel.ForAddress(Address);
        await new MeetingsService.MeetingsServiceClient(channel).UpdateMeetingAsync(new()
        {
            Meeting = new() { Name = meeting, Title = title },
            UpdateMask = new() { Paths = { "title" } },
        }, OfficerOf(Folder));
    }

    public async Task<IReadOnlyList<Outcome>> OutcomesAsync()
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var page = await new MeetingsService.MeetingsServiceClient(channel).ListOutcomesAsync(new() { PageSize = 1000 }, OfficerOf(Folder));
        Assert.Empty(page.NextPageToken);
        return page.Outcomes;
    }

    public static async Task<long> LatestMeetingsPositionAsync(string address, string folder)
    {
        using var channel = GrpcChannel.ForAddress(address);
        return (await new MeetingsService.MeetingsServiceClient(channel).GetLatestPositionAsync(new(), OfficerOf(folder))).Position;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static Metadata OfficerOf(string folder)
    {
        var issuer = new TokenIssuer(new IdentityOptions { SigningKeyFile = Path.Combine(folder, "signing-key.pem") }, TimeProvider.System);
        return new Metadata { { "authorization", $"Bearer {issuer.Issue(Role.Officer, "officer-1")}" } };
    }
}
