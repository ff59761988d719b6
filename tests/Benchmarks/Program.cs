using System.CommandLine;
using Platform.Benchmarks;

// Measures one read and one write of the commitments service against what the machine can do without the
// platform. bash tests/bench.sh starts PostgreSQL and RabbitMQ and runs this.
if (args is ["bare", var access, var address, var connection])
{
    await BareHost.RunAsync(access, address, connection);
    return 0;
}

if (args is ["report-history", var count, var history])
    return await ReportSize.WriteHistoryAsync(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), history);
if (args is ["report", var data, var cells])
    return await ReportSize.ReportAsync(data, cells);
if (args is ["report-by", var way, var texts, var file])
    return ReportSize.Other(way, texts, file);

var seconds = new Option<double>("--seconds") { Description = "How long each measurement of a round takes.", DefaultValueFactory = _ => 4 };
var rounds = new Option<int>("--rounds") { Description = "How many rounds to measure.", DefaultValueFactory = _ => 5 };
var alternatives = new Option<bool>("--alternatives") { Description = "Measure Dapper and EF Core too." };
var only = new Option<string?>("--only") { Description = "Measure reads or writes only.", HelpName = "read|write" };
only.AcceptOnlyFromAmong("read", "write");
var ordering = new Option<bool>("--ordering") { Description = "Measure ways to order a change log, and nothing else." };
var rebuild = new Option<int>("--rebuild")
{
    Description = "Let a new worker take in a log of so many changes, and nothing else.",
    HelpName = "CHANGES",
};
var reports = new Option<int>("--reports")
{
    Description = "Write the workbook of a report with so many commitments, beside other ways, and nothing else.",
    HelpName = "COMMITMENTS",
};
var command = new RootCommand("Measures one read and one write through everything, against bare handlers and pgbench.")
{
    seconds,
    rounds,
    alternatives,
    only,
    ordering,
    rebuild,
    reports,
};
command.SetAction((result, cancel) => result.GetValue(reports) > 0
    ? ReportSize.RunAsync(result.GetValue(reports), cancel)
    : result.GetValue(rebuild) > 0
    ? Rebuild.RunAsync(result.GetValue(rebuild), cancel)
    : result.GetValue(ordering)
    ? OrderingComparison.RunAsync(TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(rounds), cancel)
    : Comparison.RunAsync(
        TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(rounds), result.GetValue(alternatives), result.GetValue(only),
            cancel));
return await command.Parse(args).InvokeAsync();
