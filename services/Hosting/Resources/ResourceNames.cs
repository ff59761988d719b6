namespace Platform.Hosting.Resources;

/// <summary>
/// The form of resource names: collections and ids in turn, for example
/// <c>meetings/ahg-som-7/outcomes/para-17</c>. An id is 1 to 63 lower-case letters, digits and
/// hyphens and begins with a letter or digit (after AIP-122).
/// </summary>
public static class ResourceNames
{
    /// <summary>True when the name has the pattern's form, <c>*</c> standing for an id.</summary>
    public static bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        while (true)
        {
            var nameEnd = name.IndexOf('/');
            var patternEnd = pattern.IndexOf('/');
            var part = nameEnd < 0 ? name : name[..nameEnd];
            var expected = patternEnd < 0 ? pattern : pattern[..patternEnd];
            if (expected is "*" ? !IsId(part) : !part.SequenceEqual(expected))
                return false;
            if (nameEnd < 0 || patternEnd < 0)
                return nameEnd < 0 && patternEnd < 0;
            name = name[(nameEnd + 1)..];
            pattern = pattern[(patternEnd + 1)..];
        }
    }

    /// <summary>True when the name has the form of one of the patterns.</summary>
    public static bool Matches(string name, IReadOnlyList<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (Matches(name, pattern))
                return true;
        }
        return false;
    }

    /// <summary>
    /// True for what can be the name of a resource: collections and ids in turn. Of anything else it is known
    /// without asking a database that it does not exist.
    /// </summary>
    public static bool IsName(string name)
    {
        var parts = name.Split('/');
        if (parts.Length % 2 != 0)
            return false;
        for (var i = 0; i < parts.Length; i += 2)
        {
            if (parts[i].Length == 0 || !parts[i].All(char.IsAsciiLetter) || !IsId(parts[i + 1]))
                return false;
        }
        return true;
    }

    /// <summary>True for 1 to 63 lower-case letters, digits and hyphens that begin with a letter or digit.</summary>
    public static bool IsId(ReadOnlySpan<char> id)
    {
        if (id.Length is 0 or > 63 || id[0] == '-')
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }
        return true;
    }

    /// <summary>
    /// The resource under which a name stands, for example <c>meetings/ahg-som-7</c> for
    /// <c>meetings/ahg-som-7/outcomes/para-17</c>; empty for a name of two parts.
    /// </summary>
    public static string Parent(string name)
    {
        var last = name.LastIndexOf('/');
        var collection = last <= 0 ? -1 : name.LastIndexOf('/', last - 1);
        return collection < 0 ? "" : name[..collection];
    }

    /// <summary>The last id of a name, for example <c>para-17</c>.</summary>
    public static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];
}
