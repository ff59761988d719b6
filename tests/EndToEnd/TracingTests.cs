using Grpc.Core;
using Grpc.Net.Client;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Processes;
using Platform.Reporting.V1;

namespace Platform.EndToEnd.Tests;

/// <summary>One trace leads from a call through the change log, the bus and the worker to the report that used the change.</summary>
public sealed class TracingTests
{
    private const string CallTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ReportTrace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trace_OfACall_ReachesTheReportThatUsedTheChange()
    {
        await using var collector = new TraceCollector();
        await using var platform = await DistributedPlatform.PrepareAsync(collector.Settings);
        await platform.StartProcessesAsync();
        using var toMeetings = GrpcChannel.ForAddress(platform.Address("meetings"));
        using var toReporting = GrpcChannel.ForAddress(platform.Address("reporting"));

        await new MeetingsService.MeetingsServiceClient(toMeetings).CreateMeetingAsync(new()
        {
            Meeting = new()
            {
                Name = "meetings/mc-1",
                Title = "First Conference",
                ShortName = "MC1",
                Kind = MeetingKind.MinisterialConference,
                Status = MeetingStatus.Held,
                Dates = new() { EarliestDate = "2012-03-29", LatestDate = "2012-03-29" },
                EffectiveDate = "2012-03-29",
            },
        }, HeadersOf(CallTrace), cancellationToken: Cancel);
        var reports = new ReportingService.ReportingServiceClient(toReporting);
        await reports.CreateReportAsync(new() { Report = new() { Name = "reports/a", Title = "A", BaseMeeting = "meetings/mc-1" } },
            HeadersOf(ReportTrace), cancellationToken: Cancel);

        IReadOnlyList<ReceivedSpan> call = [], report = [];
        await Eventually.IsTrueAsync(() =>
        {
            (call, report) = (collector.Of(CallTrace), collector.Of(ReportTrace));
            return Task.FromResult(call.Any(s => s.Name == "use change in report") && report.Any(s => s.Name == "build report")
                && call.Any(s => s.Process == "platform-reporting" && s.Name.Contains("reporting-meetings", StringComparison.Ordinal)));
        });
        Assert.Contains(call, s => s.Process == "platform-meetings" && s.Name.Contains("CreateMeeting", StringComparison.Ordinal));
        Assert.Contains(call, s => s is { Process: "platform-meetings", Name: "publish change" });
        Assert.Equal([ReportTrace], Assert.Single(call, s => s.Name == "use change in report").LinkedTraces);
        Assert.Contains(report, s => s.Process == "platform-reporting" && s.Name.Contains("CreateReport", StringComparison.Ordinal));
        Assert.Equal([CallTrace], Assert.Single(report, s => s.Name == "build report").LinkedTraces);
        // Who may see who made a change may see by which call; a service goes on with the trace when it reads the feed, not the bus.
        var token = PlatformProcess.IssuerOf(platform.Folder).IssueForService("reporting");
        var service = new Metadata { { "authorization", $"Bearer {token}" } };
        Assert.StartsWith($"00-{CallTrace}-", await TraceInTheFeedAsync(HeadersOf("")), StringComparison.Ordinal);
        Assert.StartsWith($"00-{CallTrace}-", await TraceInTheFeedAsync(service), StringComparison.Ordinal);
        Assert.Equal("", await TraceInTheFeedAsync(PlatformProcess.HeaderOf(platform.Folder, Role.Reader)));

        async Task<string?> TraceInTheFeedAsync(Metadata headers)
        {
            using var feed = new MeetingsService.MeetingsServiceClient(toMeetings).FollowChanges(new() { FromBeginning = true }, headers,
                cancellationToken: Cancel);
            string? trace = null;
            while (trace is null && await feed.ResponseStream.MoveNext(Cancel))
                trace = feed.ResponseStream.Current.Change?.Metadata.TraceParent;
            return trace;
        }

        Metadata HeadersOf(string trace)
        {
            var headers = PlatformProcess.HeaderOf(platform.Folder, Role.Officer);
            if (trace.Length > 0)
                headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
            return headers;
        }
    }
}
