using Microsoft.Extensions.Options;

namespace Platform.Hosting.ChangeLog;

/// <summary>Limits of the change feeds: section <c>ChangeFeed</c> of the configuration.</summary>
public sealed class ChangeFeedOptions
{
    /// <summary>
    /// How long a caller may leave a change unread before its stream is ended with RESOURCE_EXHAUSTED: what it does not
    /// read waits in the memory of this process. More than 0, at most 50 seconds.
    /// </summary>
    public TimeSpan UnreadLimit { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Refuses to start on limits that cannot work.</summary>
internal sealed class ChangeFeedOptionsValidator : IValidateOptions<ChangeFeedOptions>
{
    // Before the server cuts a connection that is not read; see ListenSettings.
    private static readonly TimeSpan MaxUnreadLimit = TimeSpan.FromSeconds(50);

    public ValidateOptionsResult Validate(string? name, ChangeFeedOptions options) =>
        options.UnreadLimit > TimeSpan.Zero && options.UnreadLimit <= MaxUnreadLimit
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("ChangeFeed:UnreadLimit must be more than 0 and at most 50 seconds.");
}
