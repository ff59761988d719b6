using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Hosting.ServiceClients;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Change = Platform.Commitments.V1.Change;

namespace Platform.Commitments;

/// <summary>Adds the commitments service to a process.</summary>
public static class CommitmentsModule
{
    /// <summary>The service's name in settings, stores and positions.</summary>
    public const string Name = "commitments";

    private static readonly ResourceSchema Schema = new ResourceSchema()
        .Add<Commitment>("commitments/*", c =>
        [
            .. c.Owners.Select(o => new IndexEntry("owner", o.Party)),
            .. c.Owners.SelectMany(o => o.Concerned()),
            .. c.Origins.Select(o => new IndexEntry("outcome", o.Outcome)),
            .. c.Advances.Select(a => new IndexEntry("advances", a)),
            .. c.Themes.Select(t => new IndexEntry("theme", t)),
            new("kind", c.Kind.FilterValue()),
            new("state", (c.Closure is null ? CommitmentState.Open : CommitmentState.Closed).FilterValue()),
        ], mayConcernEveryParticipant: true)
        .Add<ProgressUpdate>("commitments/*/progressUpdates/*", u => [new("reported-for", u.ReportedFor)])
        .Add<Assessment>("commitments/*/assessments/*", a => [new("level", a.Level.FilterValue()), new("assessed-for", a.AssessedFor)])
        .Add<Product>("products/*", p =>
        [
            new("kind", p.Kind.FilterValue()),
            .. p.Owners.Select(o => new IndexEntry("owner", o)),
            .. p.Commitments.Select(c => new IndexEntry("commitment", c)),
            .. p.Themes.Select(t => new IndexEntry("theme", t)),
        ], canEnd: true);

    /// <summary>Adds the service, its store and its relay.</summary>
    public static void AddCommitments(this WebApplicationBuilder builder)
    {
        builder.AddResourceStore<Change>(Schema);
        builder.Services.AddServiceClient(PlatformServices.Commitments, PlatformServices.Membership,
            invoker => new MembershipService.MembershipServiceClient(invoker));
        builder.Services.TryAddSingleton<IBodyMembership, BodyMembership>();
        builder.Services.AddServiceClient(PlatformServices.Commitments, PlatformServices.Meetings,
            invoker => new MeetingsService.MeetingsServiceClient(invoker));
        builder.Services.AddSingleton<CommitmentsReferenceChecker>();
        builder.Services.AddSingleton<CommitmentsRpcs>();
    }

    /// <summary>Maps its RPCs.</summary>
    public static void MapCommitments(this IEndpointRouteBuilder app) => app.MapGrpcService<CommitmentsRpcs>();
}
