using Microsoft.Extensions.Configuration;
using Platform.Hosting.Identity;
using Platform.Tool.Output;

namespace Platform.Tool.Serving;

/// <summary>
/// The settings of a platform in one process. What the configuration says (<c>appsettings.json</c> beside the program,
/// the environment) holds; where it says nothing, everything is in the data folder. Options of the command line win.
/// </summary>
internal static class Settings
{
    /// <summary>The name of the folder's setting.</summary>
    public const string DataDirectory = "Data:Directory";

    private const string Authority = "Identity:Authority";
    private const string SigningKeyFile = "Identity:SigningKeyFile";
    private const string Address = "Listen:Address";
    private const string BrokerAddress = "RabbitMq:Uri";
    private const string BusInMemory = "RabbitMq:InMemory";

    /// <summary>The stores: the three services' and the worker's.</summary>
    public static IReadOnlyList<string> Stores { get; } = [.. PlatformServices.All.Select(s => s.Name)];

    /// <summary>The data folder: the option, else the configuration, else the user's own.</summary>
    public static DataFolder FolderOf(IConfiguration configuration, string? option) =>
        option is not null ? new DataFolder(option)
        : configuration[DataDirectory] is { Length: > 0 } configured ? new DataFolder(configured)
        : DataFolder.OfUser();

    /// <summary>Identity as <c>serve</c> has it, for issuing tokens that it trusts.</summary>
    public static IdentityOptions IdentityOf(IConfiguration configuration, DataFolder folder)
    {
        var options = configuration.GetSection("Identity").Get<IdentityOptions>() ?? new IdentityOptions();
        if (options.Authority.Length > 0)
            throw new CommandException($"Tokens are issued by {options.Authority} (Identity:Authority), not by this program.");
        if (options.SigningKeyFile.Length == 0)
            options.SigningKeyFile = folder.KeyFile;
        return options;
    }

    /// <summary>What <c>serve</c> adds to its configuration.</summary>
    public static Dictionary<string, string?> ForServing(IConfiguration configuration, DataFolder folder, int? port)
    {
        var added = new Dictionary<string, string?> { [DataDirectory] = folder.Path };
        if (string.IsNullOrEmpty(configuration[Authority]) && string.IsNullOrEmpty(configuration[SigningKeyFile]))
            added[SigningKeyFile] = folder.KeyFile;
        // Without a broker and with everything in this process the bus can be in its memory; see RabbitMqOptions.
        if (string.IsNullOrEmpty(configuration[BrokerAddress])
            && !Stores.Any(store => !string.IsNullOrEmpty(configuration.GetConnectionString(store))))
        {
            added[BusInMemory] = "true";
        }
        if (port is not null)
            added[Address] = $"http://127.0.0.1:{port}";
        return added;
    }

    /// <summary>
    /// What <c>demo</c> puts over its configuration: everything in one folder and this process, whatever servers the
    /// environment names, because they hold somebody's record.
    /// </summary>
    public static Dictionary<string, string?> ForDemo(DataFolder folder)
    {
        var all = new Dictionary<string, string?>
        {
            [DataDirectory] = folder.Path,
            [Authority] = "",
            [SigningKeyFile] = folder.KeyFile,
            ["Identity:ServiceTokenFile"] = "",
            ["Identity:ServiceAuthorityFile"] = "",
            [Address] = "http://127.0.0.1:0",
            [BrokerAddress] = "",
            [BusInMemory] = "true",
        };
        foreach (var service in PlatformServices.All)
        {
            all[$"ConnectionStrings:{service.Name}"] = "";
            all[$"Services:{service.SectionName}:Address"] = "";
        }
        return all;
    }
}
