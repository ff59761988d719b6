using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.ServiceClients;

/// <summary>
/// Where another service of the platform is: section <c>Services:NAME</c> of the configuration, for
/// example <c>Services:Membership</c>.
/// </summary>
public sealed class ServiceClientOptions
{
    /// <summary>
    /// Its address: <c>https://HOST:PORT</c>, or <c>dns:///HOST:PORT</c> to spread calls over every
    /// address of a name. Empty where this process serves it itself.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>Permits HTTP/2 without TLS to another machine. Only inside a network that encrypts by itself.</summary>
    public bool AllowCleartext { get; set; }

    /// <summary>How long a call to it may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Refuses to start on options that cannot work.</summary>
internal sealed class ServiceClientOptionsValidator : IValidateOptions<ServiceClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ServiceClientOptions options)
    {
        if (options.Address.Length == 0)
            return ValidateOptionsResult.Success;
        if (!Uri.TryCreate(options.Address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "dns"))
        {
            return ValidateOptionsResult.Fail($"Services:{name}:Address is \"{options.Address}\". Write https://HOST:PORT or "
                + $"dns:///HOST:PORT.");
        }
        if (uri.Scheme == "http" && !uri.IsLoopback && !options.AllowCleartext)
        {
            return ValidateOptionsResult.Fail($"Services:{name}:Address is \"{options.Address}\", which is not encrypted. Write "
                + $"https://, or set Services:{name}:AllowCleartext=true if the network encrypts by itself.");
        }
        return ValidateOptionsResult.Success;
    }
}
