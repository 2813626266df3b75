using System.Text.Json;
using System.Text.Json.Serialization;
using CartEngine.Json;

namespace CartEngine;

/// <summary>A line of a cart, or an add-on of one.</summary>
/// <remarks>
/// What is null is left out of the document: in a cart it is absent, in a change it stays as it is.
/// </remarks>
public sealed record CartLineItem
{
    /// <summary>
    /// Unique over all lines and add-ons of the cart. Null: the engine gives one. It stays across
    /// updates.
    /// </summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? Id { get; init; }

    /// <summary>
    /// What is bought: <c>ProductId:SkuId:AvailabilityId</c>, or the id of a legacy offer.
    /// </summary>
    public string? CatalogItemId { get; init; }

    /// <summary>What the host calls the line; at most 256 characters.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>Licences or instances.</summary>
    public long? Quantity { get; init; }

    /// <summary>
    /// The currency, as ISO 4217. Null: the engine chooses; it is always answered.
    /// </summary>
    public string? CurrencyCode { get; init; }

    /// <summary>How it is billed.</summary>
    public BillingCycle? BillingCycle { get; init; }

    /// <summary>
    /// For how long it is bought, as an ISO 8601 duration: <c>P1M</c>, <c>P1Y</c>, <c>P3Y</c>.
    /// </summary>
    public string? TermDuration { get; init; }

    /// <summary>Who takes part in the purchase.</summary>
    public IReadOnlyList<Participant>? Participants { get; init; }

    /// <summary>What provisioning needs to know, as the SKU's provisioning variables say.</summary>
    public IReadOnlyDictionary<string, string>? ProvisioningContext { get; init; }

    /// <summary>Lines of one group can be placed in one order. Set by the engine.</summary>
    public string? OrderGroup { get; init; }

    /// <summary>
    /// Which system sells it, <c>modern</c> or <c>legacy</c>. Set by the engine, in the 2018
    /// dialect.
    /// </summary>
    public string? PurchaseSystem { get; init; }

    /// <summary>
    /// Lines bought towards the subscription that this line creates; one level deep.
    /// </summary>
    public IReadOnlyList<CartLineItem>? AddonItems { get; init; }

    /// <summary>What is wrong with the line; null when it is good. Set by the engine.</summary>
    public CartError? Error { get; init; }

    /// <summary>What the subscription renews to.</summary>
    public RenewsTo? RenewsTo { get; init; }

    /// <summary>Whether the conditions of the SKU or offer are agreed to.</summary>
    [JsonPropertyName("AttestationAccepted")]
    public bool? AttestationAccepted { get; init; }

    /// <summary>The promotion asked for; in an answer, the one that applied.</summary>
    public string? PromotionId { get; init; }

    /// <summary>The last day of the first term, as it stands in the document.</summary>
    /// <remarks>
    /// Text, because a cart keeps what it was given, also what is no date; the line is then in
    /// error.
    /// </remarks>
    [JsonPropertyName("customTermEndDate")]
    public string? CustomTermEndDateText { get; init; }

    /// <summary>
    /// The last day of the first term; null also when <see cref="CustomTermEndDateText"/> is no
    /// date.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? CustomTermEndDate
    {
        get => TimestampConverter.TryParse(CustomTermEndDateText, out var date) ? date : null;
        init => CustomTermEndDateText = value is { } date ? TimestampConverter.Text(date) : null;
    }

    /// <summary>
    /// What it costs; null while it is in error or the market has no prices. Set by the engine.
    /// </summary>
    public Pricing? Pricing { get; init; }

    /// <summary>Whether the line or an add-on of it is in error.</summary>
    [JsonIgnore]
    public bool HasErrors => Error is not null || (
        AddonItems?.Any(addon => addon.HasErrors) ?? false);

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }

    /// <summary>The name that the 2018 dialect has for <see cref="CatalogItemId"/>.</summary>
    [JsonInclude]
    internal string? CatalogId
    {
        get => null;
        init => CatalogItemId ??= value;
    }
}

/// <summary>Someone who takes part in a purchase.</summary>
/// <param name="Key"><c>transaction_reseller</c> or <c>additional_transaction_reseller</c>.</param>
/// <param name="Value">A reseller's partner id.</param>
public sealed record Participant(string Key, string Value);

/// <summary>What a subscription renews to.</summary>
[JsonConverter(typeof(RenewsToConverter))]
public sealed record RenewsTo
{
    /// <summary>The renewal's term: <c>P1M</c> or <c>P1Y</c>.</summary>
    public string? TermDuration { get; init; }
}

/// <summary>What a line costs, before taxation.</summary>
public sealed record Pricing
{
    /// <summary>One unit for one billing cycle, as the catalog says.</summary>
    public decimal ListPrice { get; init; }

    /// <summary>The list price less the promotion.</summary>
    public decimal DiscountedPrice { get; init; }

    /// <summary>The discounted price for the share of the first cycle.</summary>
    public decimal ProratedPrice { get; init; }

    /// <summary>The price of one unit in the first cycle.</summary>
    public decimal Price { get; init; }

    /// <summary>
    /// The line's total for its first term, rounded to the currency's minor unit.
    /// </summary>
    public decimal ExtendedPrice { get; init; }
}
