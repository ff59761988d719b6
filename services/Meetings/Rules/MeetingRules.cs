using Platform.Common.V1;

namespace Platform.Meetings.Rules;

/// <summary>What must hold of a meeting.</summary>
internal static class MeetingRules
{
    public static void Check(this Meeting meeting, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", meeting.Name, "meetings/*");
        violations.OptionalDate($"{field}.effective_date", meeting.EffectiveDate);
        violations.Text($"{field}.title", meeting.Title, 300);
        violations.OptionalText($"{field}.short_name", meeting.ShortName, 40);
        violations.RequiredEnum($"{field}.kind", meeting.Kind);
        violations.KindAsWritten($"{field}.kind_as_written", meeting.Kind == MeetingKind.Other, meeting.KindAsWritten);
        violations.Count($"{field}.bodies", meeting.Bodies, max: 20);
        for (var i = 0; i < meeting.Bodies.Count; i++)
            violations.ResourceName($"{field}.bodies[{i}]", meeting.Bodies[i], ResourcePatterns.Body);
        violations.Count($"{field}.series_ordinals", meeting.SeriesOrdinals, max: 20);
        for (var i = 0; i < meeting.SeriesOrdinals.Count; i++)
        {
            violations.Text($"{field}.series_ordinals[{i}].series", meeting.SeriesOrdinals[i].Series, 200);
            if (meeting.SeriesOrdinals[i].Ordinal < 1)
                violations.Add($"{field}.series_ordinals[{i}].ordinal", "Must be 1 or more.");
            violations.Sources($"{field}.series_ordinals[{i}].sources", meeting.SeriesOrdinals[i].Sources);
        }
        violations.RequiredEnum($"{field}.status", meeting.Status);
        violations.OptionalDates($"{field}.dates", meeting.Dates);
        violations.Count($"{field}.stated_dates", meeting.StatedDates, max: 20);
        for (var i = 0; i < meeting.StatedDates.Count; i++)
        {
            if (meeting.StatedDates[i].Dates is null)
                violations.Add($"{field}.stated_dates[{i}].dates", "Is required.");
            violations.OptionalDates($"{field}.stated_dates[{i}].dates", meeting.StatedDates[i].Dates);
            violations.Sources($"{field}.stated_dates[{i}].sources", meeting.StatedDates[i].Sources);
        }
        violations.Count($"{field}.counts", meeting.Counts, max: 50);
        for (var i = 0; i < meeting.Counts.Count; i++)
        {
            violations.RequiredEnum($"{field}.counts[{i}].kind", meeting.Counts[i].Kind);
            if (meeting.Counts[i].Number < 0)
                violations.Add($"{field}.counts[{i}].number", "Must not be negative.");
            violations.Sources($"{field}.counts[{i}].sources", meeting.Counts[i].Sources);
        }
        violations.DefinedEnum($"{field}.format", meeting.Format);
        if (meeting.Place is { } place)
        {
            violations.OptionalText($"{field}.place.city", place.City, 100);
            violations.OptionalCountryCode($"{field}.place.country_code", place.CountryCode);
            violations.OptionalText($"{field}.place.venue", place.Venue, 200);
        }
        violations.Parties($"{field}.chairs", meeting.Chairs);
        violations.Parties($"{field}.hosts", meeting.Hosts);
        violations.Parties($"{field}.funders", meeting.Funders);
        violations.Count($"{field}.agenda_items", meeting.AgendaItems);
        for (var i = 0; i < meeting.AgendaItems.Count; i++)
        {
            violations.RequiredEnum($"{field}.agenda_items[{i}].kind", meeting.AgendaItems[i].Kind);
            violations.Text($"{field}.agenda_items[{i}].summary", meeting.AgendaItems[i].Summary, 1000);
            violations.Sources($"{field}.agenda_items[{i}].sources", meeting.AgendaItems[i].Sources);
        }
        violations.DefinedEnum($"{field}.attendance_record", meeting.AttendanceRecord);
        violations.OptionalText($"{field}.summary", meeting.Summary, 2000);
        violations.Sources($"{field}.sources", meeting.Sources);
        violations.Handling($"{field}.handling", meeting.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Meeting meeting, string field) =>
        new ReferencedNames()
            .Add($"{field}.bodies", meeting.Bodies)
            .Add($"{field}.chairs", meeting.Chairs)
            .Add($"{field}.hosts", meeting.Hosts)
            .Add($"{field}.funders", meeting.Funders)
            .Documents(field, meeting);

    /// <summary>A meeting took place when its day has come, somewhere on earth.</summary>
    public static void CheckHeld(this Meeting meeting, DateOnly today)
    {
        if (meeting.Status == MeetingStatus.Held
            && DateOnly.TryParseExact(meeting.Dates?.EarliestDate, "yyyy-MM-dd", out var first) && first > today.AddDays(1))
        {
            throw ApiError.RuleViolated(Rule.MeetingNotYetHeld,
                $"\"{meeting.Name}\" cannot have been held: its first day is {meeting.Dates!.EarliestDate}, and today "
                + $"is {today:yyyy-MM-dd}. Record it as planned.");
        }
    }
}
