using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Hosting.ServiceClients;
using Platform.Membership.V1;
using Change = Platform.Meetings.V1.Change;

namespace Platform.Meetings;

/// <summary>Adds the meetings service to a process.</summary>
public static class MeetingsModule
{
    /// <summary>The service's name in settings, stores and positions.</summary>
    public const string Name = "meetings";

    private static readonly ResourceSchema Schema = new ResourceSchema()
        .Add<Meeting>("meetings/*", m => [.. m.Bodies.Select(b => new IndexEntry("body", b)), new("kind", m.Kind.FilterValue()),
            new("status", m.Status.FilterValue()),
            .. Numbers(m).Select(n => new IndexEntry("number", n))], canMerge: true)
        .Add<Attendance>("meetings/*/attendances/*", a => [new("party", a.Party), new("capacity", a.Capacity.FilterValue())],
            nameOf: a => $"{ResourceNames.Parent(a.Name)}/attendances/{ResourceNames.Id(a.Party)}")
        .Add<Document>("documents/*", d => [new("meeting", d.Meeting), new("sha256", d.Sha256)])
        .Add<Outcome>("meetings/*/outcomes/*", o =>
        [
            new("document", o.Locator.Document),
            .. o.Speakers.Select(s => new IndexEntry("speaker", s)),
            .. o.Addressees.Select(a => new IndexEntry("addressee", a)),
            .. o.Themes.Select(t => new IndexEntry("theme", t)),
            new("kind", o.Kind.FilterValue()),
        ])
        .Add<OutcomeLink>("outcomeLinks/*", l => [new("outcome", l.Outcome), new("target", l.Target),
            new("relation", l.Relation.FilterValue())])
        .Add<RecommendationResponse>("meetings/*/outcomes/*/responses/*",
            r => [new("responding-meeting", r.RespondingMeeting), new("status", r.Status.FilterValue())])
        .Add<Theme>("themes/*", t => [new("broader-theme", t.BroaderTheme)], canEnd: true);

    /// <summary>Adds the service, its store and its relay.</summary>
    public static void AddMeetings(this WebApplicationBuilder builder)
    {
        builder.AddResourceStore<Change>(Schema);
        builder.Services.AddServiceClient(PlatformServices.Meetings, PlatformServices.Membership,
            invoker => new MembershipService.MembershipServiceClient(invoker));
        builder.Services.TryAddSingleton<IBodyMembership, BodyMembership>();
        builder.Services.AddSingleton<MeetingsReferenceChecker>();
        builder.Services.AddSingleton<MeetingsRpcs>();
    }

    /// <summary>The numbers of a meeting in the series of its bodies, by which two that are the same are found.</summary>
    internal static IReadOnlyList<string> Numbers(Meeting meeting) =>
    [
        .. meeting.Bodies.SelectMany(body => meeting.SeriesOrdinals.Select(s =>
            string.Create(CultureInfo.InvariantCulture, $"{body} {s.Ordinal} {s.Series.ToUpperInvariant()}"))),
    ];

    /// <summary>Maps its RPCs.</summary>
    public static void MapMeetings(this IEndpointRouteBuilder app) => app.MapGrpcService<MeetingsRpcs>();
}
