using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateOutcomeResponse> UpdateOutcome(UpdateOutcomeRequest request, ServerCallContext context)
    {
        var given = request.Outcome.Given("outcome");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("outcome"), context.CancellationToken);
        var outcome = await store.ChangeAsync<Outcome>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored, ("official_text", nameof(AttachOfficialText)));
            stored.Check("outcome");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Outcome = outcome };
    }
}
