namespace Platform.Reporting.Reports;

/// <summary>What became of something that a report shows.</summary>
public enum ChangeNature
{
    /// <summary>The report before did not have it.</summary>
    New,

    /// <summary>Something of it is different.</summary>
    Changed,

    /// <summary>It was open and is closed.</summary>
    Closed,

    /// <summary>The report before had it.</summary>
    Gone,
}

/// <summary>Why a report shows something else than the one before.</summary>
public enum ChangeCause
{
    /// <summary>It came about after the day of the report before.</summary>
    Since,

    /// <summary>It was so on that day already: it has been recorded or corrected since.</summary>
    Recorded,

    /// <summary>The same, and the report before was endorsed.</summary>
    RecordedAfterEndorsement,
}

/// <summary>A detail that is different.</summary>
/// <param name="Label">Which.</param>
/// <param name="Before">What the report before said; empty where it said nothing.</param>
/// <param name="After">What this one says; empty where it says nothing.</param>
public sealed record FieldChange(string Label, string Before, string After)
{
    /// <summary>The detail in a line.</summary>
    public string Text => (Before, After) switch
    {
        ("", _) => $"{Label}: {After}",
        (_, "") => $"{Label}: {Before}",
        _ => $"{Label}: {Before} → {After}",
    };
}

/// <summary>The report with which another is compared.</summary>
/// <param name="Label">Which it is, in words.</param>
/// <param name="IsEndorsed">Whether it was endorsed.</param>
/// <param name="Then">What it said.</param>
/// <param name="ThenAsKnownNow">What it would say of the same day, had all been recorded that is now.</param>
public sealed record PreviousReport(string Label, bool IsEndorsed, ComparedReport Then, ComparedReport ThenAsKnownNow);

/// <summary>What is different from the report before: what came about since, and what was recorded or corrected since.</summary>
public sealed record ChangeRow : ReportRow
{
    // Of what is new the sheet that has it says more.
    private const int MaxFieldsOfNew = 3;

    /// <summary>The sheet that shows it.</summary>
    public required string Sheet { get; init; }

    /// <summary>What it is about.</summary>
    public required string Title { get; init; }

    /// <summary>What became of it.</summary>
    public required ChangeNature Nature { get; init; }

    /// <summary>Why it is different.</summary>
    public required ChangeCause Cause { get; init; }

    /// <summary>What is different of it, or the most telling of what is new; empty of what is gone.</summary>
    public required IReadOnlyList<FieldChange> Fields { get; init; }

    /// <summary>Compares a report with the one before.</summary>
    /// <param name="previous">The one before.</param>
    /// <param name="now">What this one says.</param>
    public static IReadOnlyList<ChangeRow> Build(PreviousReport previous, ReportTables now)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(now);
        var rows = new List<ChangeRow>();
        var then = previous.Then;
        var known = previous.ThenAsKnownNow;
        var later = ComparedReport.Of(now, similar: known);
        foreach (var sheet in ComparedSheet.All)
        {
            foreach (var key in later.KeysOf(sheet).Concat(known.KeysOf(sheet)).Concat(then.KeysOf(sheet)).Distinct(StringComparer.Ordinal))
            {
                rows.AddRange(Compare(sheet, key, then.RowsOf(sheet, key), known.RowsOf(sheet, key),
                    previous.IsEndorsed ? ChangeCause.RecordedAfterEndorsement : ChangeCause.Recorded));
                rows.AddRange(Compare(sheet, key, known.RowsOf(sheet, key), later.RowsOf(sheet, key), ChangeCause.Since));
            }
        }
        return rows;
    }

    // What became of something from one report to another; nothing where both say the same.
    private static IEnumerable<ChangeRow> Compare(ComparedSheet sheet, string key, byte[]? earlier, byte[]? later, ChangeCause cause)
    {
        if (ReferenceEquals(earlier, later))
            yield break;
        var details = sheet.Details;
        var before = earlier is null ? [] : ComparedRow.Read(earlier, details.Count);
        var after = later is null ? [] : ComparedRow.Read(later, details.Count);
        var changed = details.SelectMany((detail, i) => Changes(detail.Label, detail.IsList, [.. before.Select(r => r.Values[i])],
            [.. after.Select(r => r.Values[i])])).ToList();
        var nature = (before, after) switch
        {
            ([], _) => ChangeNature.New,
            (_, []) => ChangeNature.Gone,
            ([{ IsClosed: false }, ..], [{ IsClosed: true }, ..]) => ChangeNature.Closed,
            _ => ChangeNature.Changed,
        };
        if (changed.Count == 0 && nature is ChangeNature.Changed or ChangeNature.Closed)
            yield break;
        var row = (after.Count > 0 ? after : before)[0];
        yield return new ChangeRow
        {
            Sheet = sheet.Name,
            Title = row.Title,
            Nature = nature,
            Cause = cause,
            Fields = nature switch
            {
                ChangeNature.New => [.. changed.Take(MaxFieldsOfNew)],
                ChangeNature.Gone => [],
                _ => changed,
            },
            Key = key,
            Reference = row.Reference,
            Document = row.Document,
            CitedDocuments = [],
        };
    }

    private static IEnumerable<FieldChange> Changes(string label, bool isList, ComparedValue[] before, ComparedValue[] after)
    {
        if (isList && before.Length > 0 && after.Length > 0)
        {
            if (ReportContext.List(Lines(before).Except(Lines(after))) is { Length: > 0 } gone)
                yield return new FieldChange(Wording.Format($"{Wording.Of(label)}, no longer"), gone, string.Empty);
            if (ReportContext.List(Lines(after).Except(Lines(before))) is { Length: > 0 } come)
                yield return new FieldChange(Wording.Format($"{Wording.Of(label)}, added"), string.Empty, come);
            yield break;
        }
        var (old, value) = (Text(before), Text(before.Length > 0 ? after : [.. after.Where(v => v.IsToldOfNew)]));
        if (old == value)
            yield break;
        yield return new FieldChange(old.Length > 0 && value.Length == 0 ? Wording.Format($"{Wording.Of(label)}, no longer")
            : Wording.Of(label), old, value);

        static string Text(IEnumerable<ComparedValue> values) => ReportContext.List(values.Select(v => v.Text));

        static IEnumerable<string> Lines(IEnumerable<ComparedValue> values) =>
            values.SelectMany(v => v.Text.Split('\n')).Where(l => l.Length > 0);
    }
}
