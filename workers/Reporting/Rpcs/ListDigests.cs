using Grpc.Core;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Paging;
using Platform.Hosting.Store;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.Operator)]
    public override async Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context)
    {
        var page = await (digests.ListAsync(request.Service, request, request.PageSize, request.PageToken, request.Names, context.CancellationToken)
            ?? throw ApiError.InvalidField("service", $"Must be one of {string.Join(", ", ReportingModule.Services)}."));
        return new() { Digests = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
