using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine;

/// <summary>
/// What the engine knows of a customer. What is null was not told, and restricts nothing.
/// </summary>
public sealed record Customer
{
    /// <summary>The customer's id.</summary>
    public string? CustomerId { get; init; }

    /// <summary>His country, as ISO 3166 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>His currency, as ISO 4217.</summary>
    public string? Currency { get; init; }

    /// <summary>
    /// His segment: <c>commercial</c>, <c>education</c>, <c>government</c>, <c>nonprofit</c>.
    /// </summary>
    public string? Segment { get; init; }

    /// <summary>His subscriptions, those that orders made included.</summary>
    public IReadOnlyList<Subscription>? Subscriptions { get; init; }

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>A subscription of a customer: put by the host, or made by an order.</summary>
public sealed record Subscription
{
    /// <summary>The subscription's id.</summary>
    public string? Id { get; init; }

    /// <summary>The catalog item bought.</summary>
    public string? OfferId { get; init; }

    /// <summary>The order that made it; null when the host put it.</summary>
    public string? OrderId { get; init; }

    /// <summary>The subscription that an add-on was bought towards.</summary>
    public string? ParentSubscriptionId { get; init; }

    /// <summary>The promotion under which it was bought.</summary>
    public string? PromotionId { get; init; }

    /// <summary>What the host called it, or the title of the item.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>The kind of product that it is of.</summary>
    public ProductType? ProductType { get; init; }

    /// <summary>Licences or instances.</summary>
    public long? Quantity { get; init; }

    /// <summary><c>active</c>, <c>suspended</c>, <c>deleted</c>, <c>expired</c> …</summary>
    public string? Status { get; init; }

    /// <summary>The agreed term.</summary>
    public string? TermDuration { get; init; }

    /// <summary>How it is billed.</summary>
    public BillingCycle? BillingCycle { get; init; }

    /// <summary>Whether it is a trial.</summary>
    public bool? IsTrial { get; init; }

    /// <summary>When it was bought.</summary>
    public DateTimeOffset? CreationDate { get; init; }

    /// <summary>The last day of the running term.</summary>
    public DateTimeOffset? CommitmentEndDate { get; init; }

    /// <summary>Whether it can hold Azure reservations.</summary>
    public AzureReservation? AzureReservation { get; init; }

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>A kind of products.</summary>
public sealed record ProductType
{
    /// <summary>Its name, such as <c>OnlineServicesNCE</c>, <c>Azure</c> or <c>SaaS</c>.</summary>
    public string? Id { get; init; }

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>Whether a subscription can hold Azure reservations.</summary>
public sealed record AzureReservation
{
    /// <summary>Whether it is enabled for them.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether it is registered for them.</summary>
    public bool? Registered { get; init; }
}
