using Grpc.Core;
using Platform.Common.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    // A comparison builds three reports.
    private const int MaxComparisons = 2;

    private readonly SemaphoreSlim _comparisons = new(MaxComparisons);

    [Allow(Role.Officer, Role.CoChair)]
    public override async Task CompareReports(CompareReportsRequest request, IServerStreamWriter<CompareReportsResponse> responseStream,
        ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        var (earlier, later) = (await FindReadyAsync(request.Earlier, cancel), await FindReadyAsync(request.Later, cancel));
        if (earlier.KnownAt > later.KnownAt || string.CompareOrdinal(earlier.AsOf, later.AsOf) > 0)
        {
            throw ApiError.InvalidField("earlier",
                $"\"{earlier.Name}\" is not earlier than \"{later.Name}\": name them the other way round.");
        }
        if (!await _comparisons.WaitAsync(0, cancel))
        {
            throw ApiError.LimitExceeded("comparisons", $"{MaxComparisons} comparisons are being made. Try again when one is done.",
                TimeSpan.FromSeconds(5));
        }
        IReadOnlyList<ChangeRow> changes;
        try
        {
            changes = await contents.CompareAsync(earlier, later, cancel);
        }
        catch (ReportException e)
        {
            throw ApiError.RuleViolated(Rule.ReportState, e.Message);
        }
        finally
        {
            _comparisons.Release();
        }
        foreach (var change in changes)
            await responseStream.WriteAsync(new() { Change = Of(change) }, cancel);
    }

    private static ReportChange Of(ChangeRow change) => new()
    {
        Sheet = change.Sheet,
        Title = change.Title,
        Kind = change.Nature switch
        {
            ChangeNature.New => ReportChangeKind.New,
            ChangeNature.Closed => ReportChangeKind.Closed,
            ChangeNature.Gone => ReportChangeKind.Gone,
            _ => ReportChangeKind.Changed,
        },
        Cause = change.Cause switch
        {
            ChangeCause.Recorded => ReportChangeCause.Recorded,
            ChangeCause.RecordedAfterEndorsement => ReportChangeCause.RecordedAfterEndorsement,
            _ => ReportChangeCause.Since,
        },
        Fields = { change.Fields.Select(f => new ReportFieldChange { Label = f.Label, Before = f.Before, After = f.After }) },
        Reference = change.Reference,
    };
}
