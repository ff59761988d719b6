namespace Platform.Reporting.Reports;

/// <summary>A word that the report uses, and what it means there.</summary>
/// <param name="Subject">What the word is about.</param>
/// <param name="Word">The word.</param>
/// <param name="Meaning">What it means.</param>
public sealed record Definition(string Subject, string Word, string Meaning);

/// <summary>The words of the report, and how it was made.</summary>
public static class Definitions
{
    /// <summary>All of them, by subject.</summary>
    public static IReadOnlyList<Definition> All { get; } =
    [
        new("The report", "As of", "The day at which the report looks: what became true later is left out."),
        new("The report", "As known at", "The moment at which the record was read: what was entered later is left out. The same report can "
            + "be made again at any time."),
        new("The report", "Voluntary", "The process is voluntary and non-binding. The report counts what the record holds; it does "
            + "not rank or score any participant."),
        new("The report", "Reference", "Document and paragraph where a row stands, linked to the document's row on the sheet Sources."),
        new("The report", "Summary", "What a paragraph says, in neutral words. The official text, where it has been attached, stands below "
            + "it and prevails."),
        new("The report", "Handling", "To whom the report may be shown. What a reader may not see he does not see in any list or count."),

        new("The report", "Draft, considered, endorsed", "A version is a draft until a meeting has considered or endorsed it; after that "
            + "it stays as it is."),
        new("Changes", "Came about since", "It became true after the day of the report before."),
        new("Changes", "Recorded or corrected since", "It was so on that day already, and was not recorded, or recorded wrongly, when that "
            + "report was made."),
        new("Changes", "Recorded or corrected after the endorsement", "The same, where the report before was endorsed: what Ministers "
            + "endorsed said something else."),
        new("Changes", "No longer shown", "The report before had it; it was retracted, or falls outside the period of this one."),

        new("Outcomes", "Tasking", "A body gives a task: it tasks or directs."),
        new("Outcomes", "Decision", "A body agrees or endorses."),
        new("Outcomes", "Recommendation", "A body recommends, or agrees to recommend, to another."),
        new("Outcomes", "Request, encouragement, invitation", "A body asks, urges, encourages or invites; nobody is bound by it."),
        new("Outcomes", "Proposal, offer", "A participant proposes or offers something."),
        new("Outcomes", "Undertaking", "Somebody commits to do something."),
        new("Outcomes", "Reaffirmation", "An earlier undertaking is repeated. It adds a link and no new commitment."),
        new("Outcomes", "Information", "Something is welcomed, noted or commended."),
        new("Outcomes", "Commitment", "What is followed: a tasking, an undertaking, a request or a decision on which somebody has to act."),

        new("Response", "Pending", "Ministers have the recommendation before them and have not spoken on it."),
        new("Response", "Adopted", "Ministers agreed to it as it was made."),
        new("Response", "Adopted with changes", "Ministers agreed to it in other words or in part; the sheet says what differs."),
        new("Response", "Noted", "Ministers took note of it."),
        new("Response", "Not adopted", "Ministers said that they do not adopt it."),
        new("Response", "No recorded response", "The record is silent, which is not a refusal."),

        new("Implementation", "Self-reported", "The level that those responsible reported themselves, each speaking for itself."),
        new("Implementation", "Shown by a document",
            "The level that a document shows, read by the keeper of the record. Nobody reported it."),
        new("Implementation", "Assessed", "The level at which the co-chairs assessed the whole, with a reason."),
        new("Implementation", "No evidence available", "It was looked for and nothing was found."),
        new("Implementation", "Not started", "Nothing has been done yet."),
        new("Implementation", "Limited", "Some of it has been done."),
        new("Implementation", "Substantial", "Most of it has been done."),
        new("Implementation", "Complete", "All of it has been done."),
        new("Implementation", "Ongoing", "A commitment that never completes, such as continued cooperation."),

        new("Closure", "Open", "It is still followed."),
        new("Closure", "Completed", "It was done."),
        new("Closure", "Superseded", "Another took its place."),
        new("Closure", "Elapsed", "Its time passed."),
        new("Closure", "Withdrawn", "Those who made it took it back."),

        new("Timeliness", "No deadline", "No document says by when. Silence makes nothing overdue."),
        new("Timeliness", "On track", $"Open, and due in more than {TimelinessRule.DueSoonDays} days."),
        new("Timeliness", "Due soon", $"Open, and due within {TimelinessRule.DueSoonDays} days."),
        new("Timeliness", "Overdue", "Open after the last day on which it was due."),
        new("Timeliness", "Done in time, done late", "Completed by the day on which it was due, or after it."),
        new("Timeliness", "Not applicable", "Closed otherwise than by completion."),

        new("Attendance", "Member, participant, observer, co-chair, guest", "The capacity that the document's list gives."),
        new("Attendance", "In attendance", "On the list, which gives no capacity."),
        new("Attendance", "Not listed", "The document has a list and does not name the participant, which is not absence."),
        new("Attendance", "Unknown", "No document gives a list, which is not nobody."),

        new("Standing", "Invitation recommended, invited, intention stated, invitation endorsed",
            "Steps of the way in by invitation; after the endorsement the participant is a member."),
        new("Standing", "Applied, endorsement pending", "Steps of the way in by application."),
        new("Standing", "Statements side by side",
            "Documents of one day state different things. The record holds them all and chooses none."),
    ];
}
