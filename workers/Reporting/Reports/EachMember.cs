using Platform.Commitments.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>
/// What each member of a body owes for itself: how many reported, never who did not.
/// </summary>
internal static class EachMember
{
    /// <summary>How many reported, in words; empty where no member owes the commitment for itself.</summary>
    public static string Reported(ReportContext context, Commitment commitment, IEnumerable<ProgressUpdate> updates)
    {
        var bodies = commitment.Owners.Where(o => o.Responsibility == Responsibility.EachMember).Select(o => o.Party).ToList();
        if (bodies.Count == 0)
            return string.Empty;
        var reported = updates.Where(u => u.Source == ProgressSource.SelfReported).Select(u => u.ReportedFor)
            .Where(name => context.View.Find<Participant>(name) is not null).ToHashSet();
        var members = bodies.SelectMany(body => MembersOf(context, body)).ToHashSet();
        // Whom the record does not hold as a member may report; then the number of members is not known.
        return members.Count > 0 && reported.IsSubsetOf(members)
            ? Wording.Format($"{reported.Count} of {members.Count} reported")
            : Wording.Format($"{reported.Count} reported; the number of members is not on record");
    }

    // Those whose latest step in the body of the constituency, or in the body itself, makes them belong to it.
    private static IEnumerable<string> MembersOf(ReportContext context, string name)
    {
        var (body, standing) = context.View.Find<Body>(name)?.Constituency is { } constituency
            ? (constituency.Body, constituency.Standing)
            : (name, StandingStepKind.Member);
        return context.View.StandingStepsIn(body)
            .GroupBy(s => ResourceNames.Parent(s.Name), StringComparer.Ordinal)
            .Where(steps => steps.Where(s => context.View.EffectiveDateOf(s) == steps.Max(context.View.EffectiveDateOf))
                .Any(s => s.Kind == standing))
            .Select(steps => steps.Key);
    }
}
