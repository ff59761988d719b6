using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Platform.Reporting.Language;

/// <summary>
/// The report's own words in the language of the report that is being made. In the code they are English, and the English is
/// what a translation is found by; what a translation lacks stays English and is listed. Texts of the record are shown as they
/// were recorded. The languages are the files beside this one.
/// </summary>
internal sealed class Wording
{
    /// <summary>The language of the code.</summary>
    public const string English = "en";

    private static readonly AsyncLocal<Wording?> Current = new();

    private static readonly Wording InEnglish = new(new Translation("en-GB", "", []), text => text);

    private static readonly Dictionary<string, Translation> Translations = typeof(Wording).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("Language/", StringComparison.Ordinal))
        .ToDictionary(name => Path.GetFileNameWithoutExtension(name)!, Read);

    private readonly Translation _translation;
    private readonly Func<string, string?> _find;
    private readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);

    private Wording(Translation translation, Func<string, string?> find) => (_translation, _find) = (translation, find);

    /// <summary>The languages in which a report can be made, by their BCP 47 tags.</summary>
    public static IReadOnlyList<string> Languages { get; } = [English, .. Translations.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The wording in use: English unless another is.</summary>
    public static Wording Now => Current.Value ?? InEnglish;

    /// <summary>The language and region of its texts, for programs that read them aloud or check their spelling.</summary>
    public string Tag => _translation.Tag;

    /// <summary>The format of dates in cells.</summary>
    public string DateFormat => _translation.ExcelLocale.Length == 0 ? "d mmm yyyy" : $"[$-{_translation.ExcelLocale}]d mmm yyyy";

    /// <summary>The words that stayed English, in their order.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The translation of every word of a language.</summary>
    internal static IReadOnlyDictionary<string, string> WordsOf(string language) => Translations[language].Words;

    /// <summary>Takes a language into use, until it is disposed of: in this call and what it calls.</summary>
    /// <param name="language">One of <see cref="Languages"/>; English where it is empty.</param>
    public static Use In(string language) => language is "" or English ? new Use(null)
        : new Use(new Wording(Translations[language], text => Translations[language].Words.GetValueOrDefault(text)));

    /// <summary>Takes a wording of a test into use.</summary>
    internal static Use In(Func<string, string> translate) => new(new Wording(new Translation("x-test", "", []), translate));

    /// <summary>A text in the language in use.</summary>
    /// <param name="english">The text in English.</param>
    public static string Of(string english) => Current.Value is { } other ? other.Find(english) : english;

    /// <summary>A sentence in the language in use; its parts may stand in another order there.</summary>
    /// <param name="english">The sentence in English.</param>
    public static string Format(FormattableString english) => Current.Value is { } other
        ? string.Format(CultureInfo.InvariantCulture, other.Find(english.Format), english.GetArguments())
        : english.ToString(CultureInfo.InvariantCulture);

    private string Find(string english)
    {
        // A dash is the same everywhere.
        if (!english.Any(char.IsLetter))
            return english;
        if (_find(english) is { } found)
            return found;
        _missing.TryAdd(english, true);
        return english;
    }

    private static Translation Read(string resource)
    {
        using var file = typeof(Wording).Assembly.GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize<Translation>(file, JsonSerializerOptions.Web)!;
    }

    /// <summary>A language in use.</summary>
    internal sealed class Use : IDisposable
    {
        private readonly Wording? _before = Current.Value;

        internal Use(Wording? wording) => Current.Value = wording;

        /// <inheritdoc/>
        public void Dispose() => Current.Value = _before;
    }

    // A file: its language and region, the number by which Excel knows them, and the words.
    private sealed record Translation(string Tag, string ExcelLocale, Dictionary<string, string> Words);
}
