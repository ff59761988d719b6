using Microsoft.Extensions.Options;

namespace Platform.Hosting.ChangeLog;

/// <summary>The broker: section <c>RabbitMq</c> of the configuration.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>
    /// Its address and virtual host, <c>amqps://USER:PASSWORD@HOST:5671/VHOST</c>; empty for a bus in memory, which
    /// reaches no other process.
    /// </summary>
    public string Uri { get; set; } = "";

    /// <summary>Permits a connection without TLS to another machine. Only inside a network that encrypts by itself.</summary>
    public bool AllowCleartext { get; set; }
}

/// <summary>Refuses to start on options that cannot work. The address is not told: it has the password.</summary>
internal sealed class RabbitMqOptionsCheck : IValidateOptions<RabbitMqOptions>
{
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        if (options.Uri.Length == 0)
            return ValidateOptionsResult.Success;
        if (!System.Uri.TryCreate(options.Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqps" or "amqp"))
            return ValidateOptionsResult.Fail("RabbitMq:Uri is no address of a broker. Write amqps://USER:PASSWORD@HOST:5671/VHOST.");
        return uri.Scheme == "amqp" && !uri.IsLoopback && !options.AllowCleartext
            ? ValidateOptionsResult.Fail($"RabbitMq:Uri names {uri.Host} without TLS. Write amqps://, or set RabbitMq:AllowCleartext=true if the network encrypts by itself.")
            : ValidateOptionsResult.Success;
    }
}
