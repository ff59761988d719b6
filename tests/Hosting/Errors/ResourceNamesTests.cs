using Platform.Hosting.Resources;


namespace Platform.Hosting.Tests.Errors;

public sealed class ResourceNamesTests
{
    [Theory]
    [InlineData("meetings/ahg-som-7", "meetings/*", true)]
    [InlineData("meetings/ahg-som-7/outcomes/para-17", "meetings/*/outcomes/*", true)]
    [InlineData("meetings/ahg-som-7/outcomes/para-17", "meetings/*", false)]
    [InlineData("meetings/ahg-som-7", "meetings/*/outcomes/*", false)]
    [InlineData("bodies/ahg", "meetings/*", false)]
    [InlineData("meetings/", "meetings/*", false)]
    [InlineData("meetings", "meetings/*", false)]
    [InlineData("/meetings/a", "meetings/*", false)]
    [InlineData("meetings/a/", "meetings/*", false)]
    [InlineData("", "meetings/*", false)]
    public void Matches_NameAndPattern_ComparesPartByPart(string name, string pattern, bool expected) =>
        Assert.Equal(expected, ResourceNames.Matches(name, pattern));

    [Theory]
    [InlineData("a", true)]
    [InlineData("7th", true)]
    [InlineData("para-17", true)]
    [InlineData("-para", false)]
    [InlineData("Para", false)]
    [InlineData("para_17", false)]
    [InlineData("pará", false)]
    [InlineData("", false)]
    public void IsId_Text_AllowsLowerCaseDigitsAndHyphens(string id, bool expected) => Assert.Equal(expected, ResourceNames.IsId(id));

    [Theory]
    [InlineData("meetings/a/outcomes/b", "meetings/a")]
    [InlineData("meetings/a", "")]
    [InlineData("a", "")]
    [InlineData("/", "")]
    [InlineData("/x", "")]
    [InlineData("", "")]
    public void Parent_OfAnything_IsANameOrNothing(string name, string parent) => Assert.Equal(parent, ResourceNames.Parent(name));

    [Fact]
    public void IsId_Length_IsAtMost63()
    {
        Assert.True(ResourceNames.IsId(new string('a', 63)));
        Assert.False(ResourceNames.IsId(new string('a', 64)));
    }

    [Theory]
    [InlineData("meetings/ahg-som-7/outcomes/para-17", "meetings/ahg-som-7", "para-17")]
    [InlineData("meetings/m/outcomes/o/responses/r", "meetings/m/outcomes/o", "r")]
    [InlineData("meetings/ahg-som-7", "", "ahg-som-7")]
    public void ParentAndId_OfAName_AreItsParts(string name, string parent, string id)
    {
        Assert.Equal(parent, ResourceNames.Parent(name));
        Assert.Equal(id, ResourceNames.Id(name));
    }
}
