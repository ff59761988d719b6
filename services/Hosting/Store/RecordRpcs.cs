using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Resources;
using Platform.Hosting.Validation;
using Platform.Records.V1;

namespace Platform.Hosting.Store;

/// <summary>What is the same of the resources of all services, for those that this process serves.</summary>
internal sealed class RecordRpcs(IServiceProvider provider) : RecordService.RecordServiceBase
{
    // Enough for an error; the rest is listed once these are retracted.
    private const int MaxReferrersTold = 10;

    [Allow(Role.Officer)]
    public override async Task<EndResourceResponse> EndResource(EndResourceRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Date("date", request.Date);
        violations.Text("reason", request.Reason, 1000);
        violations.ThrowIfAny();
        var (store, type) = StoreOf(request.Name);
        if (!type.CanEnd)
        {
            throw ApiError.RuleViolated(Rule.ResourceCannotEnd,
                $"\"{ApiError.Excerpt(request.Name, 100)}\" cannot end: it tells of something that happened. Retract "
                + $"it if it never did, or record what came after.");
        }
        var ended = await store.EndAsync(request.Name, type.Name, request.Etag, context.ToWriteRequest(request, request.RequestId),
            request.Date, request.Reason, context.CancellationToken);
        return new() { Version = ended.Version, RecordTime = ended.RecordTime };
    }

    [Allow(Role.Officer)]
    public override async Task<RetractResourceResponse> RetractResource(RetractResourceRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Text("reason", request.Reason, 1000);
        violations.ThrowIfAny();
        var (store, type) = StoreOf(request.Name);
        var referrers = await ReferrersAsync(request.Name, context.CancellationToken);
        if (referrers.Count > 0)
            throw ApiError.Referenced(request.Name, referrers);
        var retracted = await store.RetractAsync(request.Name, type.Name, request.Etag, context.ToWriteRequest(request, request.RequestId),
            request.Reason, context.CancellationToken);
        return new() { Version = retracted.Version, RecordTime = retracted.RecordTime };
    }

    [Allow(Role.Officer)]
    public override async Task<MergeResourcesResponse> MergeResources(MergeResourcesRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        if (!ResourceNames.IsName(request.Into) || request.Into == request.Name)
            violations.Add("into", "Must be the name of another resource, for example participants/vnm.");
        violations.Text("reason", request.Reason, 1000);
        violations.ThrowIfAny();
        var cancel = context.CancellationToken;
        var write = context.ToWriteRequest(request, request.RequestId);
        var (store, type) = StoreOf(request.Name);
        if (!type.CanMerge || store.TypeOf(request.Into) != type)
        {
            throw ApiError.RuleViolated(Rule.MergeOfOthers, $"\"{ApiError.Excerpt(request.Name, 100)}\" and "
                + $"\"{ApiError.Excerpt(request.Into, 100)}\" cannot be one: only two participants, two bodies or two meetings can.");
        }
        if (await store.MergedIntoAsync(request.Name, cancel) == request.Into)
            return new();
        foreach (var name in new[] { request.Name, request.Into })
        {
            if (!await store.ExistsAsync(name, type, cancel))
                throw ApiError.NotFound(name);
        }
        // First whether it can be done in all services, then in all services.
        await store.CheckNothingBelowBothAsync(request.Name, request.Into, cancel);
        var corrected = await ReplaceReferencesAsync(request, validateOnly: true, context);
        if (request.ValidateOnly)
            return new() { CorrectedResources = corrected };
        await store.CopyBelowAsync(request.Name, request.Into, new WriteRequest(write.Actor), cancel);
        await ReplaceReferencesAsync(request, validateOnly: false, context);
        await store.RetractMergedAsync(request.Name, request.Into, $"Merged into {request.Into}: {request.Reason}", write, cancel);
        return new() { CorrectedResources = corrected };
    }

