using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.ChangeLog.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Validation;

namespace Platform.Hosting.Store;

/// <summary>What is the same of the change logs of all services, for those that this process serves.</summary>
internal sealed class ChangeLogRpcs(IServiceProvider provider, TimeProvider time) : ChangeLogService.ChangeLogServiceBase
{
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(1);

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

    [Allow(Role.Operator)]
    [AllowService("reporting")]
    public override async Task<SettleRecordTimeResponse> SettleRecordTime(SettleRecordTimeRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        if (request.Time is null)
            violations.Add("time", "Is required: the moment up to which the log is to be final.");
        violations.OptionalMoment("time", request.Time);
        violations.ThrowIfAny();
        var store = StoreOf(request.Service);
        var moment = request.Time!.ToDateTimeOffset();
        // What is written next is recorded after it: a caller whose clock is wrong must not move the record's.
        if (moment > time.GetUtcNow() + MaxAhead)
        {
            throw ApiError.InvalidField("time", "Lies more than a minute ahead of this service's clock. Set the clock of the machine that "
                + "asks, or of this one.");
        }
        return new()
        {
            Position = await store.SettleAsync(moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond)), context.CancellationToken),
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
