using System.Globalization;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>
/// The words of the report for every enumeration of the record. A value that this version does not
/// know yet reads "Not stated": a report is never refused because the record is newer.
/// </summary>
internal static class Labels
{
    public const string NotStated = "Not stated";
    public const string NoRecordedResponse = "No recorded response";
    public const string NotListed = "Not listed";
    public const string Unknown = "Unknown";
    public const string Open = "Open";

    public const string Draft = "Draft: no meeting has considered it yet";

    public static string Of(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Of(DateOnly date) =>
        $"{Of(date.Day)} {Wording.Of(date.ToString("MMM", CultureInfo.InvariantCulture))} {date:yyyy}";

    /// <summary>How closely a report is held, and for whose eyes it was made where that leaves something out.</summary>
    public static string Handling(HandlingLevel marking, HandlingLevel madeFor) => madeFor switch
    {
        HandlingLevel.Public => Wording.Format($"{Of(marking)}. Made for the public: what is held more closely is left out."),
        HandlingLevel.Participants => Wording.Format($"{Of(marking)}. Made for the participants: what is held more closely is left out."),
        < HandlingLevel.Secretariat =>
            Wording.Format($"{Of(marking)}. Made for members of bodies: what is held more closely is left out."),
        _ => Of(marking),
    };

    public static string Of(HandlingLevel level) => Wording.Of(level switch
    {
        HandlingLevel.Participants => "For participants",
        HandlingLevel.BodyMembers => "For the members of the bodies named",
        HandlingLevel.Secretariat => "For the secretariat and the co-chairs",
        _ => "Public",
    });

    public static string Of(OutcomeKind kind) => Wording.Of(kind switch
    {
        OutcomeKind.Tasking => "Tasking",
        OutcomeKind.Decision => "Decision",
        OutcomeKind.Recommendation => "Recommendation",
        OutcomeKind.Request => "Request",
        OutcomeKind.Encouragement => "Encouragement",
        OutcomeKind.Invitation => "Invitation",
        OutcomeKind.Proposal => "Proposal",
        OutcomeKind.Offer => "Offer",
        OutcomeKind.Undertaking => "Undertaking",
        OutcomeKind.Reaffirmation => "Reaffirmation",
        OutcomeKind.Information => "Information",
        _ => NotStated,
    });

    /// <summary>What a body did in an outcome with which a story begins.</summary>
    public static string Deed(OutcomeKind kind) => Wording.Of(kind switch
    {
        OutcomeKind.Tasking => "tasked",
        OutcomeKind.Decision => "decided",
        OutcomeKind.Recommendation => "recommended",
        OutcomeKind.Request => "requested",
        OutcomeKind.Encouragement => "encouraged",
        OutcomeKind.Invitation => "invited",
        OutcomeKind.Proposal => "proposed",
        OutcomeKind.Offer => "offered",
        OutcomeKind.Undertaking => "undertaken",
        OutcomeKind.Reaffirmation => "reaffirmed",
        OutcomeKind.Information => "noted",
        _ => "recorded",
    });

    /// <summary>What a later outcome did to an earlier one.</summary>
    public static string Deed(OutcomeRelation relation) => Wording.Of(relation switch
    {
        OutcomeRelation.Proposes => "proposed",
        OutcomeRelation.Recommends => "recommended",
        OutcomeRelation.Decides => "decided",
        OutcomeRelation.Tasks => "tasked",
        OutcomeRelation.Undertakes => "undertaken",
        OutcomeRelation.Delivers => "delivered",
        OutcomeRelation.Reports => "reported",
        OutcomeRelation.RespondsTo => "responded",
        OutcomeRelation.Reaffirms => "reaffirmed",
        OutcomeRelation.Supersedes => "superseded",
        OutcomeRelation.Endorses => "endorsed",
        OutcomeRelation.Establishes => "established",
        OutcomeRelation.Recalls => "recalled",
        _ => "linked",
    });

    public static string Of(ResponseStatus status) => Wording.Of(status switch
    {
        ResponseStatus.Pending => "Pending",
        ResponseStatus.Adopted => "Adopted",
        ResponseStatus.AdoptedWithChanges => "Adopted with changes",
        ResponseStatus.Noted => "Noted",
        ResponseStatus.NotAdopted => "Not adopted",
        _ => NoRecordedResponse,
    });

    public static string Of(CommitmentKind kind) => Wording.Of(kind switch
    {
        CommitmentKind.Tasking => "Tasking",
        CommitmentKind.Undertaking => "Undertaking",
        CommitmentKind.Request => "Request",
        CommitmentKind.Decision => "Decision",
        _ => NotStated,
    });

    public static string SelfReported(ImplementationLevel level) =>
        level == ImplementationLevel.Unspecified ? Wording.Of("None reported") : Of(level);

    public static string ShownByDocument(ImplementationLevel level) =>
        level == ImplementationLevel.Unspecified ? Wording.Of("None shown") : Of(level);

    public static string Assessed(ImplementationLevel level) =>
        level == ImplementationLevel.Unspecified ? Wording.Of("Not assessed") : Of(level);

    public static string Of(ImplementationLevel level) => Wording.Of(level switch
    {
        ImplementationLevel.NoEvidence => "No evidence available",
        ImplementationLevel.NotStarted => "Not started",
        ImplementationLevel.Limited => "Limited",
        ImplementationLevel.Substantial => "Substantial",
        ImplementationLevel.Complete => "Complete",
        _ => NotStated,
    });

    public static string Of(ClosureReason reason) => Wording.Of(reason switch
    {
        ClosureReason.Completed => "Completed",
        ClosureReason.Superseded => "Superseded",
        ClosureReason.Elapsed => "Elapsed",
        ClosureReason.Withdrawn => "Withdrawn",
        _ => "Closed",
    });

    public static string Of(Timeliness timeliness) => Wording.Of(timeliness switch
    {
        Timeliness.NoDeadline => "No deadline",
        Timeliness.OnTrack => "On track",
        Timeliness.DueSoon => "Due soon",
        Timeliness.Overdue => "Overdue",
        Timeliness.DoneInTime => "Done in time",
        Timeliness.DoneLate => "Done late",
        _ => "Not applicable",
    });

    public static string Of(AttentionReason reason) => Wording.Of(reason switch
    {
        AttentionReason.Overdue => "Overdue",
        AttentionReason.DueSoon => "Due soon",
        AttentionReason.NoProgress => "No progress in the period",
        AttentionReason.NobodyNamed => "Nobody named",
        AttentionReason.NoDay => "Deadline without a day",
        AttentionReason.NoResponse => "No recorded response",
        AttentionReason.SourcesDiffer => "Sources differ",
        AttentionReason.NotKnownWhetherHeld => "Not known whether held",
        _ => "Not known",
    });

    public static string Of(MeetingKind kind) => Wording.Of(kind switch
    {
        MeetingKind.MinisterialConference => "Ministerial conference",
        MeetingKind.SeniorOfficialsMeeting => "Senior officials' meeting",
        MeetingKind.SteeringGroup => "Steering group",
        MeetingKind.WorkingGroup => "Working group or technical experts",
        MeetingKind.Workshop => "Workshop",
        MeetingKind.Roundtable => "Roundtable",
        MeetingKind.Symposium => "Symposium",
        MeetingKind.Forum => "Forum",
        MeetingKind.TabletopExercise => "Tabletop exercise",
        MeetingKind.PolicyExpertsGathering => "Policy experts' gathering",
        MeetingKind.AnniversaryEvent => "Anniversary event",
        MeetingKind.JointPeriodOfAction => "Joint period of action",
        MeetingKind.Training => "Training",
        MeetingKind.Consultation => "Consultation",
        MeetingKind.OutOfSession => "Out of session",
        MeetingKind.Other => "Other",
        _ => NotStated,
    });

    public static string Of(AttendeeKind kind) => Wording.Of(kind switch
    {
        AttendeeKind.States => "states",
        AttendeeKind.Organizations => "organisations",
        AttendeeKind.Members => "members",
        AttendeeKind.Delegates => "delegates",
        AttendeeKind.Ministers => "Ministers",
        _ => "participants",
    });

    public static string Of(MeetingStatus status) => Wording.Of(status switch
    {
        MeetingStatus.Planned => "Planned",
        MeetingStatus.Held => "Held",
        MeetingStatus.Postponed => "Postponed",
        MeetingStatus.Cancelled => "Cancelled",
        _ => NotStated,
    });

    public static string Of(MeetingFormat format) => Wording.Of(format switch
    {
        MeetingFormat.InPerson => "In person",
        MeetingFormat.Virtual => "Virtual",
        MeetingFormat.Hybrid => "Hybrid",
        _ => Unknown,
    });

    /// <summary>A document that lists somebody without a capacity says only that it was in attendance.</summary>
    public static string Of(AttendanceCapacity capacity) => Wording.Of(capacity switch
    {
        AttendanceCapacity.Member => "Member",
        AttendanceCapacity.Participant => "Participant",
        AttendanceCapacity.Observer => "Observer",
        AttendanceCapacity.CoChair => "Co-chair",
        AttendanceCapacity.Guest => "Guest",
        _ => "In attendance",
    });

    public static string Of(StandingStepKind kind) => Wording.Of(kind switch
    {
        StandingStepKind.InvitationRecommended => "Invitation recommended",
        StandingStepKind.Invited => "Invited",
        StandingStepKind.InvitationEndorsed => "Invitation endorsed",
        StandingStepKind.IntentionStated => "Intention stated",
        StandingStepKind.Applied => "Applied",
        StandingStepKind.EndorsementPending => "Endorsement pending",
        StandingStepKind.Member => "Member",
        StandingStepKind.Observer => "Observer",
        StandingStepKind.CoChair => "Co-chair",
        StandingStepKind.SteeringGroupMember => "Steering group member",
        StandingStepKind.CoManager => "Co-manager",
        StandingStepKind.Lead => "Lead",
        StandingStepKind.ListedAsParticipatingOrganization => "Listed as a participating organisation",
        StandingStepKind.Suspended => "Suspended",
        StandingStepKind.Withdrawn => "Withdrawn",
        StandingStepKind.Ended => "Ended",
        _ => NotStated,
    });

    public static string Of(ParticipantKind kind) => Wording.Of(kind switch
    {
        ParticipantKind.State => "State",
        ParticipantKind.InternationalOrganization => "International organisation",
        ParticipantKind.RegionalOrganization => "Regional organisation",
        ParticipantKind.Partner => "Partner",
        _ => NotStated,
    });

    public static string Of(DocumentKind kind) => Wording.Of(kind switch
    {
        DocumentKind.Statement => "Statement",
        DocumentKind.ProgressReport => "Progress report",
        DocumentKind.Agenda => "Agenda",
        DocumentKind.Annex => "Annex",
        DocumentKind.Page => "Web page",
        DocumentKind.Declaration => "Declaration",
        DocumentKind.Strategy => "Strategy",
        DocumentKind.PolicyGuide => "Policy guide",
        DocumentKind.WorkPlan => "Work plan",
        DocumentKind.NationalStatement => "National statement",
        DocumentKind.Other => "Other",
        _ => NotStated,
    });

    public static string Of(ContributionKind kind) => Wording.Of(kind switch
    {
        ContributionKind.Financial => "Financial contribution",
        ContributionKind.InKind => "Contribution in kind",
        _ => "Contribution",
    });
}
