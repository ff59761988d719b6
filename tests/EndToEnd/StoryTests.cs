namespace Platform.EndToEnd.Tests;

/// <summary>
/// The stories that the five documents tell, read in the produced workbooks: each figure and step leads to a paragraph.
/// </summary>
public sealed class StoryTests(DemoRun demo, DistributedRun distributed)
{
    [Fact]
    public void Story1_TraffickingWorkingGroup_RunsFromIndonesiasProposalToItsReports()
    {
        var decision = Assert.Single(demo.SinceMc5.Tables["Taskings"], r => r["Reference"]
            .StartsWith("MC5 bullet 2", StringComparison.Ordinal));

        Assert.Equal("Decision", decision["Kind"]);
        var chain = demo.SinceMc5.Row("Traceability", decision["Reference"]);
        Workbook.AssertInOrder(chain["Origin or proposal"], "AHG7 ¶18");
        Workbook.AssertInOrder(chain["Recommendation"], "AHG7 ¶23, bullet 4");
        Workbook.AssertInOrder(chain["Decision"], "AHG7 ¶18", "MC5 bullet 2");
        Workbook.AssertInOrder(chain["Result"], "AHG16 Working Group on Trafficking in Persons");
        Assert.Contains("6 Dec 2022", decision["What was done"], StringComparison.Ordinal);
    }

