namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<GetProductResponse> GetProduct(GetProductRequest request, ServerCallContext context) =>
        new()
        {
            Product = await store.GetAsync<Product>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
