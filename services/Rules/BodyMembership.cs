using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Membership.V1;

namespace Platform.Rules;

/// <summary>Asks the membership service who is in a body, to which what is held for its members may be shown.</summary>
public sealed class BodyMembership(MembershipService.MembershipServiceClient membership) : IBodyMembership
{
    /// <inheritdoc/>
    public async Task<bool> IsMemberAsync(string participant, string body, CancellationToken cancel)
    {
        try
        {
            var standing = await membership.GetStandingAsync(new() { Participant = participant, Body = body }, cancellationToken: cancel);
            return standing.IsMember;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }
}
