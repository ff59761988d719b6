using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of chains: a column for each stage, from the proposal to the result.</summary>
internal static class TraceabilitySheet
{
    // At most this many, so that a row fits its page; the rest is counted.
    private const int MaxSteps = 6;

    private static readonly (ChainStage Stage, string Header)[] Stages =
    [
        (ChainStage.Origin, "Origin or proposal"),
        (ChainStage.Recommendation, "Recommendation"),
        (ChainStage.Decision, "Decision"),
        (ChainStage.Tasking, "Tasking"),
        (ChainStage.Undertaking, "Undertaking or request"),
        (ChainStage.Result, "Result"),
    ];

    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            WorkbookContext.Reference<ChainRow>(13),
            new("Chain of", 16, c => Cell.Of(c.More.Length > 0 ? Wording.Format($"{c.Title}\n({c.More} steps)") : c.Title))
            {
                Strong = true,
            },
            .. Stages.Select(s => new Column<ChainRow>(s.Header, s.Stage == ChainStage.Result ? 23 : 20, c => Steps(c, s.Stage))),
            context.Source<ChainRow>(),
        ], context.Report.Chains, Wording.Of("The record holds no tasking, decision or recommendation of which to tell."));

    private static Cell Steps(ChainRow chain, ChainStage stage)
    {
        var steps = chain.Steps.Where(s => s.Stage == stage).ToList();
        return Cell.Of(string.Join("\n", steps.Take(MaxSteps)
            .Select(s => $"{s.Place}, {Labels.Of(s.Date)}, {s.Deed}: {s.Title}")
            .Concat(steps.Count > MaxSteps ? [Wording.Format($"… and {steps.Count - MaxSteps} more")] : [])), "None recorded");
    }
}
