using System.CommandLine;
using System.Globalization;
using Platform.Hosting.Identity;
using Platform.Hosting.Resources;
using Platform.Hosting.Settings;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary><c>platform token</c>: a bearer token signed with the key of <c>platform serve</c>.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = "What its bearer may do.", Required = true, HelpName = "ROLE" };
        role.AcceptOnlyFromAmong([.. RoleNames.All]);
        var subject = new Option<string?>("--subject")
        {
            Description = "Who its bearer is, as changes name their author; the role's name if not given, for a party-system the party's.",
            HelpName = "NAME",
        };
        var party = new Option<string?>("--party")
        {
            Description = "For a party-system: the participant or body whose system it is, for example participants/idn.",
            HelpName = "PARTY",
        };
        var service = new Option<string?>("--service")
        {
            Description = "For the role service: the service of the platform that it is.",
            HelpName = "SERVICE",
        };
        service.AcceptOnlyFromAmong([.. PlatformServices.All.Select(s => s.Name)]);
        var lifetime = new Option<string>("--lifetime")
        {
            Description = "How long it is valid, for example 30m, 8h or 7d.",
            DefaultValueFactory = _ => "8h",
            HelpName = "TIME",
        };
        var data = DataOption.Create("The same as that of serve.");
        var command = new Command("token", "Prints a bearer token that a platform served from this machine trusts.")
        {
            role,
            subject,
            party,
            service,
            lifetime,
            data,
        };
        command.Validators.Add(result =>
        {
            // As typed: an unknown role was refused when the options were parsed.
            var typed = result.GetResult(role)?.Tokens is [{ Value: var value }] ? value : "";
            var isSystem = typed == Role.PartySystem.Name();
            if (isSystem && !ResourceNames.Matches(result.GetValue(party) ?? "", ResourcePatterns.Party))
                result.AddError("--party: A party-system needs the name of its party, for example participants/idn or bodies/rso.");
            else if (!isSystem && result.GetValue(party) is not null)
                result.AddError("--party: Only a party-system has one.");
            var isService = typed == Role.Service.Name();
            if (isService && result.GetResult(service) is null)
                result.AddError("--service: The role service needs the name of the service, for example reporting.");
            else if (isService && result.GetValue(subject) is not null)
                result.AddError("--subject: A service is called by its name, which --service gives.");
            else if (!isService && result.GetResult(service) is not null)
                result.AddError("--service: Only the role service has one.");
            if (result.GetValue(lifetime) is { } text && ParseLifetime(text) is null)
            {
                result.AddError($"--lifetime: \"{text}\" is not a valid duration. Write a whole number with s, m, h or d, for example "
                    + $"8h.");
            }
            if (result.GetValue(subject) is { } name && string.IsNullOrWhiteSpace(name))
                result.AddError("--subject: Must not be empty.");
        });
        command.SetAction(parsed =>
        {
            CheckServed(parsed.GetValue(data));
            var named = Enum.GetValues<Role>().Single(r => r.Name() == parsed.GetValue(role));
            var time = ParseLifetime(parsed.GetValue(lifetime)!)!.Value;
            Terminal.WriteLine(parsed.GetValue(service) is { } name
                ? Issuer(parsed.GetValue(data), time).IssueForService(name, time)
                : Issue(parsed.GetValue(data), named, parsed.GetValue(subject) ?? parsed.GetValue(party) ?? named.Name(),
                    parsed.GetValue(party) ?? "", time));
            return 0;
        });
        return command;
    }

    /// <summary>Issues a token with the key of a data folder, which is made if it does not exist.</summary>
    public static string Issue(string? data, Role role, string subject, string party, TimeSpan lifetime) =>
        Issuer(data, lifetime).Issue(role, subject, party, lifetime);

    private static TokenIssuer Issuer(string? data, TimeSpan lifetime)
    {
        var configuration = ProcessSettings.Read();
        var folder = Settings.FolderOf(configuration, data);
        folder.Create();
        var options = Settings.IdentityOf(configuration, folder);
        if (lifetime > options.MaxTokenLifetime)
        {
            throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"A token may be valid for "
                + $"{options.MaxTokenLifetime.TotalHours:0.##} hours at most (Identity:MaxTokenLifetime). Ask for less with --lifetime."));
        }
        return new TokenIssuer(options, TimeProvider.System);
    }

    // A key made here would sign a token that no platform trusts yet.
    private static void CheckServed(string? data)
    {
        var configuration = ProcessSettings.Read();
        var keyFile = Settings.IdentityOf(configuration, Settings.FolderOf(configuration, data)).SigningKeyFile;
        if (keyFile.Length > 0 && !File.Exists(keyFile))
        {
            throw new CommandException($"There is no signing key at \"{keyFile}\": no platform was served from there yet. Start "
                + $"`platform serve` first, or name its folder with --data.");
        }
    }

    private static TimeSpan? ParseLifetime(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) || number == 0)
        {
            return null;
        }
        var lifetime = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' when number <= 240_000 => TimeSpan.FromHours(number),
            'd' when number <= 10_000 => TimeSpan.FromDays(number),
            _ => TimeSpan.Zero,
        };
        return lifetime > TimeSpan.Zero ? lifetime : null;
    }
}
