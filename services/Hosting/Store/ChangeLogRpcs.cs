using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.ChangeLog.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Store;

/// <summary>What is the same of the change logs of all services, for those that this process serves.</summary>
internal sealed class ChangeLogRpcs(IServiceProvider provider) : ChangeLogService.ChangeLogServiceBase
{
    [AllowEveryRole]
    [AllowService("reporting")]
    public override async Task<GetLatestPositionResponse> GetLatestPosition(GetLatestPositionRequest request, ServerCallContext context)
    {
        var store = StoreOf(request.Service);
        return new()
        {
            Position = await store.LatestPositionAsync(context.CancellationToken),
            LogId = await store.LogIdAsync(context.CancellationToken),
        };
    }

    [Allow(Role.Officer, Role.Operator)]
    public override async Task<ListDigestsResponse> ListDigests(ListDigestsRequest request, ServerCallContext context)
    {
        var page = await StoreOf(request.Service)
            .ListDigestsAsync(request, request.PageSize, request.PageToken, request.Names, context.CancellationToken);
        return new() { Digests = { page.Items }, NextPageToken = page.NextPageToken };
    }

    private ResourceStore StoreOf(string service) =>
        PlatformServices.Find(service) is { } known && provider.GetKeyedService<ResourceStore>(known.Name) is { } store ? store
            : throw ApiError.NotFound(service);
}
