using System.Globalization;

namespace ExcelNumberFormat;

/// <summary>How a format such as <c># ??/??</c> or <c>0/8</c> lays out a number as a fraction.</summary>
/// <param name="Whole">The tokens of the whole part; none if the fraction takes all.</param>
/// <param name="Numerator">The placeholders above the bar.</param>
/// <param name="Denominator">The placeholders or the digits below it.</param>
/// <param name="Rest">What follows.</param>
internal sealed record FractionLayout(
    IReadOnlyList<Token> Whole,
    IReadOnlyList<Token> Numerator,
    IReadOnlyList<Token> Denominator,
    IReadOnlyList<Token> Rest)
{
    private const int MostDigits = 5;

    public static bool TryRead(IReadOnlyList<Token> tokens, out FractionLayout layout)
    {
        layout = null!;
        var all = tokens.ToList();
        var bar = all.FindIndex(t => t.Kind == TokenKind.Slash);
        var start = bar;
        while (start > 0 && all[start - 1].Kind == TokenKind.Digit)
            start--;
        var end = bar + 1;
        while (end < all.Count && IsBelow(all[end]))
            end++;
        if (bar < 0 || start == bar || end == bar + 1 || all.Skip(end).Any(t => t.Kind is TokenKind.Slash or TokenKind.Digit))
            return false;

        layout = new FractionLayout(all[..start], all[start..bar], all[(bar + 1)..end], all[end..]);
        return true;
    }

    public static string Render(IReadOnlyList<Token> tokens, double size, CultureInfo culture)
        => TryRead(tokens, out var layout) ? layout.Render(size, culture) : NumberRenderer.General(size, culture);

    private static bool IsBelow(Token token)
        => token.Kind == TokenKind.Digit || (token.Kind == TokenKind.Literal && token.Text is [>= '1' and <= '9']);

    private string Render(double size, CultureInfo culture)
    {
        var hasWhole = Whole.Any(t => t.Kind == TokenKind.Digit);
        var whole = hasWhole ? Math.Floor(size) : 0;
        var (above, below) = Nearest(size - whole);
        if (hasWhole && above == below)
        {
            whole++;
            above = 0;
        }

        // A whole number shows no fraction, but the room for one; zero shows its 0.
        var wholeText = whole == 0 && above != 0 || !hasWhole
            ? NumberRenderer.Decimal(Whole, 0, culture)
            : NumberRenderer.Decimal([.. Whole.Select(t => t.Text == "#" && t.Kind == TokenKind.Digit && whole == 0 ? t with { Text = "0" } : t)], whole, culture);
        var rest = string.Concat(Rest.Select(t => t.Text));
        if (hasWhole && above == 0 && Numerator.All(t => t.Text != "0"))
            return wholeText + new string(' ', Numerator.Count + 1 + Denominator.Count) + rest;

        var belowText = below.ToString(CultureInfo.InvariantCulture).PadRight(Denominator.Count);
        return wholeText + NumberRenderer.Decimal(Numerator, above, culture) + "/" + belowText + rest;
    }

    /// <summary>The nearest fraction: with the denominator given, or with the best one of as many digits as there is room for.</summary>
    private (long Above, long Below) Nearest(double part)
    {
        var digits = string.Concat(Denominator.Select(t => t.Text));
        if (long.TryParse(digits.Replace('#', ' ').Replace('?', ' ').Trim(), CultureInfo.InvariantCulture, out var given) && given > 0)
            return ((long)Math.Round(part * given, MidpointRounding.AwayFromZero), given);

        var limit = (long)Math.Pow(10, Math.Min(Denominator.Count, MostDigits)) - 1;
        var best = (Above: (long)Math.Round(part), Below: 1L);
        var error = Math.Abs(part - best.Above);
        for (var below = 2L; below <= limit && error > 1e-12; below++)
        {
            var above = (long)Math.Round(part * below);
            var distance = Math.Abs(part - ((double)above / below));
            if (distance < error - 1e-15)
                (best, error) = ((above, below), distance);
        }

        return best;
    }
}
