using Grpc.Core;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Identity;

/// <summary>Who is calling, as the token says.</summary>
/// <param name="Subject">The person or system, for example <c>officer-1</c>: the actor of every change it makes.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Party">
/// The participant or body whose system is calling, for example <c>participants/idn</c>; empty for every other role.
/// </param>
/// <param name="Service">The short name of the service that is calling, for example <c>reporting</c>; empty for every other role.</param>
public sealed record Caller(string Subject, Role Role, string Party = "", string Service = "")
{
    /// <summary>
    /// Refuses a party system that acts for another party than its own; every other
    /// role passes, since which roles may use a method is said at the method.
    /// </summary>
    public void MustBeAbleToActFor(string party)
    {
        if (Role == Role.PartySystem && Party != party)
            throw ApiError.OtherParty(Party, $"The system of \"{Party}\" may act for that party only.");
    }
}

/// <summary>Provides the caller to the code that serves a call.</summary>
public static class CallerOfCall
{
    /// <summary>Who is calling. Only for methods that need a token.</summary>
    public static Caller Caller(this ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Authentication>()?.Caller
        ?? throw new InvalidOperationException($"{context.Method} asks who is calling but is open to calls without a token.");

    /// <summary>When the token of the call is no longer accepted: a stream ends then.</summary>
    public static DateTimeOffset TokenExpiry(this ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Authentication>()?.Expires ?? DateTimeOffset.MaxValue;
}
