namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateProductResponse> UpdateProduct(UpdateProductRequest request, ServerCallContext context)
    {
        var requested = request.Product.Required("product");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("product"),
            context.CancellationToken);
        var product = await store.ChangeAsync<Product>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("product");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Product = product };
    }
}
