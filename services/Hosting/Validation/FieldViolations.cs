using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Platform.Hosting.Validation;

/// <summary>
/// Collects the malformed fields of a request, so that a caller gets all of them at once.
/// The checks here are those that several resources share.
/// </summary>
public sealed partial class FieldViolations
{
    /// <summary>The most that are collected: at the next one the request is refused. Nobody reads more.</summary>
    public const int MaxViolations = 50;

    private readonly List<FieldViolation> _violations = [];

    /// <summary>Adds a malformed field.</summary>
    public void Add(string field, string description)
    {
        _violations.Add(new FieldViolation(field, description));
        if (_violations.Count > MaxViolations)
            ThrowIfAny();
    }

    /// <summary>Refuses the request when a malformed field was added.</summary>
    public void ThrowIfAny()
    {
        if (_violations.Count > 0)
            throw ApiError.InvalidFields(_violations);
    }

    /// <summary>Text of a length, not blank.</summary>
    public void Text(string field, string value, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value))
            Add(field, "Must not be empty.");
        else
            OptionalText(field, value, maxLength);
    }

    /// <summary>Text that may be empty.</summary>
    public void OptionalText(string field, string value, int maxLength)
    {
        if (value.Length > maxLength)
        {
            Add(field, string.Create(CultureInfo.InvariantCulture, $"Has {value.Length:N0} characters; at most {maxLength:N0} are "
                + $"allowed."));
        }
        // Neither a workbook nor a terminal can show the rest of the control characters.
        else if (value.Any(c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is '\uFFFE' or '\uFFFF'))
        {
            Add(field, "Contains control characters. Remove them.");
        }
        // Bidirectional controls could show text in another order than it has: `gpj.exe` for `exe.jpg`.
        else if (value.AsSpan().IndexOfAny('\u202D', '\u202E') >= 0)
        {
            Add(field, "Contains a character that overrides the direction of writing (U+202D or U+202E). Remove it.");
        }
    }

    /// <summary>A day in ISO 8601.</summary>
    public void Date(string field, string value)
    {
        if (value.Length == 0)
            Add(field, "Must be a day, written as YYYY-MM-DD.");
        else
            OptionalDate(field, value);
    }

    /// <summary>A day in ISO 8601 that may be empty.</summary>
    public void OptionalDate(string field, string value)
    {
        if (value.Length == 0)
            return;
        if (!DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Add(field, $"\"{Excerpt(value)}\" is not a valid date. Write an existing day as YYYY-MM-DD, for example 2013-03-05.");
        // A day outside these years is a typing mistake.
        else if (day.Year is < 1900 or > 2199)
            Add(field, $"{value} lies outside the years 1900 to 2199. Correct the year.");
    }

    /// <summary>A moment that the calendar has, which may be absent: a Timestamp can hold others.</summary>
    public void OptionalMoment(string field, Timestamp? value)
    {
        if (value is not null
            && (value.Nanos is < 0 or >= 1_000_000_000
                || value.Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds()
                    || value.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
        {
            Add(field, "Is not a moment between the years 1 and 9999.");
        }
    }

    /// <summary>Two days of which the second, where both are given, is not before the first.</summary>
    public void DateOrder(string field, string earlier, string later)
    {
        // ISO days order as text does.
        if (earlier.Length > 0 && later.Length > 0 && string.CompareOrdinal(later, earlier) < 0)
            Add(field, $"{Excerpt(later)} is before {Excerpt(earlier)}.");
    }

    /// <summary>A value of an enumeration, other than unspecified.</summary>
    public void RequiredEnum<T>(string field, T value) where T : struct, Enum
    {
        if (EqualityComparer<T>.Default.Equals(value, default))
        {
            Add(field, "Must be chosen, for example "
                + $"{string.Join(" or ", Enum.GetValues<T>().Where(v => !v.Equals(default(T))).Take(2).Select(ProtoNames.Of))}.");
        }
        else
        {
            DefinedEnum(field, value);
        }
    }

    /// <summary>A value of an enumeration that this version knows.</summary>
    public void DefinedEnum<T>(string field, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            Add(field, "Is a value that this version does not know.");
    }

    /// <summary>A list of a bounded length. One that is too long refuses the request at once: its elements are not looked at.</summary>
    public void Count<T>(string field, IReadOnlyCollection<T> values, int min = 0, int max = 100)
    {
        if (values.Count < min)
            Add(field, $"Needs at least {min}.");
        if (values.Count <= max)
            return;
        Add(field, $"Has {values.Count}; at most {max} are allowed.");
        ThrowIfAny();
    }

    /// <summary>
    /// A resource name of a pattern in which <c>*</c> stands for an id, for example
    /// <c>meetings/*/outcomes/*</c>; several patterns are alternatives.
    /// </summary>
    public void ResourceName(string field, string value, params IReadOnlyList<string> patterns)
    {
        if (!ResourceNames.Matches(value, patterns))
        {
            Add(field, $"\"{Excerpt(value)}\" is not a name of the form {string.Join(" or ", patterns)}, each * being 1 to 63 "
                + $"lower-case letters, digits and hyphens that begin with a letter or digit.");
        }
    }

    /// <summary>A resource name that may be empty.</summary>
    public void OptionalResourceName(string field, string value, params IReadOnlyList<string> patterns)
    {
        if (value.Length > 0)
            ResourceName(field, value, patterns);
    }

    /// <summary>Each text of a list.</summary>
    public void Texts(string field, IReadOnlyList<string> values, int maxLength)
    {
        Count(field, values);
        for (var i = 0; i < values.Count; i++)
            Text($"{field}[{i}]", values[i], maxLength);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public void Sha256(string field, string value)
    {
        if (!Sha256Form().IsMatch(value))
            Add(field, $"\"{Excerpt(value)}\" is not a valid SHA-256. Write its 64 lower-case hexadecimal digits.");
    }

    /// <summary>An absolute https address that may be empty.</summary>
    public void OptionalLink(string field, string value)
    {
        // The parser would let spaces and control characters pass, and encode them.
        if (value.Length > 0 && (value.Length > 2000 || value.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            || !Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps))
        {
            Add(field, $"\"{Excerpt(value)}\" is not an absolute https address.");
        }
        // What a reader takes for the host would be a user's name, and a password would be shown to everybody.
        else if (value.Length > 0 && new Uri(value).UserInfo.Length > 0)
        {
            Add(field, "Contains a user name or a password. Leave out what stands before the @.");
        }
    }

    private static string Excerpt(string value) => ApiError.Excerpt(value, 100);

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sha256Form();
}
