using Platform.Membership.Rules;
using Platform.Membership.V1;

namespace Platform.Membership.Tests;

public sealed class StandingStepRulesTests
{
    [Theory]
    [InlineData(new string[0], new int[0])]
    [InlineData(new[] { "2013-03-05" }, new[] { 0 })]
    [InlineData(new[] { "2012-06-01", "2013-03-05" }, new[] { 1 })]
    [InlineData(new[] { "2012-06-01", "2013-03-05", "2013-03-05" }, new[] { 1, 2 })]
    public void Current_StepsInTheOrderOfTheirDays_AreThoseOfTheLatestDay(string[] days, int[] current)
    {
        var steps = days.Select(d => new StandingStep { EffectiveDate = d }).ToList();

        Assert.Equal(current.Select(i => steps[i]), StandingStepRules.Current(steps));
    }
}
