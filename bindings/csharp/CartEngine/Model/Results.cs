using System.Text.Json.Serialization;
using CartEngine.Json;

namespace CartEngine;

/// <summary>What became of documents that the host loaded.</summary>
public sealed record PutResult
{
    /// <summary>How many were stored.</summary>
    public long Stored { get; init; }

    /// <summary>Those that cannot be used.</summary>
    public IReadOnlyList<RejectedDocument> Rejected { get; init; } = [];
}

/// <summary>A document that cannot be used.</summary>
public sealed record RejectedDocument
{
    /// <summary>The list it stood in, such as <c>skus</c>.</summary>
    public string List { get; init; } = "";

    /// <summary>Its place in the list, from 0.</summary>
    public int Position { get; init; }

    /// <summary>Why it cannot be used.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>What an integrity check found.</summary>
public sealed record CheckResult
{
    /// <summary>Whether everything is in order.</summary>
    public bool Ok { get; init; }

    /// <summary>What is not.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}

/// <summary>What to remove for good, and how much of it in one call.</summary>
public sealed record PurgeOptions
{
    /// <summary>The most of each kind to remove. By default 1000.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// Ordered carts go, too, when they last changed longer ago than this ISO 8601 duration.
    /// </summary>
    public string? OrderedOlderThan { get; init; }
}

/// <summary>What a purge removed.</summary>
public sealed record PurgeResult
{
    /// <summary>Carts that had expired.</summary>
    public long ExpiredCarts { get; init; }

    /// <summary>Ordered carts older than was asked.</summary>
    public long OrderedCarts { get; init; }

    /// <summary>Remembered answers of request ids.</summary>
    public long Requests { get; init; }

    /// <summary>Whether there is more to remove.</summary>
    public bool More { get; init; }
}

/// <summary>How many documents a call removed.</summary>
public sealed record RemoveResult
{
    /// <summary>The number; what was not there is not counted.</summary>
    public long Removed { get; init; }
}

/// <summary>Counts, sizes and versions of an engine.</summary>
public sealed record EngineStats
{
    /// <summary>
    /// How many there are of each kind: <c>carts</c>, <c>lines</c>, <c>orders</c> …
    /// </summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary>How large the database is.</summary>
    public DatabaseSizes Sizes { get; init; } = new();

    /// <summary>What it is made with.</summary>
    public EngineVersions Versions { get; init; } = new();
}

/// <summary>How large a database is.</summary>
public sealed record DatabaseSizes
{
    /// <summary>Bytes of the database.</summary>
    public long DatabaseBytes { get; init; }

    /// <summary>Bytes of its write-ahead log.</summary>
    public long WalBytes { get; init; }
}

/// <summary>What a database is made with.</summary>
public sealed record EngineVersions
{
    /// <summary>The version of the native library.</summary>
    public string Engine { get; init; } = "";

    /// <summary>The number of the database's schema.</summary>
    public long Schema { get; init; }

    /// <summary>The version of SQLite.</summary>
    public string Sqlite { get; init; } = "";
}

/// <summary>How a price sheet is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>
    /// The kind of sheet, such as <c>license</c>: a sheet replaces the earlier one of its source
    /// and markets.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>
    /// What becomes of the import when a row cannot be used. By default it fails.
    /// </summary>
    public BadRow? OnBadRow { get; init; }
}

/// <summary>What becomes of an import when a row cannot be used.</summary>
[JsonConverter(typeof(OptionNameConverter))]
public enum BadRow
{
    /// <summary>It fails.</summary>
    Fail,

    /// <summary>The row is passed over and told.</summary>
    Skip,
}

/// <summary>What an import brought.</summary>
public sealed record ImportResult
{
    /// <summary>How many rows were stored.</summary>
    public long Stored { get; init; }

    /// <summary>How many rows were passed over.</summary>
    public long RejectedCount { get; init; }

    /// <summary>The first of the rows that were passed over.</summary>
    public IReadOnlyList<RejectedRow> Rejected { get; init; } = [];
}

/// <summary>A row of a price sheet that cannot be used.</summary>
public sealed record RejectedRow
{
    /// <summary>Its line in the file, from 1.</summary>
    public long Line { get; init; }

    /// <summary>Why it cannot be used.</summary>
    public string Reason { get; init; } = "";
}
