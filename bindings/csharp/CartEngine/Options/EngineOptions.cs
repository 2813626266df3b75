using System.Text.Json;
using System.Text.Json.Serialization;
using CartEngine.Json;

namespace CartEngine;

/// <summary>
/// How an engine is opened. What is left null takes the engine's default;
/// <see cref="Engine.Options"/> tells the options in force.
/// </summary>
public sealed record EngineOptions
{
    /// <summary>
    /// The path of the database file, which is made when it is not there, or <c>:memory:</c>.
    /// </summary>
    public required string Database { get; init; }

    /// <summary>
    /// What an answered change survives. By default <see cref="CartEngine.Durability.Full"/>.
    /// </summary>
    public Durability? Durability { get; init; }

    /// <summary>Whether the database is only read. By default false.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>
    /// How long to wait for another process that holds the database, in milliseconds. By default
    /// 5000.
    /// </summary>
    public int? BusyTimeoutMs { get; init; }

    /// <summary>
    /// How JSON of carts is written. By default <see cref="CartEngine.Dialect.V2023"/>. All are
    /// always read.
    /// </summary>
    public Dialect? Dialect { get; init; }

    /// <summary>Who sells.</summary>
    public Partner? Partner { get; init; }

    /// <summary>How long a cart lives, as an ISO 8601 duration. By default <c>P7D</c>.</summary>
    public string? CartLifetime { get; init; }

    /// <summary>
    /// Whether carts with participants need the partner's attestation. By default they do not.
    /// </summary>
    public PartnerAttestation? PartnerAttestation { get; init; }

    /// <summary>
    /// How totals are rounded. By default <see cref="CartEngine.Rounding.HalfUp"/>.
    /// </summary>
    public Rounding? Rounding { get; init; }

    /// <summary>The greatest documents and carts.</summary>
    public Limits? Limits { get; init; }

    /// <summary>
    /// Makes ids repeat from run to run, for tests, together with <see cref="Engine.SetClock"/>. By
    /// default ids are random.
    /// </summary>
    public ulong? IdSeed { get; init; }

    /// <summary>Options that this version of the library does not name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; init; }
}

/// <summary>Who sells.</summary>
public sealed record Partner
{
    /// <summary>
    /// Whether he sells to customers himself or through resellers. By default
    /// <see cref="PartnerModel.Direct"/>.
    /// </summary>
    public PartnerModel? Model { get; init; }

    /// <summary>His country, as ISO 3166 alpha-2. By default <c>US</c>.</summary>
    public string? Country { get; init; }

    /// <summary>His currency, as ISO 4217. By default <c>USD</c>.</summary>
    public string? Currency { get; init; }

    /// <summary>Whether this is a sandbox, with its limits. By default false.</summary>
    public bool? Sandbox { get; init; }

    /// <summary>The partner ids of his resellers.</summary>
    public IReadOnlyList<string>? Resellers { get; init; }
}

/// <summary>The greatest documents and carts that an engine takes.</summary>
public sealed record Limits
{
    /// <summary>Bytes of a request document. By default 8 MiB.</summary>
    public int? RequestBytes { get; init; }

    /// <summary>Lines of a cart, add-ons included. By default 10 000.</summary>
    public int? LineItemsPerCart { get; init; }

    /// <summary>Add-ons of a line. By default 100.</summary>
    public int? AddonItemsPerLine { get; init; }
}

/// <summary>What an answered change survives. None of them ever damages the database.</summary>
[JsonConverter(typeof(OptionNameConverter))]
public enum Durability
{
    /// <summary>Every answered change survives a power loss.</summary>
    Full,

    /// <summary>
    /// Every answered checkout does, with all changes before it; later edits may be lost.
    /// </summary>
    Checkout,

    /// <summary>The last changes may be lost.</summary>
    Normal,
}

/// <summary>How JSON of carts is written.</summary>
[JsonConverter(typeof(DialectConverter))]
public enum Dialect
{
    /// <summary>As the resource page of 2023 says.</summary>
    V2023,

    /// <summary>As the resource page of 2018 says.</summary>
    V2018,

    /// <summary>As the live service writes it.</summary>
    Wire,
}

/// <summary>Whether a partner sells to customers himself.</summary>
[JsonConverter(typeof(OptionNameConverter))]
public enum PartnerModel
{
    /// <summary>He sells to customers himself.</summary>
    Direct,

    /// <summary>He sells through resellers.</summary>
    IndirectProvider,
}

/// <summary>Whether carts with participants need the partner's attestation.</summary>
[JsonConverter(typeof(OptionNameConverter))]
public enum PartnerAttestation
{
    /// <summary>They do not.</summary>
    Optional,

    /// <summary>They do.</summary>
    Required,
}

/// <summary>How totals are rounded to the currency's minor unit.</summary>
[JsonConverter(typeof(OptionNameConverter))]
public enum Rounding
{
    /// <summary>Half a unit goes up; totals of a cut first cycle are truncated.</summary>
    HalfUp,

    /// <summary>What is beyond the minor unit is dropped.</summary>
    Truncate,
}
