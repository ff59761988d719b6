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
        violations.OptionalResourceName($"{field}.body", meeting.Body, "bodies/*");
        violations.Count($"{field}.series_ordinals", meeting.SeriesOrdinals, max: 20);
        for (var i = 0; i < meeting.SeriesOrdinals.Count; i++)
        {
            violations.Text($"{field}.series_ordinals[{i}].series", meeting.SeriesOrdinals[i].Series, 200);
            if (meeting.SeriesOrdinals[i].Ordinal < 1)
                violations.Add($"{field}.series_ordinals[{i}].ordinal", "Must be 1 or more.");
            violations.Sources($"{field}.series_ordinals[{i}].sources", meeting.SeriesOrdinals[i].Sources);
        }
        violations.RequiredEnum($"{field}.status", meeting.Status);
        violations.Count($"{field}.dates", meeting.Dates, max: 20);
        for (var i = 0; i < meeting.Dates.Count; i++)
        {
            if (meeting.Dates[i].Dates is null)
                violations.Add($"{field}.dates[{i}].dates", "Is required.");
            violations.OptionalDates($"{field}.dates[{i}].dates", meeting.Dates[i].Dates);
            violations.Sources($"{field}.dates[{i}].sources", meeting.Dates[i].Sources);
        }
        violations.DefinedEnum($"{field}.format", meeting.Format);
        if (meeting.Place is { } place)
        {
            violations.OptionalText($"{field}.place.city", place.City, 100);
            violations.OptionalResourceName($"{field}.place.country", place.Country, "participants/*");
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
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Meeting meeting, string field) =>
        new ReferencedNames()
            .Add($"{field}.body", meeting.Body)
            .Add($"{field}.place.country", meeting.Place?.Country ?? "")
            .Add($"{field}.chairs", meeting.Chairs)
            .Add($"{field}.hosts", meeting.Hosts)
            .Add($"{field}.funders", meeting.Funders);

    /// <summary>Names of participants or bodies.</summary>
    public static void Parties(this FieldViolations violations, string field, IReadOnlyList<string> parties)
    {
        violations.Count(field, parties);
        for (var i = 0; i < parties.Count; i++)
            violations.ResourceName($"{field}[{i}]", parties[i], ResourcePatterns.Party);
    }
}
