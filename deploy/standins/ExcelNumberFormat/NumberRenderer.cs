using System.Globalization;
using System.Text;

namespace ExcelNumberFormat;

/// <summary>Shows numbers.</summary>
internal static class NumberRenderer
{
    /// <summary>A number as the format General has it, with as many digits as a spreadsheet computes with.</summary>
    public static string General(double number, CultureInfo culture) => number.ToString("G15", culture);

    public static string Number(Section section, double number, CultureInfo culture)
    {
        var size = Math.Abs(number);
        foreach (var token in section.Tokens)
        {
            if (token.Kind == TokenKind.Percent)
                size *= 100;
        }

        var shown = section.Kind == SectionKind.Fraction ? FractionLayout.Render(section.Tokens, size, culture)
            : section.Tokens.Any(t => t.Kind == TokenKind.Exponent) ? Scientific(section.Tokens, size, culture)
            : Decimal(section.Tokens, size, culture);
        return number < 0 && !section.HidesSign ? culture.NumberFormat.NegativeSign + shown : shown;
    }

    public static string Decimal(IReadOnlyList<Token> tokens, double size, CultureInfo culture)
    {
        var isDigit = (Token t) => t.Kind == TokenKind.Digit;
        var point = IndexOf(tokens, 0, t => t.Kind == TokenKind.Point);
        var wholeEnd = point < 0 ? tokens.Count : point;
        var lastDigit = LastIndexOf(tokens, tokens.Count, isDigit);
        var lastWhole = LastIndexOf(tokens, wholeEnd, isDigit);
        var firstWhole = IndexOf(tokens, 0, isDigit);

        // Commas among the whole digits group them; commas behind the last digit of either part divide by a thousand.
        var groups = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Comma)
                continue;
            if (i > firstWhole && i < lastWhole)
                groups = true;
            else if (lastDigit >= 0 && (i > lastDigit || (i > lastWhole && i < wholeEnd)))
                size /= 1000;
        }

        var places = point < 0 ? 0 : tokens.Skip(point).Count(isDigit);
        var (whole, fraction) = Digits(size, places);

        var text = new StringBuilder();
        var separator = groups ? culture.NumberFormat.NumberGroupSeparator : "";
        var room = tokens.Take(wholeEnd).Count(isDigit);
        var place = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i].Kind)
            {
                case TokenKind.Digit when i < wholeEnd:
                    WriteWhole(text, whole, tokens[i].Text[0], --room, i == firstWhole, separator);
                    break;
                case TokenKind.Digit:
                    WriteFraction(text, fraction, place++, tokens[i].Text[0]);
                    break;
                case TokenKind.Point when i == point:
                    // With no digit before the point the whole part still shows.
                    if (lastWhole < 0 && whole.Length > 0)
                        text.Append(whole);
                    text.Append(culture.NumberFormat.NumberDecimalSeparator);
                    break;
                case TokenKind.Comma:
                    break;
                default:
                    text.Append(tokens[i].Text);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The digits before the point (none for 0) and as many as asked for behind it, rounded half away from zero.</summary>
    private static (string Whole, string Fraction) Digits(double size, int places)
    {
        string digits;
        if (size < 1e15)
        {
            // By way of decimal, which takes 15 significant digits of a double: as spreadsheets round.
            var rounded = Math.Round((decimal)size, Math.Min(places, 28), MidpointRounding.AwayFromZero);
            digits = rounded.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }
        else
        {
            digits = size.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? digits : digits[..point]).TrimStart('0');
        return (whole, point < 0 ? "" : digits[(point + 1)..]);
    }

    /// <summary>
    /// Writes the digit at a position counted from the units. The leftmost placeholder also takes the digits that are left over.
    /// </summary>
    private static void WriteWhole(StringBuilder text, string whole, char placeholder, int position, bool isLeftmost, string separator)
    {
        for (var p = isLeftmost ? Math.Max(position, whole.Length - 1) : position; p >= position; p--)
        {
            if (p >= whole.Length && placeholder == '#')
                continue;
            var isBlank = p >= whole.Length && placeholder == '?';
            text.Append(p < whole.Length ? whole[whole.Length - 1 - p] : isBlank ? ' ' : '0');
            if (p > 0 && p % 3 == 0)
                text.Append(isBlank && separator.Length > 0 ? " " : separator);
        }
    }

    /// <summary>Writes a digit behind the point. Zeros at the end show only where the placeholder is 0.</summary>
    private static void WriteFraction(StringBuilder text, string fraction, int place, char placeholder)
    {
        var isEnd = fraction.AsSpan(place).Trim('0').IsEmpty;
        if (!isEnd || placeholder == '0')
            text.Append(fraction[place]);
        else if (placeholder == '?')
            text.Append(' ');
    }

    private static string Scientific(IReadOnlyList<Token> tokens, double size, CultureInfo culture)
    {
        var at = IndexOf(tokens, 0, t => t.Kind == TokenKind.Exponent);
        var mantissa = tokens.Take(at).ToList();
        var behind = tokens.Skip(at + 1).ToList();
        var point = mantissa.FindIndex(t => t.Kind == TokenKind.Point);
        var wholeDigits = Math.Max(1, mantissa.Take(point < 0 ? at : point).Count(t => t.Kind == TokenKind.Digit));
        var places = point < 0 ? 0 : mantissa.Skip(point).Count(t => t.Kind == TokenKind.Digit);

        // More than one whole digit: the exponent is a multiple of their number.
        var exponent = size == 0 ? 0 : (int)Math.Floor(Math.Log10(size) / wholeDigits) * wholeDigits;
        var scaled = Scale(size, exponent);
        if (Math.Round(scaled, Math.Min(places, 15), MidpointRounding.AwayFromZero) >= Math.Pow(10, wholeDigits))
        {
            exponent += wholeDigits;
            scaled = Scale(size, exponent);
        }

        var sign = exponent < 0 ? culture.NumberFormat.NegativeSign
            : tokens[at].Text[1] == '+' ? culture.NumberFormat.PositiveSign
            : "";
        return Decimal(mantissa, scaled, culture) + "E" + sign + Decimal(behind, Math.Abs(exponent), culture);
    }

    private static double Scale(double size, int exponent)
        => exponent >= 0 ? size / Math.Pow(10, exponent) : size * Math.Pow(10, -exponent);

    private static int IndexOf(IReadOnlyList<Token> tokens, int start, Func<Token, bool> matches)
    {
        for (var i = start; i < tokens.Count; i++)
        {
            if (matches(tokens[i]))
                return i;
        }

        return -1;
    }

    private static int LastIndexOf(IReadOnlyList<Token> tokens, int end, Func<Token, bool> matches)
    {
        for (var i = end - 1; i >= 0; i--)
        {
            if (matches(tokens[i]))
                return i;
        }

        return -1;
    }
}