    [Fact]
    public void Story2_PolicyGuides_RunFromTheWorkshopToTheDirectionToTheOffice()
    {
        var tasking = Assert.Single(demo.SinceMc5.Tables["Taskings"], r => r["Reference"]
            .StartsWith("MC5 bullet 3", StringComparison.Ordinal) && r["Kind"] == "Tasking");

        Assert.Equal("Regional Support Office", tasking["Given to"]);
        var chain = demo.SinceMc5.Row("Traceability", tasking["Reference"]);
        Workbook.AssertInOrder(chain["Recommendation"], "December 2012", "AHG7 ¶11", "AHG7 ¶23, bullet 6");
        Workbook.AssertInOrder(chain["Origin or proposal"], "AHG7 ¶19");
        Workbook.AssertInOrder(chain["Tasking"], "MC5 bullet 3");
        // AHG16 speaks of another guide, and no document joins the two.
        Assert.DoesNotContain("AHG16", string.Concat(chain.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("returns and reintegration", tasking["What was done"], StringComparison.Ordinal);
    }

    [Fact]
    public void Story3_Jclec_IsProposedRecommendedAgreedAndGivenToTheOffice()
    {
        var rows = demo.SinceMc5.Tables["Taskings"].Where(r => r["Reference"].StartsWith("MC5 bullet 1", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(["Decision", "Tasking"], rows.Select(r => r["Kind"]));
        var chains = rows.ConvertAll(r => demo.SinceMc5.Row("Traceability", r["Reference"]));
        Assert.All(chains, chain =>
        {
            Assert.Contains("AHG7 ¶17", chain["Origin or proposal"], StringComparison.Ordinal);
            Assert.Contains("AHG7 ¶23, bullet 3", chain["Recommendation"], StringComparison.Ordinal);
        });
        // Siblings: what is agreed and what the office is told follow from one recommendation.
        Assert.Contains("MC5 bullet 1", chains[0]["Decision"], StringComparison.Ordinal);
        Assert.Contains("MC5 bullet 1", chains[1]["Tasking"], StringComparison.Ordinal);
        Assert.Contains("Regional Support Office", rows[1]["Given to"], StringComparison.Ordinal);
    }

    [Fact]
    public void Story4_RegionalSupportOffice_RunsFromTheFrameworkToTheKeyMilestone()
    {
        var recommendation = demo.ToMc5.Row("Earlier recommendations", "AHG4 ¶6, bullet 3");

        Assert.Equal("No recorded response", recommendation["Response"]);
        var chain = demo.ToMc5.ChainThrough("AHG4 ¶6, bullet 3");
        Assert.Contains("MC4", chain["Tasking"], StringComparison.Ordinal);
        Assert.Contains("AHG6", string.Concat(chain.Values), StringComparison.Ordinal);
        Assert.Contains("AHG7 ¶5", chain["Result"], StringComparison.Ordinal);
        Assert.Contains("AHG16 Regional Support Office", string.Concat(demo.SinceMc5.ChainThrough("AHG7 ¶23, bullet 2").Values),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Story5_Rilon_IsOneCommitmentReaffirmedTwice()
    {
        var rilon = Assert.Single(demo.ToMc5.Tables["Commitments"], r => r["Commitment"].Contains("RILON", StringComparison.Ordinal)
            && r["Reference"].StartsWith("AHG4", StringComparison.Ordinal));

        Workbook.AssertInOrder(rilon["Summary"], "Reaffirmed in", "AHG6", "AHG7 ¶21");
        Assert.Single(demo.ToMc5.Tables["Commitments"],
            r => r.Values.Any(v => v.Contains("RILON", StringComparison.Ordinal) && r["Commitment"]
            .Contains("RILON", StringComparison.Ordinal)));
    }

    [Fact]
    public void Story6_FiveTaskingsOfTheFourthConference_EachTellWhatWasDoneByTheFifth()
    {
        var taskings = distributed.OnTheDayOfMc5.Tables["Taskings"];

        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"AHG7 ¶3, item {i}"), taskings.Select(t => t["Reference"]));
        Assert.All(taskings, t => Assert.Equal("Ad Hoc Group", t["Given to"]));
        Assert.All(taskings, t => Assert.Matches(@"201[123]: .*\[(AHG|MC)\d", t["What was done"]));
        Assert.Contains("MC5 ¶3", taskings[2]["What was done"], StringComparison.Ordinal);
        Assert.Contains("United States", taskings[4]["What was done"], StringComparison.Ordinal);
    }

    // Compared with MC5 by hand: it takes up implementation and secondments, JCLEC, the working group, the guides and
    // movements by sea; on the others it is silent.
    [Theory]
    [InlineData(1, "No recorded response", "–")]
    [InlineData(2, "Adopted", "MC5")]
    [InlineData(3, "Adopted with changes", "MC5 bullet 1")]
    [InlineData(4, "Adopted with changes", "MC5 bullet 2")]
    [InlineData(5, "No recorded response", "–")]
    [InlineData(6, "Adopted with changes", "MC5 bullet 3")]
    [InlineData(7, "Adopted with changes", "MC5 bullet 4")]
    [InlineData(8, "No recorded response", "–")]
    [InlineData(9, "No recorded response", "–")]
    [InlineData(10, "No recorded response", "–")]
    [InlineData(11, "No recorded response", "–")]
    public void Story7_RecommendationOfAhg7_HasTheResponseOfMc5OrNoneRecorded(int bullet, string response, string standsIn)
    {
        var row = demo.SinceMc5.Row("Earlier recommendations", $"AHG7 ¶23, bullet {bullet}");

        Assert.Equal(response, row["Response"]);
        Assert.StartsWith(standsIn, row["Response stands in"], StringComparison.Ordinal);
    }

    [Fact]
    public void Story8_StandingOfTheUaeAndUnodc_HoldsContradictionsAndPendingSteps()
    {
        var rows = demo.ToMc5.Tables["Membership"];
        string Of(string participant) =>
            string.Join("\n", rows.Where(r => r["Participant"] == participant).Select(r => string.Join(" | ", r.Values)));

        Assert.Contains("Member", Of("United Arab Emirates"), StringComparison.Ordinal);
        Assert.Contains("ntention", Of("United Arab Emirates"), StringComparison.Ordinal);
        Assert.Contains("pending", Of("United Nations Office on Drugs and Crime"), StringComparison.Ordinal);
        Assert.DoesNotContain("India", rows.Select(r => r["Participant"]));
    }

    [Fact]
    public void Story9_ProgressReport_IsAmongTheSources()
    {
        Assert.Contains(demo.ToMc5.Tables["Sources"],
            r => r.Values.Any(v => v.Contains("Progress Report", StringComparison.OrdinalIgnoreCase)));
        Assert.All(demo.ToMc5.Tables["Taskings"].Select(t => demo.ToMc5.Row("Traceability", t["Reference"])), chain =>
        {
            Assert.Contains("AHG7 ¶5", chain["Result"], StringComparison.Ordinal);
            Assert.Contains("AHG7 ¶22", chain["Decision"], StringComparison.Ordinal);
        });
    }
}
