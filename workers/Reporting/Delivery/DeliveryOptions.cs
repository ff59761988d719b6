using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MimeKit;
using Platform.Common.V1;

namespace Platform.Reporting.Delivery;

/// <summary>Where the reports of schedules go: section <c>Delivery</c> of the configuration of the worker.</summary>
public sealed class DeliveryOptions
{
    /// <summary>A folder into which schedules may have their reports written. It must exist.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The mail server; without it no schedule can have its reports mailed.</summary>
    public string SmtpHost { get; set; } = "";

    /// <summary>Its port: 465 for TLS from the beginning, another for STARTTLS.</summary>
    [Range(1, 65535)]
    public int SmtpPort { get; set; } = 587;

    /// <summary>Who the worker says it is; empty for a server that does not ask.</summary>
    public string SmtpUser { get; set; } = "";

    /// <summary>A file with the password of that user.</summary>
    public string SmtpPasswordFile { get; set; } = "";

    /// <summary>From whom the mail is, for example <c>Secretariat &lt;reports@example.org&gt;</c>.</summary>
    public string Sender { get; set; } = "";

    /// <summary>Permits a mail server on another machine without TLS. Only inside a network that encrypts by itself.</summary>
    public bool AllowCleartext { get; set; }

    /// <summary>
    /// The closest handling of reports that are attached to a mail: <c>Public</c>, <c>Participants</c>, <c>BodyMembers</c> or
    /// <c>Secretariat</c>. One that is held more closely is announced, and has to be downloaded.
    /// </summary>
    public HandlingLevel MailUpTo { get; set; } = HandlingLevel.Public;

    /// <summary>Whether the mail server is on this machine.</summary>
    internal bool IsLoopback => new UriBuilder("smtp", SmtpHost).Uri.IsLoopback;
}

/// <summary>Refuses to start a worker that could not deliver reports.</summary>
internal sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = new List<string>();
        if (options.Folder.Length > 0 && !Directory.Exists(options.Folder))
            faults.Add($"Delivery:Folder: there is no folder \"{options.Folder}\". Make it, or correct the path.");
        if (options.SmtpHost.Length > 0 && Uri.CheckHostName(options.SmtpHost) == UriHostNameType.Unknown)
            faults.Add($"Delivery:SmtpHost: \"{options.SmtpHost}\" is not the name or address of a machine.");
        if (options.SmtpHost.Length > 0 && !MailboxAddress.TryParse(options.Sender, out _))
            faults.Add("Delivery:Sender: must be a mail address, from which the reports are sent.");
        if (options.SmtpHost.Length == 0 && (options.Sender.Length > 0 || options.SmtpUser.Length > 0))
            faults.Add("Delivery:SmtpHost: is missing, and Delivery:Sender or Delivery:SmtpUser is set.");
        if (options.SmtpUser.Length > 0 && !File.Exists(options.SmtpPasswordFile))
            faults.Add("Delivery:SmtpPasswordFile: must be a file with the password of Delivery:SmtpUser.");
        // An undefined number would compare above every level.
        if (options.MailUpTo == HandlingLevel.Unspecified || !Enum.IsDefined(options.MailUpTo))
            faults.Add("Delivery:MailUpTo: must be Public, Participants, BodyMembers or Secretariat.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
