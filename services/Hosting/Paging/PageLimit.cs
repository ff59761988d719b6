namespace Platform.Hosting.Paging;

/// <summary>
/// How much goes into one answer: so many items as were asked for, and not more bytes than the clients of gRPC take
/// without being told otherwise (4 MiB).
/// </summary>
/// <param name="size">Most items.</param>
internal sealed class PageLimit(int size)
{
    // Leaves room for what an answer adds to its items.
    public const int MaxBytes = 3 * 1024 * 1024;

    private int _items;
    private long _bytes;

    /// <summary>True when one more item still goes into the page; the first always does.</summary>
    public bool Takes(int bytes)
    {
        if (_items > 0 && (_items == size || _bytes + bytes > MaxBytes))
            return false;
        _items++;
        _bytes += bytes;
        return true;
    }
}
