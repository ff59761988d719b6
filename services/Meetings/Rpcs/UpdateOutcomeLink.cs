using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateOutcomeLinkResponse> UpdateOutcomeLink(UpdateOutcomeLinkRequest request, ServerCallContext context)
    {
        var given = request.OutcomeLink.Given("outcome_link");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("outcome_link"), context.CancellationToken);
        var outcomeLink = await store.ChangeAsync<OutcomeLink>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored);
            stored.Check("outcome_link");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { OutcomeLink = outcomeLink };
    }
}
