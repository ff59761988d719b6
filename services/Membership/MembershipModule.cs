using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Hosting.ServiceClients;
using Platform.Meetings.V1;
using Change = Platform.Membership.V1.Change;

namespace Platform.Membership;

/// <summary>Adds the membership service to a process.</summary>
public static class MembershipModule
{
    /// <summary>The service's name in settings, stores and positions.</summary>
    public const string Name = "membership";

    private static readonly ResourceSchema Schema = new ResourceSchema()
        .Add<Participant>("participants/*",
            p => [.. KnownAsEntries(p.Names), new("iso-code", p.IsoCode), new("kind", p.Kind.FilterValue())], canEnd: true,
            canMerge: true)
        .Add<Body>("bodies/*", b => [.. KnownAsEntries(b.Names), new("kind", b.Kind.FilterValue())], canEnd: true, canMerge: true)
        .Add<BodyRelation>("bodies/*/relations/*", r => [new("related-body", r.RelatedBody)], canEnd: true)
        .Add<StandingStep>("participants/*/standingSteps/*", s => [new("body", s.Body)])
        .Add<Secondment>("participants/*/secondments/*", s => [new("body", s.Body)], canEnd: true)
        .Add<Contribution>("participants/*/contributions/*", c => [new("body", c.Body)])
        .Add<Accession>("participants/*/accessions/*", a => [new("instrument", a.Instrument), new("kind", a.Kind.FilterValue())]);

    /// <summary>Adds the service, its store and its relay.</summary>
    public static void AddMembership(this WebApplicationBuilder builder)
    {
        builder.AddResourceStore<Change>(Schema);
        builder.Services.AddServiceClient(PlatformServices.Membership, PlatformServices.Membership,
            invoker => new MembershipService.MembershipServiceClient(invoker));
        builder.Services.TryAddSingleton<IBodyMembership, BodyMembership>();
        builder.Services.AddServiceClient(PlatformServices.Membership, PlatformServices.Meetings,
            invoker => new MeetingsService.MeetingsServiceClient(invoker));
        builder.Services.AddSingleton<MembershipReferenceChecker>();
        builder.Services.AddSingleton<MembershipRpcs>();
    }

    /// <summary>Maps its RPCs.</summary>
    public static void MapMembership(this IEndpointRouteBuilder app) => app.MapGrpcService<MembershipRpcs>();

    // Any name finds the participant or body, whatever its letter case.
    internal static IReadOnlyList<string> KnownAs(IEnumerable<DatedName> names) => [.. names.Select(n => n.Text.ToUpperInvariant())];

    private static IEnumerable<IndexEntry> KnownAsEntries(IEnumerable<DatedName> names) =>
        KnownAs(names).Select(name => new IndexEntry("known-as", name));
}
