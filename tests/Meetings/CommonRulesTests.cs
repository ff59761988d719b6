using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Validation;
using Platform.Rules;

namespace Platform.Meetings.Tests;

/// <summary>The checks of what the resources of every service have.</summary>
public sealed class CommonRulesTests
{
    [Fact]
    public void Sources_Malformed_NamesThePathOfEach()
    {
        var violations = new FieldViolations();
        violations.Sources("outcome.sources",
            [new SourceReference { Document = "documents/d", Paragraph = "¶1" }, new SourceReference { Document = "d" }]);

        var refused = Assert.Throws<ApiException>(violations.ThrowIfAny);

        Assert.Equal(["outcome.sources[1].document", "outcome.sources[1].paragraph"], refused.Violations.Select(v => v.Field));
    }

    [Theory]
    [InlineData("2013-03-05", "2013-03-04", "dates.latest_date")]
    [InlineData("2013-02-30", "", "dates.earliest_date")]
    [InlineData("", "1899-12-31", "dates.latest_date")]
    public void OptionalDates_DaysThatDoNotExistOrNotInOrder_AreRefused(string earliest, string latest, string field)
    {
        var violations = new FieldViolations();
        violations.OptionalDates("dates", new DateRange { EarliestDate = earliest, LatestDate = latest });

        Assert.Equal(field, Assert.Single(Assert.Throws<ApiException>(violations.ThrowIfAny).Violations).Field);
    }

    [Theory]
    [InlineData("trafficking-in-persons", true)]
    [InlineData("Trafficking", false)]
    [InlineData("people smuggling", false)]
    public void Themes_Value_IsLowerCaseWithHyphens(string theme, bool valid)
    {
        var violations = new FieldViolations();
        violations.Themes("themes", [theme]);

        Assert.Equal(valid, Record.Exception(violations.ThrowIfAny) is null);
    }
}
