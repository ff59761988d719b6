namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateParticipantResponse> CreateParticipant(CreateParticipantRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var participant = request.Participant.Required("participant");
        participant.Check("participant");
        participant.Inherit(await references.CheckAsync(participant.ReferencedNames("participant"), context.CancellationToken));
        return new()
        {
            Participant = await store.CreateAsync(participant, write, context.CancellationToken,
                request.AllowDuplicate ? null : CheckNoDuplicateAsync),
        };

        async Task CheckNoDuplicateAsync()
        {
            if (participant.IsoCode.Length > 0)
            {
                await store.CheckNoDuplicateAsync(participant, "iso-code", [participant.IsoCode],
                    $"has the ISO code {participant.IsoCode}", context.CancellationToken);
            }
            await store.CheckNoDuplicateAsync(participant, "known-as", MembershipModule.KnownAs(participant.Names),
                "has one of these names", context.CancellationToken);
        }
    }
}
