using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine;

/// <summary>What a checkout made of a cart.</summary>
public sealed record CartCheckoutResult
{
    /// <summary>The orders placed so far, in the order of the cart's groups.</summary>
    public IReadOnlyList<Order> Orders { get; init; } = [];

    /// <summary>
    /// The groups that could not be ordered. Their lines tell why, and a further checkout tries
    /// them again.
    /// </summary>
    public IReadOnlyList<OrderError> OrderErrors { get; init; } = [];

    /// <summary>What the engine says about the document.</summary>
    public ResourceAttributes? Attributes { get; init; }

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>Why a group could not be ordered.</summary>
public sealed record OrderError
{
    /// <summary>The order group.</summary>
    public string? OrderGroupId { get; init; }

    /// <summary>The service's order code of the group's first failing line.</summary>
    public int Code { get; init; }

    /// <summary>Which line, and why.</summary>
    public string Description { get; init; } = "";
}

/// <summary>An order.</summary>
public sealed record Order
{
    /// <summary>The order's id.</summary>
    public string? Id { get; init; }

    /// <summary>The same id.</summary>
    public string? AlternateId { get; init; }

    /// <summary>The customer who bought.</summary>
    public string? ReferenceCustomerId { get; init; }

    /// <summary>How its lines are billed.</summary>
    public BillingCycle? BillingCycle { get; init; }

    /// <summary>The currency, as ISO 4217.</summary>
    public string? CurrencyCode { get; init; }

    /// <summary>The currency's sign, when it is known.</summary>
    public string? CurrencySymbol { get; init; }

    /// <summary>What was bought; add-ons follow their line.</summary>
    public IReadOnlyList<OrderLineItem> LineItems { get; init; } = [];

    /// <summary>When it was placed.</summary>
    public DateTimeOffset? CreationDate { get; init; }

    /// <summary>How far it has come.</summary>
    public OrderStatus? Status { get; init; }

    /// <summary>What kind of purchase it is, such as <c>UserPurchase</c>.</summary>
    public string? TransactionType { get; init; }

    /// <summary>The sum of its lines; null where the market has no prices.</summary>
    public decimal? TotalPrice { get; init; }

    /// <summary>What the engine says about the document.</summary>
    public ResourceAttributes? Attributes { get; init; }

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>A line of an order.</summary>
public sealed record OrderLineItem
{
    /// <summary>Its place in the order, from 0.</summary>
    public int LineItemNumber { get; init; }

    /// <summary>The catalog item bought.</summary>
    public string? OfferId { get; init; }

    /// <summary>The subscription made; null for what is none.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The subscription that an add-on was bought towards.</summary>
    public string? ParentSubscriptionId { get; init; }

    /// <summary>For how long it was bought.</summary>
    public string? TermDuration { get; init; }

    /// <summary>What kind of purchase it is, such as <c>New</c>.</summary>
    public string? TransactionType { get; init; }

    /// <summary>What the host called the line, or the title of the item.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>Licences or instances.</summary>
    public long Quantity { get; init; }

    /// <summary>The last day of the first term.</summary>
    public DateTimeOffset? CustomTermEndDate { get; init; }

    /// <summary>The promotion that applied.</summary>
    public string? PromotionId { get; init; }

    /// <summary>What it costs.</summary>
    public Pricing? Pricing { get; init; }

    /// <summary>The reseller who took part.</summary>
    public string? PartnerIdOnRecord { get; init; }

    /// <summary>Further resellers who took part.</summary>
    public IReadOnlyList<string>? AdditionalPartnerIdsOnRecord { get; init; }

    /// <summary>What provisioning needs to know.</summary>
    public IReadOnlyDictionary<string, string>? ProvisioningContext { get; init; }

    /// <summary>What the subscription renews to.</summary>
    public RenewsTo? RenewsTo { get; init; }

    /// <summary>Whether the conditions of the SKU or offer were agreed to.</summary>
    public bool? AttestationAccepted { get; init; }

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}
