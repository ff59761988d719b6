using Microsoft.Extensions.Options;

namespace Platform.Reporting.Consumers;

/// <summary>The worker's own settings: section <c>Reporting</c> of the configuration.</summary>
public sealed class ReportingOptions
{
    /// <summary>
    /// A file with a bearer token of role service, with which the worker reads the services' change feeds. It is read
    /// again for each call, so that it can be renewed from outside. Not needed where the platform signs its own tokens.
    /// </summary>
    public string TokenFile { get; set; } = "";
}

/// <summary>Refuses to start a worker that could not read the feeds.</summary>
internal sealed class ReportingOptionsValidator(IConfiguration configuration) : IValidateOptions<ReportingOptions>
{
    public ValidateOptionsResult Validate(string? name, ReportingOptions options) =>
        options.TokenFile.Length == 0 && configuration["Identity:Authority"] is { Length: > 0 }
            ? ValidateOptionsResult.Fail(
                "Set Reporting:TokenFile to a file with a bearer token of role service: the worker reads the services' change feeds with "
                    + "it.")
            : ValidateOptionsResult.Success;
}
