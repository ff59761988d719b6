using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Validation;

namespace Platform.Hosting.Versions;

/// <summary>A day and a moment to read by; both may be absent.</summary>
/// <param name="AsOf">The day as of which to read; null for the latest version.</param>
/// <param name="KnownAt">The moment as known at which to read; null for now.</param>
public readonly record struct BitemporalPoint(DateOnly? AsOf, DateTimeOffset? KnownAt)
{
    /// <summary>Reads the two fields that every read has.</summary>
    public static BitemporalPoint From(string asOf, Timestamp? knownAt)
    {
        var violations = new FieldViolations();
        violations.OptionalDate("as_of", asOf);
        violations.OptionalMoment("known_at", knownAt);
        violations.ThrowIfAny();
        return new BitemporalPoint(asOf.Length == 0 ? null : DateOnly.ParseExact(asOf, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            knownAt?.ToDateTimeOffset());
    }

    /// <summary>True when neither is given: the current version is the answer.</summary>
    public bool IsNow => AsOf is null && KnownAt is null;
}
