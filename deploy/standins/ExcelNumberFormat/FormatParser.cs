using System.Globalization;
using System.Text;

namespace ExcelNumberFormat;

/// <summary>Reads formats.</summary>
internal static class FormatParser
{
    private static readonly string[] Colours = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    private static readonly string[] Operators = ["<=", ">=", "<>", "<", ">", "="];

    public static bool TryParse(string format, out IReadOnlyList<Section> sections)
    {
        var found = new List<Section>();
        sections = found;
        var position = 0;
        do
        {
            if (found.Count == 4 || !TryReadSection(format, ref position, found.Count, out var section))
            {
                sections = [];
                return false;
            }

            found.Add(section);
        }
        while (position++ < format.Length);

        return true;
    }

    private static bool TryReadSection(string format, ref int position, int index, out Section section)
    {
        section = null!;
        var tokens = new List<Token>();
        Condition? condition = null;
        while (position < format.Length && format[position] != ';')
        {
            if (format[position] == '[')
            {
                var end = format.IndexOf(']', position);
                if (end < 0 || !TryReadBracket(format[(position + 1)..end], tokens, ref condition))
                    return false;
                position = end + 1;
            }
            else if (!TryReadToken(format, ref position, tokens))
            {
                return false;
            }
        }

        return TryMakeSection(tokens, condition, index, out section);
    }

