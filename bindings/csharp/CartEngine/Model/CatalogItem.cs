using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine;

/// <summary>
/// Which catalog items to find, and for whom they are priced: by id or by words of their titles.
/// </summary>
public sealed record CatalogQuery
{
    /// <summary>The one item of this id.</summary>
    public string? CatalogItemId { get; init; }

    /// <summary>Items whose titles hold these words.</summary>
    public string? Text { get; init; }

    /// <summary>The country to sell in; null: the partner's.</summary>
    public string? Country { get; init; }

    /// <summary>The currency of the prices; null: any.</summary>
    public string? Currency { get; init; }

    /// <summary>The segment to sell to; null: <c>commercial</c>.</summary>
    public string? Segment { get; init; }

    /// <summary>The most to answer: 1 to 1000. By default 100.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="CatalogPage.After"/> of the part before.</summary>
    public string? After { get; init; }
}

/// <summary>A part of the catalog items found.</summary>
public sealed record CatalogPage
{
    /// <summary>This part of them.</summary>
    public IReadOnlyList<CatalogItem> Items { get; init; } = [];

    /// <summary>
    /// Asks for the next part as <see cref="CatalogQuery.After"/>; null on the last.
    /// </summary>
    public string? After { get; init; }
}

/// <summary>What can be bought: a SKU, or a legacy offer.</summary>
public sealed record CatalogItem
{
    /// <summary>The product's id; null for a legacy offer.</summary>
    public string? ProductId { get; init; }

    /// <summary>The SKU's id; null for a legacy offer.</summary>
    public string? SkuId { get; init; }

    /// <summary>The legacy offer's id; null for a SKU.</summary>
    public string? OfferId { get; init; }

    /// <summary>What people call it.</summary>
    public string? Title { get; init; }

    /// <summary>What people call the product.</summary>
    public string? ProductTitle { get; init; }

    /// <summary><c>OnlineServicesNCE</c>, <c>Azure</c>, <c>Software</c>, <c>SaaS</c> …</summary>
    public string? ProductType { get; init; }

    /// <summary>Which system sells it: <c>modern</c> or <c>legacy</c>.</summary>
    public string? PurchaseSystem { get; init; }

    /// <summary>The least quantity of a line.</summary>
    public long? MinimumQuantity { get; init; }

    /// <summary>The greatest quantity of a line.</summary>
    public long? MaximumQuantity { get; init; }

    /// <summary>Whether it is a trial.</summary>
    public bool? IsTrial { get; init; }

    /// <summary>Whether it is bought towards another item.</summary>
    public bool IsAddon { get; init; }

    /// <summary>The SKUs it can be bought towards, as <c>ProductId:SkuId</c>.</summary>
    public IReadOnlyList<string>? PrerequisiteSkus { get; init; }

    /// <summary>The legacy offers it can be bought towards.</summary>
    public IReadOnlyList<string>? PrerequisiteOffers { get; init; }

    /// <summary>The ids under which it is sold, and where.</summary>
    public IReadOnlyList<CatalogAvailability> CatalogItems { get; init; } = [];

    /// <summary>The ways to buy it.</summary>
    public IReadOnlyList<CatalogTerm> Terms { get; init; } = [];

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>An id under which an item is sold.</summary>
public sealed record CatalogAvailability
{
    /// <summary>
    /// The id for <see cref="CartLineItem.CatalogItemId"/>; a third part <c>*</c> stands for any.
    /// </summary>
    public string? CatalogItemId { get; init; }

    /// <summary>The country it is sold in; null: every one.</summary>
    public string? Country { get; init; }

    /// <summary>The segment it is sold to; null: every one.</summary>
    public string? Segment { get; init; }

    /// <summary>The currency of a line that names none.</summary>
    public string? CurrencyCode { get; init; }

    /// <summary>The sign of that currency.</summary>
    public string? CurrencySymbol { get; init; }

    /// <summary>Whether it can be bought now.</summary>
    public bool? IsPurchasable { get; init; }
}

/// <summary>A way to buy an item.</summary>
public sealed record CatalogTerm
{
    /// <summary>For how long it is bought.</summary>
    public string? TermDuration { get; init; }

    /// <summary>How it is billed.</summary>
    public BillingCycle? BillingCycle { get; init; }

    /// <summary>The currency of the prices.</summary>
    public string? CurrencyCode { get; init; }

    /// <summary>The price of one unit for the whole term.</summary>
    public decimal? UnitPrice { get; init; }

    /// <summary>The suggested retail price.</summary>
    public decimal? ErpPrice { get; init; }
}
