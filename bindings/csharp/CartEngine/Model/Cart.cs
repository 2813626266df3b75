using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine;

/// <summary>A cart without its lines.</summary>
/// <remarks>
/// All but <see cref="PartnerOnRecordAttestationAccepted"/> is set by the engine, and ignored when
/// sent to it.
/// </remarks>
public record CartHeader
{
    /// <summary>The cart's id.</summary>
    public string? Id { get; init; }

    /// <summary>When it was created.</summary>
    [JsonPropertyName("creationTimeStamp")]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When it last changed.</summary>
    [JsonPropertyName("lastModifiedTimeStamp")]
    public DateTimeOffset? LastModifiedTimestamp { get; init; }

    /// <summary>From when on it is gone, unless it was ordered.</summary>
    [JsonPropertyName("expirationTimeStamp")]
    public DateTimeOffset? ExpirationTimestamp { get; init; }

    /// <summary>The <see cref="Request.User"/> of the request that last changed it.</summary>
    public string? LastModifiedUser { get; init; }

    /// <summary>Whether it can change. Absent in the 2018 dialect.</summary>
    public CartStatus? Status { get; init; }

    /// <summary>Whether the partner attests who the participants are.</summary>
    [JsonPropertyName("PartnerOnRecordAttestationAccepted")]
    public bool? PartnerOnRecordAttestationAccepted { get; init; }

    /// <summary>
    /// How many lines and add-ons it has; told where the lines themselves are not.
    /// </summary>
    public int? LineCount { get; init; }

    /// <summary>What the engine says about the document.</summary>
    public ResourceAttributes? Attributes { get; init; }

    /// <summary>Changes with every change of the cart; for <see cref="Request.IfMatch"/>.</summary>
    [JsonIgnore]
    public string? Etag => Attributes?.Etag;

    /// <summary>Properties that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>
/// A cart. One that was read can be changed with <c>cart with { … }</c> and sent back as it is.
/// </summary>
public sealed record Cart : CartHeader
{
    /// <summary>What is to be bought: at least one line.</summary>
    public IReadOnlyList<CartLineItem> LineItems { get; init; } = [];

    /// <summary>
    /// Whether a line, or an add-on of one, is in error: such a cart cannot be checked out.
    /// </summary>
    [JsonIgnore]
    public bool HasErrors => LineItems.Any(line => line.HasErrors);
}

/// <summary>What the engine says about a document.</summary>
public sealed record ResourceAttributes
{
    /// <summary>The kind of document, such as <c>Order</c>.</summary>
    public string? ObjectType { get; init; }

    /// <summary>Changes with every change of the cart.</summary>
    public string? Etag { get; init; }
}
