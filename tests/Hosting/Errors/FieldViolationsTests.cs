using Platform.Common.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Hosting.Validation;

namespace Platform.Hosting.Tests.Errors;

public sealed class FieldViolationsTests
{
    [Fact]
    public void ThrowIfAny_NothingNoted_Returns() => new FieldViolations().ThrowIfAny();

    [Fact]
    public void ThrowIfAny_SeveralNoted_TellsAllAtOnce()
    {
        var violations = new FieldViolations();
        violations.Text("a", "", 10);
        violations.OptionalDate("b", "2013-02-30");

        var refused = Assert.Throws<ApiException>(violations.ThrowIfAny);

        Assert.Equal(ErrorReason.FieldInvalid, refused.Reason);
        Assert.Equal(["a", "b"], refused.Violations.Select(v => v.Field));
        Assert.Contains("b: \"2013-02-30\" is not a valid date.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AHG7", true)]
    [InlineData("first\nsecond", true)]
    [InlineData(" ", false)]
    [InlineData("12345678901", false)]
    [InlineData("a\u0000b", false)]
    [InlineData("a\u001Bb", false)]
    public void Text_Value_IsShortAndPrintable(string value, bool valid) =>
        Check(valid, v => v.Text("f", value, 10 + (value.Contains('\n', StringComparison.Ordinal) ? 10 : 0)));

    [Theory]
    [InlineData("", true)]
    [InlineData("2012-02-29", true)]
    [InlineData("2013-02-29", false)]
    [InlineData("2013-3-5", false)]
    [InlineData("05/03/2013", false)]
    [InlineData("2013-03-05T00:00:00Z", false)]
    public void OptionalDate_Value_IsAnExistingDay(string value, bool valid) => Check(valid, v => v.OptionalDate("f", value));

    [Theory]
    [InlineData("2013-03-05", "2013-03-05", true)]
    [InlineData("2013-03-05", "", true)]
    [InlineData("2013-03-05", "2013-03-04", false)]
    public void DateOrder_TwoDays_StandInOrder(string earlier, string later, bool valid) =>
        Check(valid, v => v.DateOrder("f", earlier, later));

    [Theory]
    [InlineData(ChangeKind.Created, true)]
    [InlineData(ChangeKind.Unspecified, false)]
    [InlineData((ChangeKind)99, false)]
    public void Chosen_Value_IsKnownAndNotUnspecified(ChangeKind value, bool valid) => Check(valid, v => v.RequiredEnum("f", value));

    [Fact]
    public void Chosen_Nothing_NamesValuesAsTheProtoDoes()
    {
        var violations = new FieldViolations();
        violations.RequiredEnum("f", ChangeKind.Unspecified);

        Assert.Equal("f: Must be chosen, for example CHANGE_KIND_CREATED or CHANGE_KIND_CHANGED.",
            Assert.Throws<ApiException>(violations.ThrowIfAny).Message);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1_000_000_000, false)]
    [InlineData(long.MaxValue, 0, false)]
    [InlineData(-62_135_596_801, 0, false)]
    public void OptionalMoment_Value_IsInTheCalendar(long seconds, int nanos, bool valid) =>
        Check(valid, v => v.OptionalMoment("f", new() { Seconds = seconds, Nanos = nanos }));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Count_List_HasBounds(int count, bool valid) => Check(valid, v => v.Count("f", new string[count], 1, 3));

    [Theory]
    [InlineData("participants/idn", true)]
    [InlineData("bodies/ahg", true)]
    [InlineData("meetings/m", false)]
    [InlineData("", false)]
    public void ResourceName_Value_MatchesOneOfThePatterns(string value, bool valid) =>
        Check(valid, v => v.ResourceName("f", value, "participants/*", "bodies/*"));

    [Theory]
    [InlineData("", true)]
    [InlineData("https://example.org/a", true)]
    [InlineData("http://example.org/a", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/a", false)]
    [InlineData("https://www.example.org:secret@evil.example/a", false)]
    public void OptionalLink_Value_IsAbsoluteHttps(string value, bool valid) => Check(valid, v => v.OptionalLink("f", value));

    [Theory]
    [InlineData("للاجتماع السابع", true)]
    [InlineData("exe\u202Egpj", false)]
    public void Text_ThatOverridesTheDirectionOfWriting_IsRefused(string value, bool valid) =>
        Check(valid, v => v.Text("f", value, 100));

    [Fact]
    public void Sha256_Value_Is64LowerCaseDigits()
    {
        Check(true, v => v.Sha256("f", new string('a', 64)));
        Check(false, v => v.Sha256("f", new string('A', 64)));
        Check(false, v => v.Sha256("f", new string('a', 63)));
    }

    [Fact]
    public void Add_MoreThanFifty_RefusesAtOnce()
    {
        var (violations, added) = (new FieldViolations(), 0);

        var refused = Assert.Throws<ApiException>(() =>
        {
            for (added = 0; added < 1000; added++)
                violations.Add($"names[{added}]", "Is wrong.");
        });

        Assert.Equal(FieldViolations.MaxViolations, added);
        Assert.Equal(FieldViolations.MaxViolations + 1, refused.Violations.Count);
    }

    [Fact]
    public void Count_TooMany_RefusesBeforeTheElementsAreLookedAt()
    {
        var violations = new FieldViolations();

        var refused = Assert.Throws<ApiException>(() => violations.Count("sources", new int[101]));

        Assert.Equal("sources: Has 101; at most 100 are allowed.", refused.Message);
    }

    [Fact]
    public void ResourceName_HugeValue_IsToldBackShort()
    {
        var violations = new FieldViolations();
        violations.ResourceName("f", new string('x', 1_000_000), "meetings/*");

        Assert.InRange(Assert.Throws<ApiException>(violations.ThrowIfAny).Message.Length, 1, 500);
    }

    private static void Check(bool valid, Action<FieldViolations> check)
    {
        var violations = new FieldViolations();
        void CheckAll()
        {
            check(violations);
            violations.ThrowIfAny();
        }

        if (valid)
            CheckAll();
        else
            Assert.Equal("f", Assert.Single(Assert.Throws<ApiException>(CheckAll).Violations).Field);
    }
}
