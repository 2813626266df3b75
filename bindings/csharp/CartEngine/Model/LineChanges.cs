using System.Text.Json.Serialization;

namespace CartEngine;

/// <summary>What a line operation changed. Its size does not grow with the cart.</summary>
public sealed record LineChanges
{
    /// <summary>The cart as it is now, without its lines.</summary>
    public CartHeader Cart { get; init; } = new();

    /// <summary>
    /// The lines named by the call, and those whose error, pricing or promotion changed.
    /// </summary>
    public IReadOnlyList<CartLineItem> LineItems { get; init; } = [];

    /// <summary>The ids of lines that are gone.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public IReadOnlyList<long> Removed { get; init; } = [];

    /// <summary>Groups that have another name now: the new name by the old one.</summary>
    public IReadOnlyDictionary<string, string> OrderGroups { get; init; } =
        new Dictionary<string, string>();
}
