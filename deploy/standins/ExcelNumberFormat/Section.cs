namespace ExcelNumberFormat;

internal enum SectionKind
{
    General,
    Number,
    Fraction,
    Date,
    Elapsed,
    Text,
}

internal enum TokenKind
{
    /// <summary>Shown as it stands.</summary>
    Literal,

    /// <summary>A digit: <c>0</c>, <c>#</c> or <c>?</c>.</summary>
    Digit,
    Point,
    Comma,
    Percent,

    /// <summary><c>E+</c> or <c>E-</c>.</summary>
    Exponent,

    /// <summary>The bar of a fraction, or the separator of a date.</summary>
    Slash,

    /// <summary>The separator of a time.</summary>
    Colon,

    /// <summary>The value itself: <c>General</c> or <c>@</c>.</summary>
    Value,

    /// <summary>A part of a date or time, in lower case; minutes are <c>n</c>, months <c>m</c>.</summary>
    DatePart,

    /// <summary><c>AM/PM</c> or <c>A/P</c>.</summary>
    HalfDay,

    /// <summary>Elapsed hours, minutes or seconds.</summary>
    Elapsed,

    /// <summary>Fractions of a second: the point and its zeros.</summary>
    Subsecond,
}

internal readonly record struct Token(TokenKind Kind, string Text);

/// <summary>A condition such as <c>[&gt;=100]</c>.</summary>
internal sealed record Condition(string Operator, double Limit)
{
    public bool Holds(double number) => Operator switch
    {
        "<" => number < Limit,
        "<=" => number <= Limit,
        ">" => number > Limit,
        ">=" => number >= Limit,
        "<>" => number != Limit,
        _ => number == Limit,
    };
}

/// <summary>One of the up to four parts of a format.</summary>
/// <param name="Kind">What the part shows.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Condition">The numbers it is for, if it says so.</param>
/// <param name="Index">Its place in the format, from 0.</param>
internal sealed record Section(SectionKind Kind, IReadOnlyList<Token> Tokens, Condition? Condition, int Index)
{
    /// <summary>A part for negative numbers, or for a range of numbers, writes its sign itself.</summary>
    public bool HidesSign => Index == 1 || (Index == 0 && Condition is not null);
}
