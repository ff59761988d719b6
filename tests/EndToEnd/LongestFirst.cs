using Platform.EndToEnd.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Platform.EndToEnd.Tests;

/// <summary>
/// Begins with what takes minutes, so that nothing has to be waited for alone at the end; that would leave processors idle for
/// more than a minute.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [nameof(AlertsTests), nameof(BackupTests), nameof(CrashTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c =>
            Longest.Any(name => c.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)))];
}
