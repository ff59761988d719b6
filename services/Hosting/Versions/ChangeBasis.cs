using Platform.Common.V1;

namespace Platform.Hosting.Versions;

/// <summary>Why there is a new version of a resource: the world changed on a day, or a version of the record was wrong.</summary>
public readonly record struct ChangeBasis
{
    private ChangeBasis(string day, long correctedVersion, string reason) =>
        (Day, CorrectedVersion, Reason) = (day, correctedVersion, reason);

    /// <summary>The day on which the world changed, ISO 8601; empty for a correction.</summary>
    public string Day { get; }

    /// <summary>The version that was wrong; 0 for a change of the world.</summary>
    public long CorrectedVersion { get; }

    /// <summary>Why it was wrong; empty for a change of the world.</summary>
    public string Reason { get; }

    /// <summary>True when the record was wrong.</summary>
    public bool IsCorrection => CorrectedVersion > 0;

    /// <summary>The world changed on a day.</summary>
    public static ChangeBasis On(string day) => new(day, 0, "");

    /// <summary>A version of the record was wrong.</summary>
    public static ChangeBasis Correcting(long version, string reason) => new("", version, reason);

    /// <summary>Reads the <c>basis</c> that every update has; refuses an update that gives none.</summary>
    /// <param name="day">The <c>change_date</c> of the request.</param>
    /// <param name="correction">The <c>correction</c> of the request.</param>
    public static ChangeBasis From(string day, Correction? correction)
    {
        var violations = new Validation.FieldViolations();
        if (correction is not null)
        {
            if (correction.Version < 1)
                violations.Add("correction.version", "Must be the number of the version that was wrong, 1 or more.");
            violations.Text("correction.reason", correction.Reason, 1000);
        }
        else if (day.Length == 0)
        {
            violations.Add("change_date", "Say why there is a new version: either change_date, the day on which the world changed, or "
                + "correction, the version of the record that was wrong and why.");
        }
        else
        {
            violations.Date("change_date", day);
        }
        violations.ThrowIfAny();
        return correction is null ? On(day) : Correcting(correction.Version, correction.Reason);
    }
}
