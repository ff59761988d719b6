using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Platform.Hosting.ServiceClients;
using Platform.Tool.Output;

namespace Platform.Tool.Client;

/// <summary>The services of a platform that may be one process or several, and the token that every call carries.</summary>
internal sealed class PlatformAddress : IDisposable
{
    private const int MaxMessageBytes = 64 * 1024 * 1024;

    private readonly Dictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _addresses;
    private readonly string _everywhere;
    private readonly string _token;
    private readonly bool _allowCleartext;

    /// <summary>
    /// Opens it.
    /// </summary>
    /// <param name="addresses">
    /// An address that serves everything, or addresses of single services as <c>meetings=https://HOST:PORT</c>.
    /// </param>
    /// <param name="token">The bearer token.</param>
    /// <param name="allowCleartext">Permits http to another machine.</param>
    public PlatformAddress(IReadOnlyList<string> addresses, string token, bool allowCleartext)
    {
        (_token, _allowCleartext) = (token, allowCleartext);
        _everywhere = addresses.LastOrDefault(a => !a.Contains('=')) ?? "";
        _addresses = addresses.Where(a => a.Contains('=')).Select(a => a.Split('=', 2))
            .ToDictionary(p => p[0].ToLowerInvariant(), p => p[1]);
        foreach (var address in _addresses.Values.Append(_everywhere).Where(a => a.Length > 0))
            Check(address, allowCleartext);
    }

    /// <summary>Gets the channel to a service.</summary>
    public CallInvoker InvokerOf(PlatformService service)
    {
        var address = AddressOf(service);
        if (!_channels.TryGetValue(address, out var channel))
        {
            channel = ChannelDefaults.Open(address, _allowCleartext, new GrpcChannelOptions { MaxReceiveMessageSize = MaxMessageBytes });
            _channels.Add(address, channel);
        }
        return channel.Intercept(new AddressInterceptor(service, address)).Intercept(metadata =>
        {
            metadata.Add("authorization", $"Bearer {_token}");
            return metadata;
        });
    }

    /// <summary>Gets the address of a service.</summary>
    public string AddressOf(PlatformService service)
    {
        var address = _addresses.GetValueOrDefault(service.Name, _everywhere);
        return address.Length > 0 ? address
            : throw new CommandException($"No address is given for {service.FullName}. Add --address {service.Name}=https://HOST:PORT.");
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
    }

    private static bool IsDns(string address) => address.StartsWith("dns:///", StringComparison.OrdinalIgnoreCase);

    private static void Check(string address, bool allowCleartext)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme is not ("http" or "https") && !IsDns(address)))
        {
            throw new CommandException($"\"{address}\" is not a valid address. Write https://HOST:PORT, dns:///HOST:PORT to spread calls "
                + $"over every address of a name, or http://127.0.0.1:PORT for this machine.");
        }
        if (uri.Scheme == "http" && !uri.IsLoopback && !allowCleartext)
        {
            throw new CommandException($"\"{address}\" is not encrypted, and the token would cross the network in the clear. Write "
                + $"https://, or add --allow-cleartext if the network encrypts by itself.");
        }
    }
}