    [Allow(Role.Officer)]
    [AllowService("membership", "meetings", "commitments", Only = true)]
    public override async Task<ReplaceReferencesResponse> ReplaceReferences(ReplaceReferencesRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        if (!ResourceNames.IsName(request.Name))
            violations.Add("name", "Must be a resource name, for example participants/viet-nam.");
        if (!ResourceNames.IsName(request.Into) || request.Into == request.Name)
            violations.Add("into", "Must be the name of another resource, for example participants/vnm.");
        violations.Text("reason", request.Reason, 1000);
        violations.ThrowIfAny();
        var store = (PlatformServices.Find(request.Service) is { } service ? StoreOf(service) : null)
            ?? throw ApiError.NotFound(request.Service);
        var corrected = await store.ReplaceReferencesAsync(request.Name, request.Into, request.Reason,
            new WriteRequest(context.Caller().Subject), request.ValidateOnly, context.CancellationToken);
        return new() { CorrectedResources = corrected };
    }

    [AllowEveryRole]
    [AllowService("membership", "meetings", "commitments", "reporting")]
    public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var endpoints = provider.GetRequiredService<EndpointDataSource>().Endpoints;
        var methods = endpoints.Where(e => caller.Role == Role.Service
                ? e.Metadata.GetMetadata<AllowServiceAttribute>()?.Services.Contains(caller.Service) == true
                : e.Metadata.GetMetadata<AllowAttribute>()?.Includes(caller.Role) == true
                    && e.Metadata.GetMetadata<AllowServiceAttribute>() is not { Only: true })
            .Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName.TrimStart('/'))
            .OfType<string>().Order(StringComparer.Ordinal);
        return Task.FromResult(new GetCallerResponse
        {
            Subject = caller.Subject,
            Role = caller.Role.Name(),
            Party = caller.Party,
            Methods = { methods },
            ExpireTime = context.TokenExpiry().ToTimestamp(),
        });
    }

    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    [AllowService("membership", "meetings", "commitments")]
    public override async Task<ListReferrersResponse> ListReferrers(ListReferrersRequest request, ServerCallContext context)
    {
        if (!ResourceNames.IsName(request.Name))
            throw ApiError.InvalidField("name", "Must be a resource name, for example participants/idn.");
        var store = (PlatformServices.Find(request.Service) is { } service ? StoreOf(service) : null)
            ?? throw ApiError.NotFound(request.Service);
        var page = await store.FindReferrersAsync(request, request.Name, request.PageSize, request.PageToken, context.CancellationToken);
        return new() { Names = { page.Items }, NextPageToken = page.NextPageToken };
    }

    private async Task<int> ReplaceReferencesAsync(MergeResourcesRequest merge, bool validateOnly, ServerCallContext context)
    {
        var corrected = 0;
        foreach (var service in PlatformServices.WithChangeLog)
        {
            var request = new ReplaceReferencesRequest
            {
                Service = service.Name,
                Name = merge.Name,
                Into = merge.Into,
                Reason = merge.Reason,
                ValidateOnly = validateOnly,
            };
            corrected += StoreOf(service) is null
                ? (await provider.GetRequiredKeyedService<RecordService.RecordServiceClient>(service.Name)
                    .ReplaceReferencesAsync(request, cancellationToken: context.CancellationToken)).CorrectedResources
                : (await ReplaceReferences(request, context)).CorrectedResources;
        }
        return corrected;
    }

    // Asks every service: a participant is named by meetings and commitments too.
    private async Task<List<string>> ReferrersAsync(string name, CancellationToken cancel)
    {
        var found = new List<string>();
        foreach (var service in PlatformServices.WithChangeLog)
        {
            var request = new ListReferrersRequest { Name = name, Service = service.Name, PageSize = MaxReferrersTold };
            found.AddRange(StoreOf(service) is { } store
                ? (await store.FindReferrersAsync(request, name, MaxReferrersTold, "", cancel)).Items
                : (await provider.GetRequiredKeyedService<RecordService.RecordServiceClient>(service.Name)
                    .ListReferrersAsync(request, cancellationToken: cancel)).Names);
        }
        return [.. found.Take(MaxReferrersTold)];
    }

    private ResourceStore? StoreOf(PlatformService service) => provider.GetKeyedService<ResourceStore>(service.Name);

    private (ResourceStore Store, ResourceType Type) StoreOf(string name)
    {
        foreach (var store in PlatformServices.WithChangeLog.Select(StoreOf).OfType<ResourceStore>())
        {
            if (store.TypeOf(name) is { } type)
                return (store, type);
        }
        throw ApiError.NotFound(name);
    }
}
