using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Hosting.Certificates;
using Platform.Hosting.Identity;

namespace Platform.Hosting;

/// <summary>Where and how the process listens: section <c>Listen</c> of the configuration.</summary>
public sealed class ListenSettings
{
    /// <summary>
    /// The address: an IP address or <c>localhost</c>, with a port. <c>https</c> takes its certificate
    /// from <c>Kestrel:Certificates:Default</c> (<c>Path</c> and <c>KeyPath</c> or <c>Password</c>).
    /// </summary>
    public string Address { get; set; } = "http://127.0.0.1:5100";

    /// <summary>Permits HTTP/2 without TLS on another address than loopback. Only inside a network that encrypts by itself.</summary>
    public bool AllowCleartext { get; set; }

    /// <summary>Size of the largest request that writes, in bytes; one that reads may have less, see <see cref="RequestLimits"/>.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int MaxRequestBytes { get; set; } = 1024 * 1024;

    /// <summary>Connections at the same time; one more is closed at once.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 2000;

    /// <summary>Calls at the same time on one connection; a client opens further connections beyond it.</summary>
    [Range(1, 10_000)]
    public int MaxStreamsPerConnection { get; set; } = 200;

    /// <summary>How long calls in hand may take to end when the process stops.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(15);

    internal bool IsEncrypted => IsHttps(Address);

    internal static bool IsHttps(string address) => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    internal void Apply(KestrelServerOptions kestrel, IServiceProvider services)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        // A caller without a token can make the process receive this much before the call is refused; HTTP/2 allows no smaller window.
        kestrel.Limits.Http2.InitialStreamWindowSize = 65_535;
        // Detects callers that disappeared without closing, and ends the streams that they followed.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(1);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        // Longer than a feed lets its caller leave a change unread (see ChangeFeed): the caller then gets the reason why its stream ends.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromMinutes(1));
        var uri = new Uri(Address);
        if (uri.Host == "localhost" && uri.Port != 0)
        {
            kestrel.ListenLocalhost(uri.Port, endpoint => Configure(endpoint, services));
        }
        else
        {
            kestrel.Listen(uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host), uri.Port,
                endpoint => Configure(endpoint, services));
        }
    }

    private void Configure(ListenOptions endpoint, IServiceProvider services)
    {
        endpoint.Protocols = HttpProtocols.Http2;
        if (!IsEncrypted)
            return;
        var own = services.GetRequiredService<TlsCertificate>();
        var others = services.GetRequiredService<ServiceCertificates>();
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                var connection = new SslServerAuthenticationOptions { ServerCertificateContext = own.Current() };
                others.AskFor(connection);
                return ValueTask.FromResult(connection);
            },
        });
    }
}

/// <summary>Refuses to start on settings that cannot work, or that would send the record over a network in the clear.</summary>
internal sealed class ListenSettingsValidator(IConfiguration configuration) : IValidateOptions<ListenSettings>
{
    public ValidateOptionsResult Validate(string? name, ListenSettings options)
    {
        var problems = new List<string>();
        if (!Uri.TryCreate(options.Address, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || (uri.Host != "localhost" && !IPAddress.TryParse(uri.Host, out _)))
        {
            problems.Add($"Listen:Address is \"{options.Address}\". Write http:// or https://, an IP address or localhost, and a port, "
                + $"for example https://0.0.0.0:5100.");
        }
        else if (uri.Scheme == "http" && !uri.IsLoopback && !options.AllowCleartext)
        {
            problems.Add($"Listen:Address is \"{options.Address}\": without TLS the platform listens on loopback only. Write https:// "
                + $"and name a certificate in Kestrel:Certificates:Default, or set Listen:AllowCleartext=true if the network encrypts by "
                + $"itself.");
        }
        else if (uri.Scheme == "https" && !TlsCertificate.IsNamed(configuration))
        {
            problems.Add("Listen:Address is https, but there is no certificate. Name its file in Kestrel:Certificates:Default:Path, and "
                + "its key in Kestrel:Certificates:Default:KeyPath.");
        }
        if (uri?.Scheme == "http" && !string.IsNullOrEmpty(configuration["Identity:ServiceAuthorityFile"]))
        {
            problems.Add($"Listen:Address is \"{options.Address}\", where no certificate can be shown. Write https://, or leave "
                + "Identity:ServiceAuthorityFile empty.");
        }
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            problems.Add("Kestrel:Endpoints is not used here. Set Listen:Address.");
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
