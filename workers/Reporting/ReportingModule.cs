using System.Data.Common;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MassTransit;
using Microsoft.Extensions.Options;
using Platform.ChangeLog.V1;
using Platform.Commitments.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Health;
using Platform.Hosting.ServiceClients;
using Platform.Hosting.Settings;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.Building;
using Platform.Reporting.Consumers;
using Platform.Reporting.Databases;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.Delivery;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.Rpcs;
using Platform.Reporting.Schedules;

namespace Platform.Reporting;

/// <summary>Adds the reporting worker to a process.</summary>
public static class ReportingModule
{
    /// <summary>The worker's name in settings and stores.</summary>
    public const string Name = "reporting";

    /// <summary>Adds the worker: its store, its gRPC face, and what fetches from the feeds.</summary>
    public static void AddReporting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // What is kept, and the projection beside it.
        builder.AddDatabase(Name, ReportingService.Descriptor.FullName, typeof(ReportingModule).Assembly);
        services.AddKeyedSingleton(Projection.Key, (_, _) => Projection.Open(builder.Configuration));
        services.AddKeyedSingleton(Projection.Key,
            (provider, key) => Projection.Migrations(provider.GetRequiredKeyedService<DbDataSource>(key)));
        services.AddSingleton<IHostedService>(provider => SchemaStartupCheck.Of(builder.Configuration, Name,
            provider.GetRequiredKeyedService<SchemaMigrations>(Projection.Key),
            cancel => Projection.MigrateAsync(builder.Configuration, cancel)));
        services.AddKeyedSingleton(Name, (provider, key) => new WorkerDatabase(provider.GetRequiredKeyedService<DbDataSource>(key)));
        services.AddKeyedSingleton(Projection.Key,
            (provider, key) => new WorkerDatabase(provider.GetRequiredKeyedService<DbDataSource>(key)));
        services.AddSettings<ReportsOptions, ReportsOptionsValidator>("Reports");
        services.AddSingleton(provider => new ReportStore(provider.GetRequiredKeyedService<WorkerDatabase>(Name),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<ReportsOptions>>().Value));
        services.AddSingleton(provider => new DeadLetterStore(provider.GetRequiredKeyedService<WorkerDatabase>(Name),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HistoryStore(provider.GetRequiredKeyedService<WorkerDatabase>(Projection.Key)));
        // A worker whose projection is being filled takes part in filling it, and leaves the serving to the others.
        services.AddReadinessCheck(ReportingService.Descriptor.FullName, async (provider, cancel) =>
        {
            await provider.GetRequiredKeyedService<SchemaMigrations>(Projection.Key).CheckAsync(cancel);
            return await provider.GetRequiredService<HistoryStore>()
                .WasLevelAsync(PlatformServices.WithChangeLog.Select(s => s.Name), cancel);
        });
        services.AddSingleton<HistoryWriter>();
        services.AddSingleton<WorkerDigests>();
        services.AddSingleton<ReportingRpcs>();
        services.AddSingleton<CatchUpBarrier>();
        services.AddSingleton<ReportContents>();
        services.AddSingleton(provider => new ScheduleStore(provider.GetRequiredKeyedService<WorkerDatabase>(Name)));
        services.AddSettings<DeliveryOptions, DeliveryOptionsValidator>("Delivery");
        services.AddSingleton<ReportDelivery>();
        services.AddSingleton<Scheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<Scheduler>());
        services.AddSingleton<ReportSignal>();
        services.AddSingleton<ReportingMetrics>();
        services.AddHostedService<ReportBuilder>();
        services.AddHostedService<ReportAnnouncer>();
        AddCatchUp(services, PlatformServices.Membership, invoker => new MembershipService.MembershipServiceClient(invoker),
            (client, after, options) =>
                ReadAsync(client.FollowChanges(new() { AfterPosition = after.Position, LogId = after.LogId, Complete = true }, options),
                    r => new FeedItem(r.Change, r.Position), options.CancellationToken));
        AddCatchUp(services, PlatformServices.Meetings, invoker => new MeetingsService.MeetingsServiceClient(invoker),
            (client, after, options) =>
                ReadAsync(client.FollowChanges(new() { AfterPosition = after.Position, LogId = after.LogId, Complete = true }, options),
                    r => new FeedItem(r.Change, r.Position), options.CancellationToken));
        AddCatchUp(services, PlatformServices.Commitments, invoker => new CommitmentsService.CommitmentsServiceClient(invoker),
            (client, after, options) =>
                ReadAsync(client.FollowChanges(new() { AfterPosition = after.Position, LogId = after.LogId, Complete = true }, options),
                    r => new FeedItem(r.Change, r.Position), options.CancellationToken));
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
    /// <param name="configuration">The settings.</param>
    /// <param name="acceptNewer">Leaves a newer schema alone with which this version works.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public static async Task MigrateAsync(IConfiguration configuration, bool acceptNewer, CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, Name);
        await new SchemaMigrations(database, Name, typeof(ReportingModule).Assembly).MigrateAsync(acceptNewer, cancel);
        await Projection.MigrateAsync(configuration, cancel);
    }

    /// <summary>Empties the projection: what <c>platform projection rebuild</c> does while no worker runs.</summary>
    public static Task RebuildProjectionAsync(IConfiguration configuration, CancellationToken cancel) =>
        Projection.RebuildAsync(configuration, cancel);

    /// <summary>Compares the schemas of the worker's store and of the projection with those of this version.</summary>
    public static async Task<(SchemaStatus Store, SchemaStatus Projection)> SchemaStatusAsync(IConfiguration configuration,
        CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, Name);
        await using var projection = Projection.Open(configuration);
        return (await new SchemaMigrations(database, Name, typeof(ReportingModule).Assembly).StatusAsync(cancel),
            await Projection.Migrations(projection).StatusAsync(cancel));
    }

    private static void AddCatchUp<TClient>(
        IServiceCollection services, PlatformService service, Func<CallInvoker, TClient> make,
            Func<TClient, LogEnd, CallOptions, IAsyncEnumerable<FeedItem>> follow)
        where TClient : class
    {
        var name = service.Name;
        services.AddServiceClient(PlatformServices.Reporting, service,
            invoker => new LogClient<TClient>(make(invoker), new ChangeLogService.ChangeLogServiceClient(invoker)));
        services.AddKeyedSingleton(name, (provider, _) =>
        {
            var (client, identity) = (provider.GetRequiredService<LogClient<TClient>>(), provider.GetRequiredService<ServiceIdentity>());
            var feed = new ServiceFeed(name,
                async cancel =>
                {
                    var end = await client.Log.GetLatestPositionAsync(new() { Service = name },
                        new CallOptions(identity.HeadersOf(PlatformServices.Reporting), cancellationToken: cancel));
                    return new LogEnd(end.LogId, end.Position);
                },
                async (moment, cancel) =>
                {
                    var end = await client.Log.SettleRecordTimeAsync(new() { Service = name, Time = moment.ToTimestamp() },
                        new CallOptions(identity.HeadersOf(PlatformServices.Reporting), cancellationToken: cancel));
                    return new LogEnd(end.LogId, end.Position);
                },
                // A feed has no end, so that a deadline would only cut it off.
                (after, cancel) => follow(client.Service, after, new CallOptions(identity.HeadersOf(PlatformServices.Reporting),
                    DateTime.MaxValue, cancel)));
            return new ConsumerCursor(feed, provider.GetRequiredService<HistoryStore>(), provider.GetRequiredService<DeadLetterStore>());
        });
        services.AddSingleton(provider => provider.GetRequiredKeyedService<ConsumerCursor>(name));
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<CatchUp>(provider,
            provider.GetRequiredKeyedService<ConsumerCursor>(name)));
    }

    private static async IAsyncEnumerable<FeedItem> ReadAsync<TResponse>(AsyncServerStreamingCall<TResponse> call,
        Func<TResponse, FeedItem> item, [EnumeratorCancellation] CancellationToken cancel)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(cancel))
                yield return item(call.ResponseStream.Current);
        }
    }

    // A service, for its feed, and what is the same of all change logs, for the end of its own.
    private sealed record LogClient<TClient>(TClient Service, ChangeLogService.ChangeLogServiceClient Log);
}
