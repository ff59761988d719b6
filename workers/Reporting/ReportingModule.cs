using System.Data.Common;
using System.Runtime.CompilerServices;
using Grpc.Core;
using MassTransit;
using Platform.Commitments.V1;
using Platform.Hosting.Sisters;
using Platform.Hosting.Store;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.Consumers;
using Platform.Reporting.History;
using Platform.Reporting.V1;

namespace Platform.Reporting;

/// <summary>Puts the reporting worker into a process.</summary>
public static class ReportingModule
{
    /// <summary>The worker's name in settings and stores.</summary>
    public const string Name = "reporting";

    /// <summary>The services whose changes it consumes, in the order of their names.</summary>
    internal static readonly IReadOnlyList<string> Services = ["commitments", "meetings", "membership"];

    /// <summary>Adds the worker: its store, its gRPC face, and what fetches from the feeds.</summary>
    public static void AddReporting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddDatabase(Name, ReportingService.Descriptor.FullName, typeof(ReportingModule).Assembly);
        services.AddSingleton(provider => new HistoryStore(provider.GetRequiredKeyedService<DbDataSource>(Name)));
        services.AddSingleton<ReportingRpcs>();
        services.AddSister(MembershipService.Descriptor, invoker => new MembershipService.MembershipServiceClient(invoker));
        services.AddSister(MeetingsService.Descriptor, invoker => new MeetingsService.MeetingsServiceClient(invoker));
        services.AddSister(CommitmentsService.Descriptor, invoker => new CommitmentsService.CommitmentsServiceClient(invoker));
        services.AddSingleton<WorkerToken>();
        AddCatchUp(services, provider =>
        {
            var (client, token) = (provider.GetRequiredService<MembershipService.MembershipServiceClient>(), provider.GetRequiredService<WorkerToken>());
            return new ServiceFeed("membership",
                async cancel => (await client.GetLatestPositionAsync(new(), token.Headers(), cancellationToken: cancel)).Position,
                (after, cancel) => FollowAsync(client.FollowChanges(new() { AfterPosition = after }, token.Headers(), DateTime.MaxValue, cancel), r => new FeedItem(r.Change, r.Position), cancel));
        });
        AddCatchUp(services, provider =>
        {
            var (client, token) = (provider.GetRequiredService<MeetingsService.MeetingsServiceClient>(), provider.GetRequiredService<WorkerToken>());
            return new ServiceFeed("meetings",
                async cancel => (await client.GetLatestPositionAsync(new(), token.Headers(), cancellationToken: cancel)).Position,
                (after, cancel) => FollowAsync(client.FollowChanges(new() { AfterPosition = after }, token.Headers(), DateTime.MaxValue, cancel), r => new FeedItem(r.Change, r.Position), cancel));
        });
        AddCatchUp(services, provider =>
        {
            var (client, token) = (provider.GetRequiredService<CommitmentsService.CommitmentsServiceClient>(), provider.GetRequiredService<WorkerToken>());
            return new ServiceFeed("commitments",
                async cancel => (await client.GetLatestPositionAsync(new(), token.Headers(), cancellationToken: cancel)).Position,
                (after, cancel) => FollowAsync(client.FollowChanges(new() { AfterPosition = after }, token.Headers(), DateTime.MaxValue, cancel), r => new FeedItem(r.Change, r.Position), cancel));
        });
    }

    /// <summary>Adds the worker's consumers to the bus of its process.</summary>
    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ChangeConsumer<Membership.V1.Change>, ChangeConsumerDefinition<Membership.V1.Change>>();
        bus.AddConsumer<ChangeConsumer<Meetings.V1.Change>, ChangeConsumerDefinition<Meetings.V1.Change>>();
        bus.AddConsumer<ChangeConsumer<Commitments.V1.Change>, ChangeConsumerDefinition<Commitments.V1.Change>>();
    }

    /// <summary>Maps its RPCs.</summary>
    public static void MapReporting(this IEndpointRouteBuilder app) => app.MapGrpcService<ReportingRpcs>();

    /// <summary>Brings the schema of the worker's store up to date: what <c>platform migrate</c> does.</summary>
    public static async Task MigrateAsync(IConfiguration configuration, CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, Name);
        await new SchemaMigrations(database, typeof(ReportingModule).Assembly).MigrateAsync(cancel);
    }

    /// <summary>The service whose event this is.</summary>
    internal static string ServiceOf<TChange>() =>
        // platform.meetings.v1.Change
        typeof(TChange).Namespace!.Split('.')[1].ToLowerInvariant();

    private static void AddCatchUp(IServiceCollection services, Func<IServiceProvider, ServiceFeed> feed) =>
        services.AddSingleton<IHostedService>(provider => new CatchUp(feed(provider), provider.GetRequiredService<HistoryStore>(), provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CatchUp>>()));

    private static async IAsyncEnumerable<FeedItem> FollowAsync<TResponse>(AsyncServerStreamingCall<TResponse> call, Func<TResponse, FeedItem> item, [EnumeratorCancellation] CancellationToken cancel)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(cancel))
                yield return item(call.ResponseStream.Current);
        }
    }
}
