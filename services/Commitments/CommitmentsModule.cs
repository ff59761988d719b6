using Platform.Commitments.V1;
using Platform.Hosting.Rpc;
using Platform.Hosting.Sisters;
using Platform.Hosting.Store;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Change = Platform.Commitments.V1.Change;

namespace Platform.Commitments;

/// <summary>Puts the commitments service into a process.</summary>
public static class CommitmentsModule
{
    /// <summary>The service's name in settings, stores and positions.</summary>
    public const string Name = "commitments";

    private static readonly RecordSchema Schema = new RecordSchema()
        .Add<Commitment>(c =>
        [
            .. c.Owners.Select(o => new RecordKey("owner", o.Party)),
            .. c.Origins.Select(o => new RecordKey("outcome", o.Outcome)),
            .. c.Advances.Select(a => new RecordKey("advances", a)),
            .. c.Themes.Select(t => new RecordKey("theme", t)),
            new("open", c.Closure is null ? "true" : ""),
        ])
        .Add<ProgressUpdate>(u => [new("reported-for", u.ReportedFor)])
        .Add<Assessment>(a => [new("level", a.Level.FilterValue())]);

    /// <summary>Adds the service, its store and its relay.</summary>
    public static void AddCommitments(this WebApplicationBuilder builder)
    {
        builder.AddRecordStore<Change>(Name, CommitmentsService.Descriptor.FullName, Schema);
        builder.Services.AddSister(MembershipService.Descriptor, invoker => new MembershipService.MembershipServiceClient(invoker));
        builder.Services.AddSister(MeetingsService.Descriptor, invoker => new MeetingsService.MeetingsServiceClient(invoker));
        builder.Services.AddSingleton<CommitmentsReferences>();
        builder.Services.AddSingleton<CommitmentsRpcs>();
    }

    /// <summary>Maps its RPCs.</summary>
    public static void MapCommitments(this IEndpointRouteBuilder app) => app.MapGrpcService<CommitmentsRpcs>();
}
