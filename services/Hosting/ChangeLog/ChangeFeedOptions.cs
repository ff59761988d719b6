using System.ComponentModel.DataAnnotations;

namespace Platform.Hosting.ChangeLog;

/// <summary>Limits of the change feeds: section <c>ChangeFeed</c> of the configuration.</summary>
public sealed class ChangeFeedOptions
{
    /// <summary>
    /// How long a caller may leave a change unread before its stream is ended with RESOURCE_EXHAUSTED: what it does not
    /// read waits in the memory of this process. Less than the server itself waits; see <c>ListenSettings</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:50")]
    public TimeSpan UnreadLimit { get; set; } = TimeSpan.FromSeconds(30);
}
