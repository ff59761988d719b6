using System.Globalization;
using Platform.Common.V1;

namespace Platform.Hosting.Errors;

/// <summary>A field of a request that is malformed.</summary>
/// <param name="Field">Its path in the request, for example <c>meeting.dates[0].dates.earliest_date</c>.</param>
/// <param name="Description">What is wrong and what to write instead, a sentence without the field's name.</param>
public sealed record FieldViolation(string Field, string Description);

/// <summary>
/// A call refused for a reason that the caller can act on. The message is a sentence for an officer;
/// <c>ErrorInterceptor</c> is the one place that turns it into a gRPC status.
/// </summary>
public sealed class ApiException : Exception
{
    internal ApiException(ErrorReason reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The reason, from the public list.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The metadata that the reason's documentation promises, for example the missing resource.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The malformed fields, for <see cref="ErrorReason.FieldInvalid"/>.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; init; } = [];

    /// <summary>When to try again, for <see cref="ErrorReason.DependencyUnavailable"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Creates the errors, each with the metadata that its reason promises.</summary>
public static class ApiError
{
    /// <summary>One or more fields are malformed.</summary>
    public static ApiException InvalidFields(IReadOnlyList<FieldViolation> violations) =>
        new(ErrorReason.FieldInvalid, string.Join(" ", violations.Select(v => $"{v.Field}: {v.Description}"))) { Violations = violations };

    /// <summary>One field is malformed.</summary>
    public static ApiException InvalidField(string field, string description) =>
        InvalidFields([new FieldViolation(field, description)]);

    /// <summary>The page token is not one that was issued for this request.</summary>
    public static ApiException InvalidPageToken() =>
        new(ErrorReason.PageTokenInvalid,
            "page_token: This is not a token of this request. Send the next_page_token of the page before, and leave the other fields as "
                + "they were.");

    /// <summary>A field names a resource that does not exist.</summary>
    public static ApiException ReferenceNotFound(string field, string resource) =>
        new(ErrorReason.ReferenceNotFound, $"{field}: \"{Excerpt(resource)}\" does not exist. Record it first, or correct the name.")
        {
            Metadata = new Dictionary<string, string> { ["field"] = field, ["resource"] = Excerpt(resource) },
        };

    /// <summary>A rule of the domain forbids the change.</summary>
    public static ApiException RuleViolated(Rule rule, string message) =>
        new(ErrorReason.RuleViolated, message)
        {
            Metadata = new Dictionary<string, string> { ["rule"] = ProtoNames.Of(rule)["RULE_".Length..] },
        };

    /// <summary>The resource asked for does not exist.</summary>
    public static ApiException NotFound(string resource) =>
        new(ErrorReason.ResourceNotFound, $"\"{Excerpt(resource)}\" does not exist, or not yet on the day asked about.")
        {
            Metadata = Of(resource),
        };

    /// <summary>Others name the resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="referrers">Some of those that name it, or stand below it.</param>
    public static ApiException Referenced(string resource, IReadOnlyList<string> referrers) =>
        new(ErrorReason.ResourceReferenced, $"\"{Excerpt(resource)}\" cannot be retracted while others name it or stand below it: "
            + $"{string.Join(", ", referrers)}. Retract or correct these first.")
        {
            Metadata = new Dictionary<string, string> { ["resource"] = Excerpt(resource), ["referrers"] = string.Join(' ', referrers) },
        };

    /// <summary>The caller follows another log than the one that is here.</summary>
    /// <param name="logId">The identity of the log that is here.</param>
    public static ApiException LogReplaced(string logId) =>
        new(ErrorReason.LogReplaced, $"log_id: The change log is not the one that you followed: it is {logId}, for example because the "
            + $"service was restored from an older copy. Positions of the other mean nothing here. Take in everything from the beginning.")
        {
            Metadata = new Dictionary<string, string> { ["log_id"] = logId },
        };

    /// <summary>The name is taken.</summary>
    public static ApiException Exists(string resource) =>
        new(ErrorReason.ResourceExists, $"\"{Excerpt(resource)}\" exists already. Choose another name, or update it.")
        {
            Metadata = Of(resource),
        };

    /// <summary>Another resource seems to be the same.</summary>
    /// <param name="resource">The one that is there.</param>
    /// <param name="alike">What the two have in common, for example <c>has the ISO code IDN</c>.</param>
    public static ApiException Duplicate(string resource, string alike) =>
        new(ErrorReason.ResourceDuplicate, $"\"{Excerpt(resource)}\" {alike} already. Use it; or, if another is meant, say so with "
            + $"allow_duplicate.")
        {
            Metadata = Of(resource),
        };

    /// <summary>The resource changed since it was read.</summary>
    public static ApiException Stale(string resource) =>
        new(ErrorReason.EtagStale, $"\"{Excerpt(resource)}\" was changed by somebody else since you read it. Read it again and repeat "
            + $"your change.")
        {
            Metadata = Of(resource),
        };

    /// <summary>The request id was used for another request.</summary>
    public static ApiException RequestIdReused(string requestId) =>
        new(ErrorReason.RequestIdReused,
            $"request_id: \"{requestId}\" was used for another request. Use a new one for each request, and the same only to repeat it "
                + $"unchanged.")
        {
            Metadata = new Dictionary<string, string> { ["request_id"] = requestId },
        };

    /// <summary>No token, or one that is not trusted.</summary>
    public static ApiException Unauthenticated() =>
        new(ErrorReason.TokenInvalid, "A valid bearer token is needed: none was sent, or it is expired, malformed or not issued for this "
            + "platform.");

    /// <summary>A token that is trusted, but does not say who calls as this platform needs it.</summary>
    public static ApiException Unauthenticated(string message) => new(ErrorReason.TokenInvalid, message);

    /// <summary>The token of a stream expired.</summary>
    /// <param name="position">The position to resume from.</param>
    public static ApiException TokenExpired(long position) =>
        new(ErrorReason.TokenInvalid, $"The token expired. Follow again from position {position} with a new one.")
        {
            Metadata = new Dictionary<string, string> { ["position"] = position.ToString(CultureInfo.InvariantCulture) },
        };

    /// <summary>The caller's role may not use the method.</summary>
    public static ApiException RoleInsufficient(string method, string role) =>
        new(ErrorReason.RoleInsufficient, $"The role \"{role}\" may not use {method}.")
        {
            Metadata = new Dictionary<string, string> { ["method"] = method },
        };

    /// <summary>A service may not call the method, or nobody but services may.</summary>
    /// <param name="method">The method.</param>
    /// <param name="service">The service; null when it is none.</param>
    public static ApiException ServiceNotAllowed(string method, string? service) =>
        new(ErrorReason.ServiceNotAllowed, service is null ? $"Only services of the platform may use {method}, as a step of what they do "
            + "together." : $"The service \"{service}\" may not use {method}.")
        {
            Metadata = new Dictionary<string, string> { ["method"] = method },
        };

    /// <summary>A complete feed was asked for by a caller who may not see everything.</summary>
    public static ApiException ViewIncomplete() =>
        new(ErrorReason.ViewIncomplete, "This token may not see everything, so that its feed would not be complete. Use a token of the "
            + "role service, or follow without `complete`.");

    /// <summary>A party system tried to act for another party.</summary>
    public static ApiException OtherParty(string party, string message) =>
        new(ErrorReason.OtherParty, message)
        {
            Metadata = new Dictionary<string, string> { ["party"] = party },
        };

    /// <summary>A documented limit was exceeded.</summary>
    /// <param name="limit">Its name.</param>
    /// <param name="message">What it is, and what to do.</param>
    /// <param name="retryAfter">When the same request may succeed; null when it never will.</param>
    public static ApiException LimitExceeded(string limit, string message, TimeSpan? retryAfter = null) =>
        new(ErrorReason.LimitExceeded, message)
        {
            Metadata = new Dictionary<string, string> { ["limit"] = limit },
            RetryAfter = retryAfter,
        };

    /// <summary>The bytes of the request are not one message.</summary>
    public static ApiException NotAMessage(string message) => new(ErrorReason.FieldInvalid, message);

    /// <summary>The request is compressed.</summary>
    public static ApiException EncodingUnsupported() =>
        new(ErrorReason.EncodingUnsupported, "Compressed requests are not accepted. Send the request without compression.");

    /// <summary>Another service or the store is away; nothing was changed.</summary>
    public static ApiException Unavailable(string dependency, Exception? inner = null) =>
        Unavailable(dependency, $"The {dependency} cannot be reached at the moment. Nothing was changed; try again shortly.", inner);

    /// <summary>The same with a message of its own.</summary>
    public static ApiException Unavailable(string dependency, string message, Exception? inner = null) =>
        new(ErrorReason.DependencyUnavailable, message, inner)
        {
            Metadata = new Dictionary<string, string> { ["dependency"] = dependency },
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>The log cannot be followed after the position.</summary>
    /// <param name="position">The position asked for.</param>
    /// <param name="earliest">The first after which the log can be followed: 0, or higher where old changes were archived.</param>
    /// <param name="latest">The end of the log.</param>
    public static ApiException PositionOutOfRange(long position, long earliest, long latest) =>
        new(ErrorReason.PositionOutOfRange, position > latest
            ? $"after_position: {position} lies beyond the end of the change log, which is {latest}. Start from a position that was "
                + $"received, or from {earliest}."
            : $"after_position: The changes after {position} are no longer in the log; it can be followed after {earliest}. List the "
                + $"resources to learn how they are now, then follow from after_position {earliest}.")
        {
            Metadata = new Dictionary<string, string>
            {
                ["position"] = position.ToString(CultureInfo.InvariantCulture),
                ["earliest_position"] = earliest.ToString(CultureInfo.InvariantCulture),
                ["latest_position"] = latest.ToString(CultureInfo.InvariantCulture),
            },
        };

    /// <summary>The connection to the store broke: whether a write was committed is not known here.</summary>
    public static ApiException StoreLost(Exception inner) =>
        Unavailable("store", "The store cannot be reached at the moment. Try again shortly; repeat a write with the same request id, so "
            + "that it happens once even if it was stored before the connection broke.", inner);

    /// <summary>Shortens a text of the caller, which may be megabytes.</summary>
    public static string Excerpt(string value, int maxLength) => value.Length <= maxLength ? value : value[..maxLength] + "…";

    // Every resource name is shorter.
    private static string Excerpt(string resource) => Excerpt(resource, 300);

    private static Dictionary<string, string> Of(string resource) => new() { ["resource"] = Excerpt(resource) };
}