    private static bool TryReadBracket(string content, List<Token> tokens, ref Condition? condition)
    {
        var lower = content.ToLowerInvariant();
        if (Array.IndexOf(Colours, lower) >= 0 || lower.StartsWith("color", StringComparison.Ordinal))
            return true;

        if (lower.Length > 0 && "hms".Contains(lower[0]) && lower.All(c => c == lower[0]))
        {
            tokens.Add(new Token(TokenKind.Elapsed, lower));
            return true;
        }

        if (content.StartsWith('$'))
        {
            // [$symbol-locale]: the symbol alone shows.
            var dash = content.LastIndexOf('-');
            tokens.Add(new Token(TokenKind.Literal, dash < 0 ? content[1..] : content[1..dash]));
            return true;
        }

        var sign = Array.Find(Operators, o => content.StartsWith(o, StringComparison.Ordinal));
        if (sign is null || !double.TryParse(content.AsSpan(sign.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var limit))
            return false;

        condition = new Condition(sign, limit);
        return true;
    }

    private static bool TryReadToken(string format, ref int position, List<Token> tokens)
    {
        var rest = format.AsSpan(position);
        var c = rest[0];
        switch (c)
        {
            case '"':
                var close = rest[1..].IndexOf('"');
                if (close < 0)
                    return false;
                tokens.Add(new Token(TokenKind.Literal, rest.Slice(1, close).ToString()));
                position += close + 2;
                return true;

            case '\\' or '_' or '*':
                // \x shows x, _x leaves room as wide as x, *x fills the column with x.
                if (rest.Length < 2)
                    return false;
                if (c != '*')
                    tokens.Add(new Token(TokenKind.Literal, c == '_' ? " " : rest[1].ToString()));
                position += 2;
                return true;
        }

        foreach (var word in new[] { "General", "AM/PM", "A/P", "E+", "E-" })
        {
            if (!rest.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                continue;
            var kind = word[0] switch { 'G' => TokenKind.Value, 'A' => TokenKind.HalfDay, _ => TokenKind.Exponent };
            tokens.Add(new Token(kind, word));
            position += word.Length;
            return true;
        }

        var lower = char.ToLowerInvariant(c);
        if ("ymdhse".Contains(lower))
        {
            var length = rest.Length - rest.TrimStart([lower, char.ToUpperInvariant(c)]).Length;
            tokens.Add(new Token(TokenKind.DatePart, lower == 'e' ? "yyyy" : new string(lower, length)));
            position += length;
            return true;
        }

        if (c == '.' && tokens.Exists(t => t.Kind is TokenKind.DatePart or TokenKind.Elapsed && t.Text[0] == 's'))
        {
            var zeros = rest.Length - 1 - rest[1..].TrimStart('0').Length;
            tokens.Add(zeros == 0 ? new Token(TokenKind.Literal, ".") : new Token(TokenKind.Subsecond, rest[..(zeros + 1)].ToString()));
            position += zeros + 1;
            return true;
        }

        if (char.IsAsciiLetter(c))
            return false;

        tokens.Add(new Token(KindOf(c), c.ToString()));
        position++;
        return true;
    }

    private static TokenKind KindOf(char c) => c switch
    {
        '0' or '#' or '?' => TokenKind.Digit,
        '.' => TokenKind.Point,
        ',' => TokenKind.Comma,
        '%' => TokenKind.Percent,
        '/' => TokenKind.Slash,
        ':' => TokenKind.Colon,
        '@' => TokenKind.Value,
        _ => TokenKind.Literal,
    };

    private static bool TryMakeSection(List<Token> tokens, Condition? condition, int index, out Section section)
    {
        bool Has(TokenKind kind) => tokens.Exists(t => t.Kind == kind);

        section = null!;
        var isTime = Has(TokenKind.DatePart) || Has(TokenKind.Elapsed) || Has(TokenKind.HalfDay);
        var isNumber = Has(TokenKind.Digit) || Has(TokenKind.Exponent);
        if ((isTime || Has(TokenKind.Value)) && isNumber)
            return false;
        if (isTime && Has(TokenKind.Value))
            return false;
        if (Has(TokenKind.Exponent) && !IsExponentSound(tokens))
            return false;

        var kind = isTime ? (Has(TokenKind.Elapsed) ? SectionKind.Elapsed : SectionKind.Date)
            : tokens.Exists(t => t.Text == "@" && t.Kind == TokenKind.Value) ? SectionKind.Text
            : Has(TokenKind.Value) || (tokens.Count == 0 && index == 0) ? SectionKind.General
            : isNumber && Has(TokenKind.Slash) ? SectionKind.Fraction
            : SectionKind.Number;

        if (kind is SectionKind.General && tokens.Count == 0)
            tokens.Add(new Token(TokenKind.Value, "General"));
        if (kind is SectionKind.Date or SectionKind.Elapsed)
            TellMinutesFromMonths(tokens);
        if (kind is SectionKind.Fraction && !FractionLayout.TryRead(tokens, out _))
            return false;

        section = new Section(kind, tokens, condition, index);
        return true;
    }

    private static bool IsExponentSound(List<Token> tokens)
    {
        var at = tokens.FindIndex(t => t.Kind == TokenKind.Exponent);
        return tokens.FindLastIndex(t => t.Kind == TokenKind.Exponent) == at
            && tokens.Take(at).Any(t => t.Kind == TokenKind.Digit)
            && tokens.Skip(at).Any(t => t.Kind == TokenKind.Digit);
    }

    /// <summary><c>m</c> and <c>mm</c> are minutes right after hours and right before seconds, months elsewhere.</summary>
    private static void TellMinutesFromMonths(List<Token> tokens)
    {
        var parts = Enumerable.Range(0, tokens.Count).Where(i => tokens[i].Kind is TokenKind.DatePart or TokenKind.Elapsed).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            var token = tokens[parts[i]];
            if (token.Kind != TokenKind.DatePart || token.Text is not ("m" or "mm"))
                continue;
            var afterHours = i > 0 && tokens[parts[i - 1]].Text[0] == 'h';
            var beforeSeconds = i + 1 < parts.Count && tokens[parts[i + 1]].Text[0] == 's';
            if (afterHours || beforeSeconds)
                tokens[parts[i]] = token with { Text = new string('n', token.Text.Length) };
        }
    }
}

/// <summary>Shows text, and values inside text.</summary>
internal static class TextRenderer
{
    public static string Render(Section section, string value)
    {
        var text = new StringBuilder();
        foreach (var token in section.Tokens)
            text.Append(token.Kind == TokenKind.Value ? value : token.Text);
        return text.ToString();
    }
}
