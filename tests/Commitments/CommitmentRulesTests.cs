using Platform.Commitments.Rules;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Versions;

namespace Platform.Commitments.Tests;

public sealed class CommitmentRulesTests
{
    [Theory]
    [InlineData(ClosureReason.Completed, false, true)]
    [InlineData(ClosureReason.Superseded, false, true)]
    [InlineData(ClosureReason.Elapsed, false, true)]
    [InlineData(ClosureReason.Withdrawn, false, true)]
    [InlineData(ClosureReason.Completed, true, false)]
    [InlineData(ClosureReason.Superseded, true, true)]
    [InlineData(ClosureReason.Elapsed, true, true)]
    [InlineData(ClosureReason.Withdrawn, true, true)]
    public void Close_ForEachReason_IsRefusedOnlyWhereAnOngoingOneWouldComplete(ClosureReason reason, bool ongoing, bool closes)
    {
        var commitment = new Commitment { Name = "commitments/rilon", Ongoing = ongoing };
        var closure = new Closure { Reason = reason };

        var refusal = Record.Exception(() => commitment.Close(closure, ChangeBasis.On("2013-04-02")));

        Assert.Equal(closes ? null : ErrorReason.RuleViolated, (refusal as ApiException)?.Reason);
        Assert.Equal(closes ? closure : null, commitment.Closure);
    }

    [Theory]
    [InlineData(ClosureReason.Superseded, "commitments/other", true)]
    [InlineData(ClosureReason.Superseded, "", false)]
    [InlineData(ClosureReason.Superseded, "bodies/ahg", false)]
    [InlineData(ClosureReason.Completed, "commitments/other", false)]
    [InlineData(ClosureReason.Completed, "", true)]
    [InlineData(ClosureReason.Unspecified, "", false)]
    public void CheckClosure_ReasonAndSuccessor_GoTogether(ClosureReason reason, string supersededBy, bool valid)
    {
        var closure = new Closure { Reason = reason, Date = "2013-04-02", Explanation = "So Ministers said.", SupersededBy = supersededBy };

        Assert.Equal(valid, Record.Exception(() => CommitmentRules.CheckClosure(closure)) is null);
    }

    [Fact]
    public void Reaffirm_AfterTheClosure_IsRefused()
    {
        var commitment = new Commitment { Name = "commitments/x", EffectiveDate = "2013-01-01", Closure = new() { Date = "2013-03-05" } };

        Assert.Throws<ApiException>(() => commitment.Reaffirm("meetings/mc-5/outcomes/para-2", "2013-04-02"));
        Assert.Equal("2013-03-05", commitment.Reaffirm("meetings/ahg-som-7/outcomes/para-21", "2013-03-05").Day);
    }

    [Theory]
    [InlineData("2013-03-06", "2013-03-06")]
    [InlineData("2013-03-05", "2013-03-05")]
    [InlineData("2013-03-04", "")]
    public void Reaffirm_OnEachSideOfTheVersion_IsAChangeOrACorrection(string date, string changeDate)
    {
        var commitment = new Commitment { Name = "commitments/rilon", EffectiveDate = "2013-03-05", Version = 3 };

        var basis = commitment.Reaffirm("meetings/ahg-som-7/outcomes/para-21", date);

        Assert.Equal((changeDate, changeDate.Length == 0 ? 3 : 0), (basis.Day, basis.CorrectedVersion));
        Assert.Equal(new Origin { Outcome = "meetings/ahg-som-7/outcomes/para-21", Role = OriginRole.Reaffirmed, Date = date },
            Assert.Single(commitment.Origins));
    }
}
