using System.CommandLine;
using System.Text;
using Platform.Hosting.Identity;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary>How a command reaches a platform that is served: the same options for every command that calls one.</summary>
/// <param name="role">Whose token is issued where only the folder of the platform is named.</param>
internal sealed class ConnectionOptions(Role role = Role.Officer)
{
    private const string TokenVariable = "PLATFORM_TOKEN";

    private readonly Option<string[]> _address = new("--address")
    {
        Description = "Where it is served. Services in processes of their own: SERVICE=URL, once for each, for example "
            + "meetings=https://10.0.0.7:5100.",
        DefaultValueFactory = _ => ["http://127.0.0.1:5100"],
        HelpName = "URL",
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = $"The bearer token. Better in a file or in {TokenVariable}: others on this machine see command lines.",
        HelpName = "TOKEN",
    };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = "A file with the bearer token.", HelpName = "FILE" };
    private readonly Option<string?> _data = DataOption.Create(
        $"With it and without a token, an {role.Name()}'s token is issued with the key of the platform served from there.");
    private readonly Option<bool> _allowCleartext = new("--allow-cleartext")
    {
        Description = "Permits http to another machine. Only inside a network that encrypts by itself.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_address);
        command.Options.Add(_token);
        command.Options.Add(_tokenFile);
        command.Options.Add(_data);
        command.Options.Add(_allowCleartext);
    }

    /// <summary>Opens the platform that the options name.</summary>
    public PlatformAddress Open(ParseResult parsed) => new(parsed.GetValue(_address)!, TokenOf(parsed), parsed.GetValue(_allowCleartext));

    private string TokenOf(ParseResult parsed)
    {
        if (parsed.GetValue(_token) is { Length: > 0 } token)
            return token;
        if (parsed.GetValue(_tokenFile) is { } file)
            return Encoding.UTF8.GetString(InputFile.Read(file)).Trim();
        if (parsed.GetValue(_data) is { } data)
            return TokenCommand.Issue(data, role, role.Name(), "", TimeSpan.FromHours(8));
        return Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } variable
            ? variable
            : throw new CommandException(
                $"A token is needed. Give --token, --token-file or {TokenVariable}, or name with --data the folder of a platform served "
                    + $"from this machine.");
    }
}
