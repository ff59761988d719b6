using System.Globalization;
using Microsoft.Extensions.Options;
using MimeKit;
using Platform.Common.V1;
using Platform.Hosting.Validation;
using Platform.Processes;
using Platform.Reporting.Delivery;
using Platform.Reporting.Reports;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests.Schedules;

/// <summary>Finished reports reach a folder and those to whom they are mailed, as closely as they are held.</summary>
public sealed class ReportDeliveryTests
{
    private static readonly ReportFiles Files = new([1, 2, 3, 250], [4, 5, 6]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_OfAPublicReport_HasBothFilesByteForByte()
    {
        await using var server = await MailServer.StartAsync();

        await Delivery(server.Options).DeliverAsync(To("a@example.org", "b@example.org"), Report(HandlingLevel.Public), Files, Cancel);

        var mail = Assert.Single(server.Received());
        Assert.Equal("Progress to Ministers, version 3, as of 2013-03-05", mail.Subject);
        Assert.Equal(["a@example.org", "b@example.org"], mail.To.Mailboxes.Select(m => m.Address));
        Assert.Equal("reports@example.org", mail.From.Mailboxes.Single().Address);
        Assert.Equal([("mc-5.xlsx", "01-02-03-FA"), ("mc-5.docx", "04-05-06")], mail.Attachments.OfType<MimePart>().Select(a =>
            (a.FileName, BitConverter.ToString(Content(a)))));
        Assert.Contains("Handling: Public.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(Report(HandlingLevel.Public).Sha256, mail.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HandlingLevel.Participants, HandlingLevel.Public, false)]
    [InlineData(HandlingLevel.Secretariat, HandlingLevel.BodyMembers, false)]
    [InlineData(HandlingLevel.Participants, HandlingLevel.BodyMembers, true)]
    public async Task Mail_OfAReportThatIsHeldMoreClosely_IsAttachedOnlyUpToTheLevelSet(HandlingLevel marking, HandlingLevel upTo,
        bool attached)
    {
        await using var server = await MailServer.StartAsync();
        var options = server.Options;
        options.MailUpTo = upTo;

        await Delivery(options).DeliverAsync(To("a@example.org"), Report(marking), Files, Cancel);

        var mail = Assert.Single(server.Received());
        Assert.Equal(attached, mail.Attachments.Any());
        Assert.Equal(!attached, mail.TextBody!.Contains("does not permit to mail it", StringComparison.Ordinal));
        Assert.Contains("platform reports download reports/mc-5", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_SentAgain_IsTheSameMessage()
    {
        await using var server = await MailServer.StartAsync();
        for (var i = 0; i < 2; i++)
            await Delivery(server.Options).DeliverAsync(To("a@example.org"), Report(HandlingLevel.Public), Files, Cancel);

        Assert.Single(server.Received().Select(m => m.MessageId).Distinct());
    }

    [Fact]
    public async Task Mail_ServerThatRefuses_IsAFault()
    {
        await using var server = await MailServer.StartAsync();
        server.Refuse();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Delivery(server.Options).DeliverAsync(To("a@example.org"),
            Report(HandlingLevel.Public), Files, Cancel));

        Assert.Contains("try again later", refused.Message, StringComparison.Ordinal);
        Assert.Empty(server.Received());
    }

    [Fact]
    public async Task Folder_HasBothFilesAndNothingElse()
    {
        var folder = Directory.CreateTempSubdirectory("delivery-").FullName;
        try
        {
            var schedule = new Schedule { ToFolder = true };
            var delivery = Delivery(new DeliveryOptions { Folder = folder });
            for (var i = 0; i < 2; i++)
                await delivery.DeliverAsync(schedule, Report(HandlingLevel.Secretariat), Files, Cancel);

            Assert.Equal(["mc-5.docx", "mc-5.xlsx"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(Files.Workbook, await File.ReadAllBytesAsync(Path.Combine(folder, "mc-5.xlsx"), Cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("a@example.org", null)]
    [InlineData("not an address", "schedule.recipients[0]")]
    [InlineData("a@example.org\r\nBcc: b@example.org", "schedule.recipients[0]")]
    [InlineData("a@example.org, b@example.org", "schedule.recipients[0]")]
    [InlineData("\"Name\" <a@example.org>", "schedule.recipients[0]")]
    [InlineData("", "schedule.recipients[0]")]
    public void Check_OfARecipient_TakesOneAddress(string recipient, string? field) =>
        Assert.Equal(field, Violation(To(recipient), new DeliveryOptions { SmtpHost = "mail.example.org" }));

    [Fact]
    public void Check_OfWhatTheWorkerIsNotSetUpFor_SaysWhichSetting()
    {
        Assert.Equal("schedule.recipients", Violation(To("a@example.org"), new DeliveryOptions()));
        Assert.Equal("schedule.to_folder", Violation(new Schedule { ToFolder = true }, new DeliveryOptions()));
        Assert.Equal("schedule.recipients", Violation(To([.. Enumerable.Range(0, 51).Select(i => $"a{i}@example.org")]),
            new DeliveryOptions { SmtpHost = "mail.example.org" }));
    }

    [Fact]
    public void Options_ThatCouldDeliverNothing_StopTheStart()
    {
        Assert.Null(FaultOf(new DeliveryOptions()));
        Assert.Null(FaultOf(new DeliveryOptions { SmtpHost = "mail.example.org", Sender = "Secretariat <reports@example.org>" }));
        Assert.StartsWith("Delivery:Folder:", FaultOf(new DeliveryOptions { Folder = "/no/such/folder" }), StringComparison.Ordinal);
        Assert.StartsWith("Delivery:Sender:", FaultOf(new DeliveryOptions { SmtpHost = "mail.example.org" }), StringComparison.Ordinal);
        Assert.StartsWith("Delivery:SmtpHost:", FaultOf(new DeliveryOptions { Sender = "reports@example.org" }), StringComparison.Ordinal);
        Assert.StartsWith("Delivery:SmtpPasswordFile:", FaultOf(new DeliveryOptions
        {
            SmtpHost = "mail.example.org",
            Sender = "reports@example.org",
            SmtpUser = "reports",
        }), StringComparison.Ordinal);

        Assert.StartsWith("Delivery:SmtpHost:", FaultOf(new DeliveryOptions
        {
            SmtpHost = "smtp://mail",
            Sender = "reports@example.org",
        }), StringComparison.Ordinal);
        foreach (var level in new[] { HandlingLevel.Unspecified, (HandlingLevel)9 })
            Assert.StartsWith("Delivery:MailUpTo:", FaultOf(new DeliveryOptions { MailUpTo = level }), StringComparison.Ordinal);

        static string? FaultOf(DeliveryOptions options) => new DeliveryOptionsValidator().Validate(null, options).FailureMessage;
    }

    private static ReportDelivery Delivery(DeliveryOptions options) => new(Options.Create(options));

    private static Schedule To(params string[] recipients) => new() { Name = "schedules/a", Recipients = { recipients } };

    private static Report Report(HandlingLevel marking) => new()
    {
        Name = "reports/mc-5",
        Title = "Progress to Ministers",
        Version = 3,
        AsOf = "2013-03-05",
        KnownAt = new(),
        Marking = marking,
        Sha256 = new string('a', 64),
        BriefSha256 = new string('b', 64),
    };

    private static string? Violation(Schedule schedule, DeliveryOptions options)
    {
        var violations = new FieldViolations();
        Delivery(options).Check(schedule, violations);
        try
        {
            violations.ThrowIfAny();
            return null;
        }
        catch (Hosting.Errors.ApiException e)
        {
            return Assert.Single(e.Violations).Field;
        }
    }

    private static byte[] Content(MimePart part)
    {
        using var bytes = new MemoryStream();
        part.Content!.DecodeTo(bytes, Cancel);
        return bytes.ToArray();
    }

    /// <summary>An SMTP server on loopback, which keeps what it is sent.</summary>
    private sealed class MailServer : IAsyncDisposable
    {
        private const string Script = """
            import asyncio, os, sys
            from aiosmtpd.smtp import SMTP

            class Handler:
                count = 0
                async def handle_DATA(self, server, session, envelope):
                    if os.path.exists(os.path.join(sys.argv[1], "refuse")):
                        return "451 try again later"
                    Handler.count += 1
                    with open(os.path.join(sys.argv[1], f"{Handler.count}.eml"), "wb") as file:
                        file.write(envelope.content)
                    return "250 OK"

            async def serve():
                server = await asyncio.get_running_loop().create_server(lambda: SMTP(Handler()), "127.0.0.1", 0)
                print("port", server.sockets[0].getsockname()[1], flush=True)
                await server.serve_forever()

            asyncio.run(serve())
            """;

        private readonly RunningProcess _process;
        private readonly string _folder;
        private readonly int _port;

        private MailServer(RunningProcess process, string folder, int port) => (_process, _folder, _port) = (process, folder, port);

        public DeliveryOptions Options => new() { SmtpHost = "127.0.0.1", SmtpPort = _port, Sender = "Secretariat <reports@example.org>" };

        public static async Task<MailServer> StartAsync()
        {
            var folder = Directory.CreateTempSubdirectory("mail-").FullName;
            var process = RunningProcess.StartCommand(TestServers.Setting("PLATFORM_TEST_PYTHON"), "-c", Script, folder);
            var line = await process.ReadLineAsync("port");
            return new MailServer(process, folder, int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
        }

        public void Refuse() => File.WriteAllText(Path.Combine(_folder, "refuse"), "");

        public IReadOnlyList<MimeMessage> Received() =>
            [.. Directory.GetFiles(_folder, "*.eml").Order(StringComparer.Ordinal).Select(f => MimeMessage.Load(f, Cancel))];

        public async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
