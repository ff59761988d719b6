using Platform.Hosting.Errors;
using Platform.Membership.Rules;
using Platform.Membership.V1;

namespace Platform.Membership.Tests;

public sealed class ContributionRulesTests
{
    [Theory]
    [InlineData("AUD", true)]
    [InlineData("AU", false)]
    [InlineData("AUDX", false)]
    [InlineData("aud", false)]
    [InlineData("AÜD", false)]
    [InlineData("", false)]
    public void Check_CurrencyOfAnAmount_IsThreeUpperCaseLetters(string code, bool isAllowed)
    {
        var contribution = new Contribution
        {
            Name = "participants/aus/contributions/one",
            Body = "bodies/rso",
            Kind = ContributionKind.Financial,
            Amount = 12,
            CurrencyCode = code,
        };

        var refused = Record.Exception(() => contribution.Check("contribution")) as ApiException;

        Assert.Equal(!isAllowed, refused?.Violations.Any(v => v.Field == "contribution.currency_code") ?? false);
    }
}
