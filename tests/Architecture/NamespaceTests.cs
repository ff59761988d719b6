namespace Platform.Architecture.Tests;

/// <summary>Rooms use one another in one direction only.</summary>
public sealed class NamespaceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Platform.Hosting.dll")]
    [InlineData("Platform.Rules.dll")]
    [InlineData("Platform.Membership.dll")]
    [InlineData("Platform.Meetings.dll")]
    [InlineData("Platform.Commitments.dll")]
    [InlineData("Platform.Reporting.dll")]
    [InlineData("platform.dll")]
    [InlineData("Platform.Processes.dll")]
    [InlineData("Platform.Attack.dll")]
    [InlineData("Platform.Faults.dll")]
    public void Namespaces_OfAnAssembly_FormNoCircle(string file)
    {
        var map = NamespaceMap.Of(Path.Combine(AppContext.BaseDirectory, file));

        foreach (var line in map.Lines())
            output.WriteLine(line);
        var circles = map.Circles();
        Assert.True(circles.Count == 0, string.Join(Environment.NewLine, circles.SelectMany(circle => circle
            .SelectMany(from => map.Uses[from].Where(to => circle.Contains(to.Key)).Select(to => $"{from} -> {to.Key}: {to.Value}")))));
    }
}
