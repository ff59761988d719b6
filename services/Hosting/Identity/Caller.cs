using Grpc.Core;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Identity;

/// <summary>Who is calling, as the token says.</summary>
/// <param name="Subject">The person or system, for example <c>officer-1</c>: the actor of every change it makes.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Participant">
/// The participant whose system is calling, for example <c>participants/idn</c>; empty for every other role.
/// </param>
public sealed record Caller(string Subject, Role Role, string Participant = "")
{
    /// <summary>
    /// Refuses a member-state system that acts for another participant than its own; every other
    /// role passes, since which roles may use a method is said at the method.
    /// </summary>
    public void MustBeAbleToActFor(string participant)
    {
        if (Role == Role.MemberStateSystem && Participant != participant)
            throw ApiError.OtherParticipant(Participant, $"The system of \"{Participant}\" may act for its own participant only.");
    }
}

/// <summary>Gives the caller to the code that serves a call.</summary>
public static class CallerOfCall
{
    /// <summary>Who is calling. Only for methods that need a token.</summary>
    public static Caller Caller(this ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{context.Method} asks who is calling but is open to calls without a token.");
}
