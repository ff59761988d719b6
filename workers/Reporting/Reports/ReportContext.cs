using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>What every section of a report needs: the record, the conference it starts from, names.</summary>
internal sealed class ReportContext
{
    public ReportContext(RecordView view, ReportDefinition definition, CancellationToken cancel = default)
    {
        View = view;
        Definition = definition;
        Cancel = cancel;
        Base = view.Find<Meeting>(definition.BaseMeeting) ?? throw new ReportException(
            $"The record holds no meeting '{definition.BaseMeeting}' as of {Labels.Of(view.AsOf)}: name the ministerial conference since "
                + $"which the report tells, or choose a later day or moment.");
        var days = Days.Of(Base);
        BaseStart = days.First ?? days.Last ?? view.EffectiveDateOf(Base);
        BaseEnd = days.Last ?? BaseStart;
        if (definition.TargetMeeting is { Length: > 0 } target)
        {
            Target = view.Find<Meeting>(target) ?? throw new ReportException(
                $"The record holds no meeting '{target}' as of {Labels.Of(view.AsOf)}: leave the conference for which the report is "
                    + $"written empty while it is not known.");
        }
        if (Base.Kind != MeetingKind.MinisterialConference || Target is { Kind: not MeetingKind.MinisterialConference })
        {
            throw new ReportException("A progress report tells what was done from one ministerial conference to another: name "
                + "ministerial conferences as its base and its target.");
        }
        if (BaseStart > view.AsOf)
        {
            throw new ReportException($"{MeetingLabel(Base)} begins on {Labels.Of(BaseStart)}, after {Labels.Of(view.AsOf)}: choose a "
                + $"later day, or an earlier conference since which to report.");
        }
        if (Target is not null && Days.Of(Target) is var targetDays && (targetDays.Last ?? targetDays.First) <= BaseEnd)
        {
            throw new ReportException($"{MeetingLabel(Target)} does not come after {MeetingLabel(Base)}: name a later conference as the "
                + $"target, or leave it empty.");
        }
        HeldConferences =
        [
            .. view.Meetings
                .Where(m => m.Kind == MeetingKind.MinisterialConference && m.Status == MeetingStatus.Held)
                .Select(m => (Last: Days.Of(m).Last ?? Days.Of(m).First, Label: MeetingLabel(m)))
                .Where(m => m.Last is not null)
                .Select(m => (m.Last!.Value, m.Label))
                .OrderBy(m => m.Value),
        ];
        PreviousEnd = HeldConferences.Where(c => c.Last < BaseStart).Select(c => (DateOnly?)c.Last).LastOrDefault();
    }

    public RecordView View { get; }

    public ReportDefinition Definition { get; }

    /// <summary>Cancels the build, between two rows.</summary>
    public CancellationToken Cancel { get; }

    public Meeting Base { get; }

    public DateOnly BaseStart { get; }

    public DateOnly BaseEnd { get; }

    /// <summary>Last day of the ministerial conference before the base; null when none is known.</summary>
    public DateOnly? PreviousEnd { get; }

    public Meeting? Target { get; }

    /// <summary>The ministerial conferences that were held, by their last days.</summary>
    public IReadOnlyList<(DateOnly Last, string Label)> HeldConferences { get; }

    /// <summary>The citations of a row, with which every row begins.</summary>
    public Citations NewCitations()
    {
        Cancel.ThrowIfCancellationRequested();
        return new(View);
    }

    /// <summary>The name of a participant or body on the report's day.</summary>
    public string Party(string name) =>
        View.Find<Participant>(name) is { } participant ? NameOf(participant.Names, name)
        : View.Find<Body>(name) is { } body ? NameOf(body.Names, name)
        : ResourceNames.Id(name);

    /// <summary>The name of a country: that of the participant whose code it is, where there is one.</summary>
    public string Country(string code) =>
        View.Participants.FirstOrDefault(p => p.IsoCode.Length > 0 && p.IsoCode == code) is { } state ? Party(state.Name) : code;

    public string Parties(IEnumerable<string> names) => string.Join(", ", names.Select(Party).Distinct());

    public static string MeetingLabel(Meeting meeting) => meeting.ShortName.Length > 0 ? meeting.ShortName : meeting.Title;

    /// <summary>The day on which an outcome was spoken: that of its meeting, where it is known.</summary>
    public DateOnly DateOf(Outcome outcome) =>
        View.Find<Meeting>(ResourceNames.Parent(outcome.Name)) is { } meeting && Days.Of(meeting) is { } days
            && (days.Last ?? days.First) is { } day
            ? day
            : View.EffectiveDateOf(outcome);

    /// <summary>Whether a recommendation is put to Ministers.</summary>
    public bool AddressesMinisters(Outcome outcome) =>
        outcome.Kind == OutcomeKind.Recommendation
        && outcome.Addressees.Any(a => View.Find<Body>(a)?.Kind == BodyKind.MinisterialConference);

    public static string Lines(IEnumerable<string> lines) => string.Join("\n", lines.Where(l => l.Length > 0));

    /// <summary>A line that says of a text what it is; empty where there is none.</summary>
    public static string Detail(string label, string text) => text.Length > 0 ? $"{Wording.Of(label)}: {text}" : string.Empty;

    /// <summary>The first of several, and how many more there are.</summary>
    public static IEnumerable<string> AtMost(int max, IReadOnlyCollection<string> items) =>
        items.Count > max ? [.. items.Take(max), Wording.Format($"and {items.Count - max} more")] : items;

    public static string List(IEnumerable<string> items) => string.Join("; ", items.Where(i => i.Length > 0).Distinct());

    // Outside the days for which official names are recorded the nearest one stands in: a gap in
    // the record of names must not put a resource id before a Minister.
    private string NameOf(IEnumerable<DatedName> names, string resource)
    {
        var official = names.Where(n => n.Kind == NameKind.Official).OrderBy(n => Days.Parse(n.ValidFrom) ?? DateOnly.MinValue).ToList();
        var valid = official.LastOrDefault(n =>
            (Days.Parse(n.ValidFrom) ?? DateOnly.MinValue) <= View.AsOf && (Days.Parse(n.ValidUntil) ?? DateOnly.MaxValue) >= View.AsOf);
        var nearest = valid
            ?? official.LastOrDefault(n => (Days.Parse(n.ValidFrom) ?? DateOnly.MinValue) <= View.AsOf)
            ?? official.FirstOrDefault()
            ?? names.FirstOrDefault();
        return nearest?.Text ?? ResourceNames.Id(resource);
    }
}
