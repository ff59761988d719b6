using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>Where a commitment stands at the report's day: the axes side by side, never mixed.</summary>
public sealed record CommitmentStatus
{
    /// <summary>Implementation as last self-reported; unspecified when no level was claimed.</summary>
    public required ImplementationLevel SelfReported { get; init; }

    /// <summary>Implementation as a document last showed it; unspecified when none shows a level.</summary>
    public required ImplementationLevel ShownByDocument { get; init; }

    /// <summary>How many of those who owe it each for itself reported, in words; empty where nobody owes it so.</summary>
    public required string ReportedBy { get; init; }

    /// <summary>Implementation as last assessed by the co-chairs; unspecified when not assessed.</summary>
    public required ImplementationLevel Assessed { get; init; }

    /// <summary>Why it is closed; null while it is open.</summary>
    public required ClosureReason? Closure { get; init; }

    /// <summary>The day of closure; null while it is open or where the day is not known.</summary>
    public required DateOnly? ClosedOn { get; init; }

    /// <summary>The deadline's words; empty when no document states one.</summary>
    public required string DeadlineAsWritten { get; init; }

    /// <summary>The day by which it is due; null when none can be given.</summary>
    public required DateOnly? Due { get; init; }

    /// <summary>Timeliness at the report's day.</summary>
    public required Timeliness Timeliness { get; init; }

    /// <summary>Closure in words, with its day.</summary>
    public string ClosureText => Closure is not { } reason ? Wording.Of(Labels.Open)
        : ClosedOn is { } day ? $"{Labels.Of(reason)}, {Labels.Of(day)}" : Labels.Of(reason);

    internal static CommitmentStatus Of(ReportContext context, Commitment commitment, IReadOnlyList<Dated<ProgressUpdate>> dated)
    {
        var asOf = context.Definition.AsOf;
        var closedOn = Days.Parse(commitment.Closure?.Date);
        var closed = commitment.Closure is not null && !(closedOn > asOf);
        var due = DueDate(context, commitment.Deadline);
        var updates = dated.Select(u => u.Resource).ToList();
        return new CommitmentStatus
        {
            SelfReported = LastLevel(updates, ProgressSource.SelfReported),
            ShownByDocument = LastLevel(updates, ProgressSource.ShownByDocument),
            ReportedBy = EachMember.Reported(context, commitment, updates),
            // An assessment of one party's part is not one of the whole.
            Assessed = context.View.AssessmentsOf(commitment.Name).LastOrDefault(a => a.Resource.AssessedFor.Length == 0)?.Resource.Level
                ?? ImplementationLevel.Unspecified,
            Closure = closed ? commitment.Closure!.Reason : null,
            ClosedOn = closed ? closedOn : null,
            DeadlineAsWritten = commitment.Deadline?.AsWritten ?? string.Empty,
            Due = due,
            Timeliness = TimelinessRule.At(due, closed ? commitment.Closure!.Reason : null, closedOn, asOf),
        };
    }

    private static ImplementationLevel LastLevel(List<ProgressUpdate> updates, ProgressSource source) =>
        updates.LastOrDefault(u => u.Source == source && u.Level != ImplementationLevel.Unspecified)?.Level
            ?? ImplementationLevel.Unspecified;

    // A deadline that is a meeting falls due on the meeting's last day as the record has it then: when the meeting is put
    // off, so is the deadline. The next meeting of a body is known once one is planned.
    private static DateOnly? DueDate(ReportContext context, Deadline? deadline) => deadline?.KindCase switch
    {
        Deadline.KindOneofCase.Dates => Days.Of(deadline.Dates).Last,
        Deadline.KindOneofCase.Meeting => LastDayOf(context.View.Find<Meeting>(deadline.Meeting)),
        Deadline.KindOneofCase.NextMeeting => LastDayOf(NextMeeting(context, deadline.NextMeeting)),
        _ => null,
    };

    private static DateOnly? LastDayOf(Meeting? meeting) => meeting is null ? null : Days.Of(meeting).Last ?? Days.Of(meeting).First;

    private static Meeting? NextMeeting(ReportContext context, NextMeeting next) =>
        LastDayOf(context.View.Find<Meeting>(next.AfterMeeting)) is not { } after ? null
            : context.View.MeetingsOf(next.Body)
                .Where(m => m.Name != next.AfterMeeting && m.Status != MeetingStatus.Cancelled)
                .Select(m => (Meeting: m, First: Days.Of(m).First ?? Days.Of(m).Last))
                .Where(m => m.First > after)
                .OrderBy(m => m.First).ThenBy(m => m.Meeting.Name, StringComparer.Ordinal)
                .Select(m => m.Meeting).FirstOrDefault();
}
