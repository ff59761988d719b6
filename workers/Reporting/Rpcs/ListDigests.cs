using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override async Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context)
    {
        var page = await (digests.ListAsync(request.Service, request, request.PageSize, request.PageToken, request.Names,
            context.CancellationToken)
            ?? throw ApiError.InvalidField("service",
                $"Must be one of {string.Join(", ", PlatformServices.WithChangeLog.Select(s => s.Name))}."));
        return new() { Digests = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
