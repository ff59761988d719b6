using System.CommandLine;
using System.Diagnostics;
using Platform.Hosting.Identity;
using Platform.Reporting.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform demo</c>: the whole way from documents to Ministers' reports, in a temporary folder and through the
/// same APIs that any other system uses.
/// </summary>
internal static class DemoCommand
{
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromMinutes(1);

    private static readonly (string File, Report Report)[] Reports =
    [
        ("progress-report-mc5.xlsx", new Report
        {
            Name = "reports/mc-5",
            Title = "Progress Report of the Ad Hoc Group to the Fifth Ministerial Conference",
            BaseMeeting = "meetings/mc-4",
            TargetMeeting = "meetings/mc-5",
            AsOf = "2013-03-05",
        }),
        ("progress-report-since-mc5.xlsx", new Report
        {
            Name = "reports/since-mc-5",
            Title = "Progress since the Fifth Ministerial Conference",
            BaseMeeting = "meetings/mc-5",
            AsOf = "2022-12-06",
        }),
    ];

    public static Command Create()
    {
        var output = new Option<string>("--out")
        {
            Description = "Where the two workbooks and their briefs go.",
            DefaultValueFactory = _ => "out",
            HelpName = "DIR",
        };
        var folder = new Option<string>("--record")
        {
            Description = "The record to import; the one that ships with the platform if not given.",
            HelpName = "DIR",
        };
        var documents = new Option<string?>("--documents")
        {
            Description = "A folder with your own copies of the documents, from which the outcomes' official text is attached.",
            HelpName = "DIR",
        };
        var command = new Command("demo",
            "Serves a platform in a temporary folder, imports a record into it and writes two progress reports.")
        {
            output,
            folder,
            documents,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(output)!, parsed.GetValue(folder) ?? ShippedRecord(),
            parsed.GetValue(documents), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string output, string recordFolder, string? documents, CancellationToken cancel)
    {
        if (ImportRun.Read(recordFolder) is not { } record)
            return 1;
        var temporary = Directory.CreateTempSubdirectory("platform-demo-");
        try
        {
            var folder = new DataFolder(temporary.FullName);
            await using var app = await AllInOneHost.BuildAsync(_ => Settings.ForDemo(folder));
            var address = await AllInOneHost.StartAsync(app, cancel);
            try
            {
                Terminal.WriteLine($"Serving membership, meetings, commitments and reporting on {address}, data in a temporary folder.");
                using var platform = new PlatformAddress([address], TokenFor(folder), allowCleartext: false);
                return await ImportAndReportAsync(record, platform, output, documents, cancel) ? 0 : 1;
            }
            finally
            {
                await app.StopAsync(CancellationToken.None);
            }
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static async Task<bool> ImportAndReportAsync(Import.RecordContent record, PlatformAddress platform, string output,
        string? documents, CancellationToken cancel)
    {
        if (!await ImportRun.SendAsync(record, platform, documents, cancel))
            return false;
        ImportRun.WriteCounts(record);

        var started = Stopwatch.GetTimestamp();
        var consumed = await WaitForWorkerAsync(platform, cancel);
        Terminal.WriteLine(
            $"The reporting worker has consumed all {consumed.Values.Sum():N0} changes "
                + $"({string.Join(", ", consumed.Select(p => $"{p.Key} {p.Value:N0}"))}), {Terminal.Seconds(started)} after the last one "
                + $"was recorded.");

        started = Stopwatch.GetTimestamp();
        var download = new ReportClient(platform, TimeProvider.System);
        var files = await Terminal.WithProgressAsync($"Writing {Terminal.Count(Reports.Length, "report")}", Reports.Length, async advance =>
        {
            var written = new List<string>();
            foreach (var (file, report) in Reports)
            {
                var path = Path.Combine(output, file);
                var brief = Path.ChangeExtension(path, ".docx");
                await download.CreateAsync(report, path, brief, cancel);
                written.AddRange(path, brief);
                advance(written.Count / 2);
            }
            return written;
        });
        Terminal.WriteLine($"Wrote {Terminal.Count(Reports.Length, "report")} in {Terminal.Seconds(started)}:");
        foreach (var file in files)
            Terminal.WriteLine(file);
        return true;
    }

    private static string TokenFor(DataFolder folder) =>
        new TokenIssuer(new IdentityOptions { SigningKeyFile = folder.KeyFile }, TimeProvider.System)
            .Issue(Role.Officer, "demo", lifetime: TimeSpan.FromHours(1));

    // Beside the program, wherever it was started or published to.
    private static string ShippedRecord() => Path.Combine(AppContext.BaseDirectory, "records", "bali-process");

    /// <summary>Waits until the worker has consumed everything that is recorded now, and returns how much that is.</summary>
    private static async Task<SortedDictionary<string, long>> WaitForWorkerAsync(PlatformAddress platform, CancellationToken cancel)
    {
        var positions = new ChangePositions(new RetryingClient(platform, TimeProvider.System), TimeProvider.System);
        var latest = await positions.LatestAsync(cancel);
        var all = latest.Values.Sum();
        return await Terminal.WithProgressAsync($"Waiting until the reporting worker has consumed {Terminal.Count(all, "change")}", all,
            async advance =>
        {
            var lagging = await positions.WaitForWorkerAsync(latest, WorkerPatience, advance, cancel);
            return lagging.Count == 0
                ? latest
                : throw new CommandException(
                    $"The reporting worker has consumed nothing for {WorkerPatience.TotalSeconds:N0} seconds, and changes are missing: "
                        + $"{string.Join(", ", lagging)}. Its log says why.");
        });
    }
}
