namespace Platform.Membership;

/// <summary>Puts the membership service into a process.</summary>
public static class MembershipModule
{
    /// <summary>The service's name in settings, stores and positions.</summary>
    public const string Name = "membership";

    private static readonly ResourceSchema Schema = new ResourceSchema()
        .Add<Participant>(p => [.. KnownAs(p.Names), new("iso-code", p.IsoCode), new("kind", p.Kind.FilterValue())])
        .Add<Body>(b => [.. KnownAs(b.Names), new("kind", b.Kind.FilterValue())])
        .Add<BodyRelation>(r => [new("related-body", r.RelatedBody)])
        .Add<StandingStep>(s => [new("body", s.Body)])
        .Add<Secondment>(s => [new("body", s.Body)])
        .Add<Contribution>(c => [new("body", c.Body)]);

    /// <summary>Adds the service, its store and its relay.</summary>
    public static void AddMembership(this WebApplicationBuilder builder)
    {
        builder.AddResourceStore<Change>(Schema);
        builder.Services.AddSingleton<MembershipReferenceChecker>();
        builder.Services.AddSingleton<MembershipRpcs>();
    }

    /// <summary>Maps its RPCs.</summary>
    public static void MapMembership(this IEndpointRouteBuilder app) => app.MapGrpcService<MembershipRpcs>();

    // Any name finds the participant or body, whatever its letter case.
    private static IEnumerable<IndexEntry> KnownAs(IEnumerable<DatedName> names) =>
        names.Select(n => new IndexEntry("known-as", n.Text.ToUpperInvariant()));
}
