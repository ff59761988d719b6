using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Platform.Hosting.Paging;

/// <summary>A page of a list.</summary>
/// <param name="Items">The resources, in order.</param>
/// <param name="NextPageToken">Empty on the last page.</param>
/// <param name="TotalSize">How many there are on all pages, where that was asked for; 0 otherwise.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string NextPageToken, int TotalSize = 0);

/// <summary>
/// An opaque token that says where the next page begins and for which request it was issued: the name of
/// the last resource sent, behind a hash of the request. It is no secret and carries nothing that the
/// caller has not seen.
/// </summary>
public static class PageToken
{
    private const int HashLength = 12;

    private const int DefaultSize = 50;
    private const int MaxPageSize = 1000;

    /// <summary>How many a page holds when this many are asked for: 50 for 0, at most 1,000.</summary>
    public static int SizeOf(int pageSize) => pageSize switch
    {
        < 0 => throw Errors.ApiError.InvalidField("page_size", "Must not be negative."),
        0 => DefaultSize,
        _ => Math.Min(pageSize, MaxPageSize),
    };

    /// <summary>The token of the page after a name.</summary>
    public static string After(string last, IMessage request) =>
        Base64Url.EncodeToString([.. HashOf(request), .. Encoding.UTF8.GetBytes(last)]);

    /// <summary>The name after which the page begins; empty for the first page.</summary>
    public static string Read(string token, IMessage request)
    {
        if (token.Length == 0)
            return "";
        if (token.Length > 1000 || !Base64Url.IsValid(token))
            throw Errors.ApiError.InvalidPageToken();
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= HashLength || !HashOf(request).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
            throw Errors.ApiError.InvalidPageToken();
        var last = Encoding.UTF8.GetString(bytes.AsSpan(HashLength));
        // The token is no secret, so that anybody can make one; names are letters, digits, hyphens and slashes.
        return last.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/') ? last : throw Errors.ApiError.InvalidPageToken();
    }

    // All that selects: the request without where the page begins and how long it is.
    private static byte[] HashOf(IMessage request)
    {
        var selection = request.Descriptor.Parser.ParseFrom(request.ToByteString());
        foreach (var field in request.Descriptor.Fields.InDeclarationOrder().Where(f => f.Name is "page_token" or "page_size"))
            field.Accessor.Clear(selection);
        return SHA256.HashData([.. Encoding.UTF8.GetBytes(request.Descriptor.FullName), .. selection.ToByteArray()])[..HashLength];
    }
}
