using System.Text.Json.Serialization;
using CartEngine.Json;

namespace CartEngine;

/// <summary>What is wrong with a line.</summary>
[JsonConverter(typeof(CartErrorConverter))]
public sealed record CartError
{
    /// <summary>
    /// What is wrong, for programs. <see cref="CartErrorCode.Unknown"/> in the 2018 dialect, which
    /// has no numbers.
    /// </summary>
    public CartErrorCode ErrorCode { get; init; }

    /// <summary>The property, its value and what is allowed.</summary>
    public string ErrorDescription { get; init; } = "";

    /// <summary>Numbers, for errors that have them.</summary>
    public AdditionalInformation? AdditionalInformation { get; init; }

    /// <summary>The property at fault; told in the 2018 dialect only.</summary>
    public string? Property { get; init; }
}

/// <summary>Numbers that go with a line error.</summary>
public sealed record AdditionalInformation
{
    /// <summary>What can still be bought.</summary>
    public long? AvailableQuantity { get; init; }

    /// <summary>What the line asks for.</summary>
    public long? PurchasedQuantity { get; init; }
}

/// <summary>Kinds of line errors. The set is open: a number without a name is kept.</summary>
public enum CartErrorCode
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>The currency is not supported for the market.</summary>
    CurrencyIsNotSupported = 10000,

    /// <summary>The catalog item id is malformed, or names nothing.</summary>
    CatalogItemIdIsNotValid = 10001,

    /// <summary>An ownership limit of the offer is used up.</summary>
    QuotaNotAvailable = 10002,

    /// <summary>There is less in stock than the line needs.</summary>
    InventoryNotAvailable = 10003,

    /// <summary>The partner cannot name participants, or not these.</summary>
    ParticipantsIsNotSupportedForPartner = 10004,

    /// <summary>The line failed for any other reason.</summary>
    UnableToProcessCartLineItem = 10006,

    /// <summary>
    /// A subscription in the provisioning context is not an active one of this customer.
    /// </summary>
    SubscriptionIsNotValid = 10007,

    /// <summary>The subscription is not enabled for reservations.</summary>
    SubscriptionIsNotEnabledForRI = 10008,

    /// <summary>A limit of sandboxes is exceeded.</summary>
    SandboxLimitExceeded = 10009,

    /// <summary>A property is malformed or out of range.</summary>
    InvalidInput = 10010,

    /// <summary>The SKU requires a registered Azure subscription.</summary>
    SubscriptionNotRegistered = 10011,

    /// <summary>The conditions of the SKU or offer have not been agreed to.</summary>
    AttestationNotAccepted = 10012,

    /// <summary>The billing cycle or term is not offered for the item.</summary>
    BillingPlanNotSupported = 10013,

    /// <summary>The promotion does not exist, or not for this item.</summary>
    InvalidPromotionId = 10014,

    /// <summary>The customer would have more seats than the SKU allows.</summary>
    MaxAllowedSeatsPerSubscriptionExceeded = 10015,

    /// <summary>The item cannot have a custom term end date.</summary>
    InvalidCustomTermEndDateProduct = 10016,

    /// <summary>The custom term end date is not one of those allowed.</summary>
    InvalidCustomTermEndDate = 10017,

    /// <summary>The bases have fewer seats than the add-on asks for.</summary>
    BaseOfferSeatQuantityNotMet = 10018,

    /// <summary>The add-on has fewer seats than its bases ask for.</summary>
    MinimumAddOnSeatsNotMet = 10019,

    /// <summary>An add-on whose base product the customer neither owns nor buys.</summary>
    AddonWithoutBase = 400041,

    /// <summary>The item is known, but not sold to this customer.</summary>
    ItemNotAvailable = 400072,

    /// <summary>A legacy offer that is no longer for sale.</summary>
    LegacyOfferNotEligibleForPurchase = 500600,
}
