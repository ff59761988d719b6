using Grpc.Core;
using Platform.Hosting.Paging;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Operator)]
    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var page = await deadLetters.ListAsync(request.Discarded, PageToken.Read(request.PageToken, request), size + 1,
            context.CancellationToken);
        return page.Count > size
            ? new() { DeadLetters = { page.Take(size) }, NextPageToken = PageToken.After(IdOf(page[size - 1].Name), request) }
            : new() { DeadLetters = { page } };
    }
}
