using Google.Protobuf;
using Platform.Reporting.Databases;

namespace Platform.Reporting.Reports;

/// <summary>The reports that were built: they are kept, whatever becomes of the projection.</summary>
internal sealed class ReportStore(WorkerDatabase database)
{
    /// <summary>Keeps a report; false when its name is taken.</summary>
    public async Task<bool> AddAsync(Report report, byte[] workbook, CancellationToken cancel) =>
        await database.ExecuteAsync("insert into report (name, state, workbook) values (@name, @state, @workbook) on conflict do nothing",
            cancel,
            ("@name", report.Name), ("@state", report.ToByteArray()), ("@workbook", workbook)) == 1;

    /// <summary>A report, or null.</summary>
    public async Task<Report?> FindAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select state from report where name = @name", r => Report.Parser.ParseFrom((byte[])r.GetValue(0)),
            cancel, ("@name", name))).FirstOrDefault();

    /// <summary>A report's workbook, or null.</summary>
    public async Task<byte[]?> FindWorkbookAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select workbook from report where name = @name", r => (byte[])r.GetValue(0), cancel, ("@name", name)))
            .FirstOrDefault();

    /// <summary>Reports in the order of their names, after a name.</summary>
    public Task<List<Report>> ListAsync(string after, int limit, CancellationToken cancel) =>
        database.QueryAsync("select state from report where name > @after order by name limit @limit",
            r => Report.Parser.ParseFrom((byte[])r.GetValue(0)), cancel, ("@after", after), ("@limit", limit));
}
