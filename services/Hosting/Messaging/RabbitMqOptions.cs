using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Messaging;

/// <summary>The broker: section <c>RabbitMq</c> of the configuration.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>
    /// Its address and virtual host, <c>amqps://USER:PASSWORD@HOST:PORT/VHOST</c>. With <c>amqps</c> the connection is
    /// encrypted on every port, and the broker's certificate must be valid for its host name.
    /// </summary>
    public string Uri { get; set; } = "";

    /// <summary>Permits a connection without TLS to another machine. Only inside a network that encrypts by itself.</summary>
    public bool AllowCleartext { get; set; }

    /// <summary>
    /// Use a bus in the memory of this process in place of a broker. It reaches no other process, so that it is for a
    /// platform in one process with SQLite files only.
    /// </summary>
    public bool InMemory { get; set; }
}

/// <summary>Refuses to start on options that cannot work. The address is not shown: it has the password.</summary>
internal sealed class RabbitMqOptionsValidator(IConfiguration configuration) : IValidateOptions<RabbitMqOptions>
{
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        if (options.InMemory)
            return CheckInMemory(options);
        if (options.Uri.Length == 0)
        {
            return ValidateOptionsResult.Fail("RabbitMq:Uri is not set, and without a broker the changes would reach nobody. Write "
                + "amqps://USER:PASSWORD@HOST:PORT/VHOST; only a platform in one process with SQLite files can do without, by "
                + "RabbitMq:InMemory=true.");
        }
        if (!System.Uri.TryCreate(options.Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqps" or "amqp"))
            return ValidateOptionsResult.Fail("RabbitMq:Uri is not the address of a broker. Write amqps://USER:PASSWORD@HOST:PORT/VHOST.");
        return uri.Scheme == "amqp" && !uri.IsLoopback && !options.AllowCleartext
            ? ValidateOptionsResult.Fail(
                $"RabbitMq:Uri names {uri.Host} without TLS. Write amqps://, or set RabbitMq:AllowCleartext=true if the network encrypts "
                    + $"by itself.")
            : ValidateOptionsResult.Success;
    }

    private ValidateOptionsResult CheckInMemory(RabbitMqOptions options)
    {
        if (options.Uri.Length > 0)
            return ValidateOptionsResult.Fail("RabbitMq:Uri and RabbitMq:InMemory=true are both set. Leave one of them out.");
        var database = configuration.GetSection("ConnectionStrings").GetChildren().FirstOrDefault(c => !string.IsNullOrEmpty(c.Value));
        return database is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"RabbitMq:InMemory=true does not go with a PostgreSQL database (ConnectionStrings:{database.Key}): the changes would "
                    + $"reach no other process. Set RabbitMq:Uri to the address of a broker.");
    }
}
