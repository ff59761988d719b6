namespace Platform.Reporting.History;

/// <summary>The memory of large reports.</summary>
internal static class ReportMemory
{
    // What outlived the last collection. Less is a small report, or none: not worth a pause of everything else in the process.
    private const long Large = 64 * 1024 * 1024;

    /// <summary>
    /// Gives back what a step of a large report left behind, before the next one takes as much again: left to itself, the
    /// collector keeps the objects of a whole record while the workbook is written (decision 26).
    /// </summary>
    public static void GiveBack()
    {
        if (GC.GetGCMemoryInfo().HeapSizeBytes > Large)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
