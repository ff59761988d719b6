namespace Platform.Reporting.Building;

/// <summary>The memory of large reports.</summary>
internal static class ReportMemory
{
    // Less is not worth the time that a collection takes.
    private const long Large = 128 * 1024 * 1024;

    /// <summary>
    /// Gives back what a step of a large report left behind, before the next one takes as much again: left to itself, the
    /// collector keeps the objects of a whole record while the workbook is written (decision 26).
    /// </summary>
    public static void GiveBack()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > Large)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
