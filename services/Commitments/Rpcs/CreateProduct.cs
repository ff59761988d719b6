namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateProductResponse> CreateProduct(CreateProductRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var product = request.Product.Required("product");
        product.Check("product");
        product.Inherit(await references.CheckAsync(product.ReferencedNames("product"), context.CancellationToken));
        return new() { Product = await store.CreateAsync(product, write, context.CancellationToken) };
    }
}
