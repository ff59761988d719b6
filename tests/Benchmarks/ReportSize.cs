using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime;
using System.Text;
using System.Text.Json;
using System.Xml;
using ClosedXML.Excel;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Google.Protobuf;
using Grpc.Core;
using OfficeOpenXml;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Processes;
using Platform.Reporting.Databases;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.V1;
using Platform.Reporting.Workbooks;

namespace Platform.Benchmarks;

/// <summary>
/// What a report with many commitments costs, from the worker's database to the workbook, beside other ways to write the same
/// texts into as many cells: these without a style, a width, a link or a chart. Each runs in a process of its own, so that its
/// memory can be told, and writes six times: a worker compiles its code once, and writes reports for months.
/// </summary>
internal static class ReportSize
{
    private const int UpdatesOfEach = 5;
    private const int LaterWrites = 5;
    private static readonly DateTimeOffset Recorded = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    // As Platform.Reporting.csproj has it.
    private static readonly string[] CollectorOfTheWorker =
        ["DOTNET_gcServer=0", "DOTNET_gcConcurrent=0", "DOTNET_GCGen0MaxBudget=0x800000"];
    private static readonly string[] Others = ["ClosedXML", "stream", "EPPlus", "openpyxl"];

    // openpyxl writes what it has read; the time is that of the writing.
    private const string Openpyxl = """
        import json, openpyxl, resource, sys, time
        with open(sys.argv[1], encoding="utf-8") as file:
            sheets = json.load(file)
        def write():
            start = time.perf_counter()
            book = openpyxl.Workbook(write_only=True)
            for name, rows in sheets.items():
                sheet = book.create_sheet(name)
                for row in rows:
                    sheet.append(row)
            book.save(sys.argv[2])
            return time.perf_counter() - start
        times = [write() for _ in range(6)]
        print(times[0], sorted(times[1:])[2], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        """;

