namespace Platform.Hosting.Databases;

/// <summary>Rows with their states, as one query returned them.</summary>
/// <param name="Rows">The rows, in order.</param>
/// <param name="More">True when there may be more rows after them.</param>
internal sealed record Block<T>(List<T> Rows, bool More);

/// <summary>
/// Reads rows in blocks that are bounded by bytes as well as by number: a state may have a thousand times the usual size,
/// and a few large ones must not fill the memory of those who read them.
/// </summary>
internal static class Block
{
    /// <summary>A block ends with the row that exceeds it.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>A query that gives the rows of another, in their order, as far as a block goes.</summary>
    /// <param name="rows">The other query, which has a column <c>state</c>, and a limit.</param>
    /// <param name="order">The column by which both are in order.</param>
    /// <param name="length">The function that gives the number of bytes of a column.</param>
    public static string Sql(string rows, string order, string length) => $"""
        select * from (
            select r.*, sum({length}(state)) over (order by {order} rows between unbounded preceding and 1 preceding) as bytes_before
            from ({rows}) r
        ) b where bytes_before is null or bytes_before <= {MaxBytes} order by {order}
        """;

    /// <summary>The block of what such a query gave.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="limit">The limit of the other query.</param>
    /// <param name="bytes">The size of a row's state.</param>
    public static Block<T> Of<T>(List<T> rows, int limit, Func<T, int> bytes) =>
        new(rows, rows.Count == limit || rows.Sum(row => (long)bytes(row)) > MaxBytes);
}
