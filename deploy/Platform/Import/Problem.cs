namespace Platform.Tool.Import;

/// <summary>A place in a file of the record, line and column counted from 1.</summary>
internal readonly record struct Place(string File, int Line, int Column)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

/// <summary>Something that is wrong in a record.</summary>
/// <param name="At">Where.</param>
/// <param name="Field">Path of the field as the API names it, for example <c>meeting.dates[0].dates.earliest_date</c>;
/// may be empty.</param>
/// <param name="Sentence">What is wrong and what to write instead.</param>
internal sealed record Problem(Place At, string Field, string Sentence)
{
    /// <summary><c>file:line:column: field: sentence</c>.</summary>
    public override string ToString() => Field.Length > 0 ? $"{At}: {Field}: {Sentence}" : $"{At}: {Sentence}";
}