    /// <summary>Compares; returns the exit code.</summary>
    public static async Task<int> RunAsync(int commitments, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("platform-report-size-").FullName;
        try
        {
            var cells = Path.Combine(folder, "cells.json");
            var times = new List<(int Commitments, double Model, double First, double Workbook, long Peak)>();
            foreach (var count in new[] { commitments / 4, commitments / 2, commitments })
            {
                var data = Path.Combine(folder, $"{count}");
                (await RunAsync(["report-history", count.ToString(CultureInfo.InvariantCulture), data])).Succeeded();
                var own = await MeasureAsync(["report", data, cells]);
                times.Add((count, own[0], own[1], own[2], (long)own[3]));
                cancel.ThrowIfCancellationRequested();
            }
            var last = times[^1];
            var growth = Math.Log((double)commitments / times[0].Commitments);
            Console.WriteLine($"{commitments:N0} commitments with {commitments * UpdatesOfEach:N0} updates: read and model "
                + $"{last.Model:0.00} s, workbook {last.Workbook:0.00} s ({last.First:0.00} s the first time), peak {last.Peak:N0} MiB.");
            Console.WriteLine("Time grows as the commitments to the power of "
                + $"{Math.Log(last.Workbook / times[0].Workbook) / growth:0.00} (workbook), "
                + $"{Math.Log(last.Model / times[0].Model) / growth:0.00} (model).");
            foreach (var other in Others)
            {
                var figures = other == "openpyxl"
                    ? Figures((await RunningProcess.RunAsync(TestServers.Setting("PLATFORM_TEST_PYTHON"),
                        ["-c", Openpyxl, cells, Path.Combine(folder, "openpyxl.xlsx")])).Succeeded())
                    : await MeasureAsync(["report-by", other, cells, Path.Combine(folder, $"{other}.xlsx")]);
                Console.WriteLine($"{other,-10} {figures[1],6:0.00} s ({figures[0]:0.00} s the first time), peak {figures[2],6:N0} MiB: "
                    + $"the workbook takes {last.Workbook / figures[1]:0.00} times as long ({last.First / figures[0]:0.00} the first "
                    + $"time), the whole report {(last.Model + last.Workbook) / figures[1]:0.00}");
            }
            await TellWorkerAsync(Path.Combine(folder, $"{commitments}"), cancel);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Fills a worker's projection: what a process of its own does.</summary>
    public static async Task<int> WriteHistoryAsync(int commitments, string folder)
    {
        Directory.CreateDirectory(folder);
        await Projection.MigrateAsync(In(folder), CancellationToken.None);
        await using var source = Projection.Open(In(folder));
        using var database = new WorkerDatabase(source);
        var history = new HistoryStore(database);
        var positions = new Dictionary<string, long>();
        foreach (var block in History(commitments).Chunk(1000))
            await history.AddAsync(block.Select(Consumed), CancellationToken.None);
        // A worker builds reports of it while the services are away.
        foreach (var service in PlatformServices.WithChangeLog)
            await history.MarkLevelAsync(service.Name, CancellationToken.None);
        return 0;

        ConsumedChange Consumed(ResourceVersion version)
        {
            var service = PlatformServices.WithChangeLog.Single(s => s.ChangeType!.Oneofs[0].Fields
                .Any(f => f.MessageType.Name == version.ResourceType)).Name;
            return new ConsumedChange(service, positions[service] = positions.GetValueOrDefault(service) + 1, version.ResourceName,
                version.ResourceType, version.Version, version.Kind,
                version.EffectiveDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ConsumedChange.Microseconds(version.RecordTime), version.Record.ToByteArray(), 0, "", true, "log", "");
        }
    }

    /// <summary>Makes a report, writes its workbook, and keeps the texts of its cells: what a process of its own does.</summary>
    public static async Task<int> ReportAsync(string folder, string cells)
    {
        var definition = new ReportDefinition
        {
            Title = "A large report",
            BaseMeeting = "meetings/mc-1",
            AsOf = new DateOnly(2013, 3, 5),
            KnownAt = Recorded,
        };
        await using var source = Projection.Open(In(folder));
        using var database = new WorkerDatabase(source);
        var start = Stopwatch.GetTimestamp();
        var view = new RecordView.Builder(definition.AsOf, definition.KnownAt);
        var store = new HistoryStore(database);
        await foreach (var history in store.HistoriesAsync(definition.KnownAt, definition.UnsettledServices, CancellationToken.None))
            view.Add(history);
        ReportMemory.GiveBack();
        var report = ProgressReport.Build(view.Build(), definition);
        view = null!;
        ReportMemory.GiveBack();
        var model = Stopwatch.GetElapsedTime(start).TotalSeconds;
        byte[] file = [];
        var (first, later) = TimesOf(() => file = ProgressReportWorkbook.Write(report));
        Tell(model, first, later);
        await File.WriteAllTextAsync(cells, JsonSerializer.Serialize(TextsOf(file)));
        return 0;
    }

    /// <summary>Writes the texts in another way: what a process of its own does.</summary>
    public static int Other(string way, string cells, string file)
    {
        var sheets = JsonSerializer.Deserialize<Dictionary<string, List<List<string>>>>(File.ReadAllText(cells))!;
        Action<Dictionary<string, List<List<string>>>, string> write = way switch
        {
            "ClosedXML" => WriteByClosedXml,
            "EPPlus" => WriteByEPPlus,
            _ => WriteStream,
        };
        var (first, later) = TimesOf(() =>
        {
            File.Delete(file);
            write(sheets, file);
        });
        Tell(first, later);
        return 0;
    }

    // The memory of a worker as it is deployed, which listens, talks to the bus and looks for changes as well.
    private static async Task TellWorkerAsync(string folder, CancellationToken cancel)
    {
        var address = ServiceProcess.FreeAddress();
        var settings = PlatformServices.WithChangeLog.Select(s => ($"Services__{s.SectionName}__Address", "http://127.0.0.1:1"))
            .Append(("Listen__Address", address)).Append(("Data__Directory", folder)).Append(("RabbitMq__InMemory", "true"))
            .Append(("Logging__LogLevel__Default", "Error"));
        var key = Path.Combine(folder, "signing-key.pem");
        await using var worker = await ServiceProcess.StartAsync("Platform.Reporting", address, [],
            settings.Append(("Identity__SigningKeyFile", key)), cancel);
        var idle = worker.Memory.Max;
        var headers = new Grpc.Core.Metadata
        {
            { "authorization", $"Bearer {PlatformProcess.IssuerOf(folder).Issue(Role.Officer, "officer-1")}" },
        };
        var client = new ReportingService.ReportingServiceClient(worker.Channel);
        var first = await PeakAfterAsync("2013-03-05");
        var second = await PeakAfterAsync("2013-03-04");
        var compared = await PeakAfterAsync("2013-03-06", "reports/of-2013-03-05");
        Console.WriteLine($"A whole worker, {idle / (1024 * 1024):N0} MiB when it has started: peak {first:N0} MiB with its first report, "
            + $"{second:N0} with another, {compared:N0} with one that is compared with the one before.");

        async Task<long> PeakAfterAsync(string asOf, string previous = "")
        {
            var report = (await client.CreateReportAsync(new CreateReportRequest
            {
                Report = new Report
                {
                    Name = $"reports/of-{asOf}",
                    Title = "A large report",
                    BaseMeeting = "meetings/mc-1",
                    AsOf = asOf,
                    PreviousReport = previous,
                },
            }, headers, cancellationToken: cancel)).Report;
            using var watch = client.WatchReport(new WatchReportRequest { Name = report.Name }, headers, cancellationToken: cancel);
            await foreach (var state in watch.ResponseStream.ReadAllAsync(cancel))
                report = state.Report;
            return report.State == ReportState.Ready ? worker.Memory.Max / (1024 * 1024)
                : throw new InvalidOperationException($"{report.Name} failed: {report.Failure}");
        }
    }

    // The first time, and the median of the times after it. A worker's compiler is done long before the next report.
    private static (double First, double Later) TimesOf(Action write)
    {
        var seconds = new List<double>();
        for (var i = 0; i <= LaterWrites; i++)
        {
            var start = Stopwatch.GetTimestamp();
            write();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            ReportMemory.GiveBack();
            WaitForCompiler();
        }
        return (seconds[0], seconds.Skip(1).Order().ElementAt(LaterWrites / 2));
    }

    // The runtime compiles again what was called often, a moment later and beside what is measured, and tells nobody when it is
    // done: it is when no method was added for a while. Thirty seconds at most.
    private static void WaitForCompiler()
    {
        var compiled = -1L;
        for (var i = 0; i < 100 && compiled != JitInfo.GetCompiledMethodCount(); i++)
        {
            compiled = JitInfo.GetCompiledMethodCount();
            Thread.Sleep(300);
        }
    }

    // Row by row: ClosedXML needs minutes and gigabytes for a large one.
    private static Dictionary<string, List<List<string>>> TextsOf(byte[] file)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        var book = document.WorkbookPart!;
        var shared = book.SharedStringTablePart!.SharedStringTable.Elements<SharedStringItem>().Select(s => s.InnerText).ToList();
        return book.Workbook.Descendants<DocumentFormat.OpenXml.Spreadsheet.Sheet>().ToDictionary(sheet => sheet.Name!.Value!, sheet =>
        {
            var rows = new List<List<string>>();
            using var reader = OpenXmlReader.Create(book.GetPartById(sheet.Id!));
            while (reader.Read())
            {
                if (reader.ElementType == typeof(Row) && reader.IsStartElement)
                    rows.Add([.. reader.LoadCurrentElement()!.Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>().Select(TextOf)]);
            }
            return rows;
        });

        string TextOf(DocumentFormat.OpenXml.Spreadsheet.Cell cell) =>
            cell.DataType?.Value == CellValues.SharedString && cell.InnerText.Length > 0
                ? shared[int.Parse(cell.InnerText, CultureInfo.InvariantCulture)] : cell.InnerText;
    }

    private static void WriteByClosedXml(Dictionary<string, List<List<string>>> sheets, string file)
    {
        using var book = new XLWorkbook();
        foreach (var (name, rows) in sheets)
        {
            var sheet = book.AddWorksheet(name);
            for (var r = 0; r < rows.Count; r++)
            {
                for (var c = 0; c < rows[r].Count; c++)
                    sheet.Cell(r + 1, c + 1).SetValue(rows[r][c]);
            }
        }
        book.SaveAs(file);
    }

    private static void WriteByEPPlus(Dictionary<string, List<List<string>>> sheets, string file)
    {
        using var book = new ExcelPackage();
        foreach (var (name, rows) in sheets)
        {
            var sheet = book.Workbook.Worksheets.Add(name);
            for (var r = 0; r < rows.Count; r++)
            {
                for (var c = 0; c < rows[r].Count; c++)
                    sheet.Cells[r + 1, c + 1].Value = rows[r][c];
            }
        }
        book.SaveAs(new FileInfo(file));
    }

    // The least that is a workbook: the texts in the cells, one sheet after the other.
    private static void WriteStream(Dictionary<string, List<List<string>>> sheets, string file)
    {
        using var archive = new ZipArchive(File.Create(file), ZipArchiveMode.Create);
        foreach (var (name, rows) in sheets)
        {
            using var writer = XmlWriter.Create(archive.CreateEntry($"xl/worksheets/{name}.xml").Open(),
                new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = true });
            writer.WriteStartElement("worksheet", "http://schemas.openxmlformats.org/spreadsheetml/2006/main");
            writer.WriteStartElement("sheetData");
            foreach (var row in rows)
            {
                writer.WriteStartElement("row");
                foreach (var cell in row)
                {
                    writer.WriteStartElement("c");
                    writer.WriteAttributeString("t", "inlineStr");
                    writer.WriteStartElement("is");
                    writer.WriteElementString("t", cell);
                    writer.WriteEndElement();
                    writer.WriteEndElement();
                }
                writer.WriteEndElement();
            }
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
    }

    private static IConfiguration In(string folder) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Data:Directory", folder)]).Build();

    private static IEnumerable<ResourceVersion> History(int commitments)
    {
        yield return Of(new Body
        {
            Name = "bodies/group",
            Kind = BodyKind.AdHocGroup,
            Names = { new DatedName { Text = "Working Group", Kind = NameKind.Official } },
        }, "2011-03-09");
        yield return Of(new Meeting
        {
            Name = "meetings/mc-1",
            Title = "First Conference",
            ShortName = "MC1",
            Kind = MeetingKind.MinisterialConference,
            Status = MeetingStatus.Held,
            Dates = new DateRange { EarliestDate = "2011-03-30", LatestDate = "2011-03-30" },
        }, "2011-03-30");
        for (var i = 0; i < commitments; i++)
        {
            yield return Of(new Commitment
            {
                Name = $"commitments/c{i}",
                Title = $"Commitment number {i} of the process",
                Summary = "Members are asked to do a thing that takes a sentence to describe, with a second part of some length.",
                Kind = CommitmentKind.Request,
                Owners = { new Owner { Party = "bodies/group", Role = OwnerRole.Lead } },
            }, "2012-01-01");
            for (var u = 0; u < UpdatesOfEach; u++)
            {
                yield return Of(new ProgressUpdate
                {
                    Name = $"commitments/c{i}/progressUpdates/u{u}",
                    Narrative = $"Something was done in the meantime, as reported for the time number {u}.",
                    Level = ImplementationLevel.Limited,
                    Source = ProgressSource.SelfReported,
                }, $"2012-0{u + 2}-01");
            }
        }

        static ResourceVersion Of(IResource resource, string day) => new(resource.Name, resource.Descriptor.Name, 1, ChangeKind.Created,
            DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), Recorded, resource);
    }

    private static void Tell(params double[] seconds)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Join(' ', seconds.Append(process.PeakWorkingSet64 / (1024 * 1024))
            .Select(f => f.ToString(CultureInfo.InvariantCulture))));
    }

    private static async Task<double[]> MeasureAsync(string[] arguments) =>
        Figures((await RunAsync(arguments)).Succeeded());

    private static Task<CommandResult> RunAsync(string[] arguments) =>
        RunningProcess.RunLongAsync(TimeSpan.FromMinutes(5),
            ["env", .. CollectorOfTheWorker, "dotnet", typeof(ReportSize).Assembly.Location, .. arguments]);

    private static double[] Figures(string output) =>
        [.. output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
}
