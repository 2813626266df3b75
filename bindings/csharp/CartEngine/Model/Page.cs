namespace CartEngine;

/// <summary>A part of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record Page<T>
{
    /// <summary>How many there are in all.</summary>
    public long TotalCount { get; init; }

    /// <summary>This part of them, newest first.</summary>
    public IReadOnlyList<T> Items { get; init; } = [];

    /// <summary>
    /// Asks for the next part as <see cref="CartQuery.After"/>; null on the last.
    /// </summary>
    public string? After { get; init; }
}

/// <summary>Which carts to list.</summary>
public sealed record CartQuery
{
    /// <summary>Only carts of this status.</summary>
    public CartStatus? Status { get; init; }

    /// <summary>Only what was created at this moment or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only what was created before this moment.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The most to answer: 1 to 1000. By default 100.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="Page{T}.After"/> of the part before.</summary>
    public string? After { get; init; }
}

/// <summary>Which orders to list.</summary>
public sealed record OrderQuery
{
    /// <summary>Only orders of this cart.</summary>
    public string? CartId { get; init; }

    /// <summary>Only orders of this status.</summary>
    public OrderStatus? Status { get; init; }

    /// <summary>Only what was created at this moment or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only what was created before this moment.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The most to answer: 1 to 1000. By default 100.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="Page{T}.After"/> of the part before.</summary>
    public string? After { get; init; }
}
