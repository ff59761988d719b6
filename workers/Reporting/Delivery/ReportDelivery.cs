using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Delivery;

/// <summary>Writes the finished report of a schedule into a folder and mails it.</summary>
internal sealed class ReportDelivery(IOptions<DeliveryOptions> options)
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string BriefType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    // A server that does not answer within this time is treated as unavailable.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly DeliveryOptions _options = options.Value;

    /// <summary>Adds what a schedule asks for and this worker is not set up for.</summary>
    public void Check(Schedule schedule, FieldViolations violations)
    {
        const int MaxRecipients = 50;
        if (schedule.Recipients.Count > MaxRecipients)
            violations.Add("schedule.recipients", $"Must be at most {MaxRecipients} addresses.");
        for (var i = 0; i < Math.Min(schedule.Recipients.Count, MaxRecipients); i++)
        {
            // One address and nothing beside it: a line break would begin another header.
            if (schedule.Recipients[i].Length > 254 || !MailboxAddress.TryParse(schedule.Recipients[i], out var address)
                || address.Address != schedule.Recipients[i] || !address.Address.Contains('@', StringComparison.Ordinal))
            {
                violations.Add($"schedule.recipients[{i}]", "Must be a mail address, for example secretariat@example.org.");
            }
        }
        if (schedule.Recipients.Count > 0 && _options.SmtpHost.Length == 0)
            violations.Add("schedule.recipients", "This worker has no mail server. Its operator sets Delivery:SmtpHost.");
        if (schedule.ToFolder && _options.Folder.Length == 0)
            violations.Add("schedule.to_folder", "This worker has no folder for reports. Its operator sets Delivery:Folder.");
    }

    /// <summary>Delivers a report; throws with the reason when a part of it failed.</summary>
    public async Task DeliverAsync(Schedule schedule, Report report, ReportFiles files, CancellationToken cancel)
    {
        if (schedule.ToFolder)
            await WriteAsync(report, files, cancel);
        if (schedule.Recipients.Count > 0)
            await MailAsync(schedule, report, files, cancel);
    }

    private static string FileName(Report report, string extension) => $"{ResourceNames.Id(report.Name)}.{extension}";

    // Written atomically; writing the same report again gives the same file.
    private async Task WriteAsync(Report report, ReportFiles files, CancellationToken cancel)
    {
        foreach (var (extension, file) in new[] { ("xlsx", files.Workbook), ("docx", files.Brief) })
        {
            if (file is null)
                continue;
            var path = Path.Combine(_options.Folder, FileName(report, extension));
            var draft = $"{path}.{Guid.NewGuid():n}.part";
            try
            {
                await File.WriteAllBytesAsync(draft, file, cancel);
                File.Move(draft, path, overwrite: true);
            }
            finally
            {
                File.Delete(draft);
            }
        }
    }

    private async Task MailAsync(Schedule schedule, Report report, ReportFiles files, CancellationToken cancel)
    {
        using var message = new MimeMessage
        {
            Subject = string.Create(CultureInfo.InvariantCulture, $"{report.Title}, version {report.Version}, as of {report.AsOf}"),
            // Sent twice, after a worker went away in between, it is the same message.
            MessageId = $"{ResourceNames.Id(report.Name)}.{report.Sha256[..16]}@{_options.SmtpHost}",
        };
        message.From.Add(MailboxAddress.Parse(_options.Sender));
        message.To.AddRange(schedule.Recipients.Select(r => MailboxAddress.Parse(r)));
        var isAttached = report.Marking <= _options.MailUpTo;
        var body = new BodyBuilder { TextBody = TextOf(report, isAttached) };
        if (isAttached)
        {
            body.Attachments.Add(FileName(report, "xlsx"), files.Workbook, ContentType.Parse(WorkbookType));
            if (files.Brief is { } brief)
                body.Attachments.Add(FileName(report, "docx"), brief, ContentType.Parse(BriefType));
        }
        message.Body = body.ToMessageBody();

        using var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
        await client.ConnectAsync(_options.SmtpHost, _options.SmtpPort, _options.SmtpPort == 465 ? SecureSocketOptions.SslOnConnect
            : _options.IsLoopback || _options.AllowCleartext ? SecureSocketOptions.StartTlsWhenAvailable
            : SecureSocketOptions.StartTls, cancel);
        if (_options.SmtpUser.Length > 0)
        {
            var password = (await File.ReadAllTextAsync(_options.SmtpPasswordFile, cancel)).Trim();
            await client.AuthenticateAsync(_options.SmtpUser, password, cancel);
        }
        await client.SendAsync(message, cancel);
        await client.DisconnectAsync(quit: true, cancel);
    }

    private static string TextOf(Report report, bool isAttached) => $"""
        {report.Title}
        Version {report.Version}, as of {report.AsOf}, as known at {report.KnownAt.ToDateTime():yyyy-MM-dd HH:mm:ss} UTC.
        Handling: {Labels.Of(report.Marking)}.

        {(isAttached ? "The workbook and the brief are attached." : "Its handling does not permit to mail it. Have it written to files:")}

            platform reports download {report.Name} --out report.xlsx --docx brief.docx

        SHA-256 of the workbook: {report.Sha256}
        SHA-256 of the brief: {report.BriefSha256}
        """;
}
