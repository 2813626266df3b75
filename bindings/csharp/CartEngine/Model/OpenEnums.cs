using System.Text.Json.Serialization;
using CartEngine.Json;

namespace CartEngine;

/// <summary>
/// Whether a cart can change. The set is open: a name that is not listed here is kept.
/// </summary>
[JsonConverter(typeof(OpenEnumConverter<CartStatus>))]
public readonly record struct CartStatus : IOpenEnum<CartStatus>
{
    private readonly string? name;

    /// <summary>The member of a name.</summary>
    /// <param name="value">The name, in any spelling.</param>
    public CartStatus(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        name = value;
    }

    /// <summary>It can be changed and checked out.</summary>
    public static CartStatus Active { get; } = new("Active");

    /// <summary>All of it has been ordered.</summary>
    public static CartStatus Ordered { get; } = new("Ordered");

    /// <summary>The name, as it stands in the document.</summary>
    public string Value => name ?? "";

    /// <summary>
    /// Whether both are the same member: <c>one_time</c>, <c>oneTime</c> and <c>OneTime</c> are.
    /// </summary>
    /// <param name="other">The other member.</param>
    /// <returns>Whether they are the same.</returns>
    public bool Equals(CartStatus other) => OpenEnum.Equal(Value, other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => OpenEnum.Hash(Value);

    /// <summary>The name.</summary>
    /// <returns>The name, as it stands in the document.</returns>
    public override string ToString() => Value;

    static CartStatus IOpenEnum<CartStatus>.Of(string value) => new(value);
}

/// <summary>
/// How an item is billed. The set is open: a name that is not listed here is kept.
/// </summary>
[JsonConverter(typeof(OpenEnumConverter<BillingCycle>))]
public readonly record struct BillingCycle : IOpenEnum<BillingCycle>
{
    private readonly string? name;

    /// <summary>The member of a name.</summary>
    /// <param name="value">The name, in any spelling.</param>
    public BillingCycle(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        name = value;
    }

    /// <summary>Every month.</summary>
    public static BillingCycle Monthly { get; } = new("monthly");

    /// <summary>Every year.</summary>
    public static BillingCycle Annual { get; } = new("annual");

    /// <summary>Every two years.</summary>
    public static BillingCycle Biennial { get; } = new("biennial");

    /// <summary>Every three years.</summary>
    public static BillingCycle Triennial { get; } = new("triennial");

    /// <summary>Once.</summary>
    public static BillingCycle OneTime { get; } = new("one_time");

    /// <summary>Not at all: trials.</summary>
    public static BillingCycle None { get; } = new("none");

    /// <summary>Not told.</summary>
    public static BillingCycle Unknown { get; } = new("unknown");

    /// <summary>The name, as it stands in the document.</summary>
    public string Value => name ?? "";

    /// <summary>
    /// Whether both are the same member: <c>one_time</c>, <c>oneTime</c> and <c>OneTime</c> are.
    /// </summary>
    /// <param name="other">The other member.</param>
    /// <returns>Whether they are the same.</returns>
    public bool Equals(BillingCycle other) => OpenEnum.Equal(Value, other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => OpenEnum.Hash(Value);

    /// <summary>The name.</summary>
    /// <returns>The name, as it stands in the document.</returns>
    public override string ToString() => Value;

    static BillingCycle IOpenEnum<BillingCycle>.Of(string value) => new(value);
}

/// <summary>
/// How far an order has come. The set is open: a name that is not listed here is kept.
/// </summary>
[JsonConverter(typeof(OpenEnumConverter<OrderStatus>))]
public readonly record struct OrderStatus : IOpenEnum<OrderStatus>
{
    private readonly string? name;

    /// <summary>The member of a name.</summary>
    /// <param name="value">The name, in any spelling.</param>
    public OrderStatus(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        name = value;
    }

    /// <summary>It has been fulfilled.</summary>
    public static OrderStatus Completed { get; } = new("completed");

    /// <summary>It is under way.</summary>
    public static OrderStatus Pending { get; } = new("pending");

    /// <summary>It has been called off.</summary>
    public static OrderStatus Cancelled { get; } = new("cancelled");

    /// <summary>The name, as it stands in the document.</summary>
    public string Value => name ?? "";

    /// <summary>
    /// Whether both are the same member: <c>one_time</c>, <c>oneTime</c> and <c>OneTime</c> are.
    /// </summary>
    /// <param name="other">The other member.</param>
    /// <returns>Whether they are the same.</returns>
    public bool Equals(OrderStatus other) => OpenEnum.Equal(Value, other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => OpenEnum.Hash(Value);

    /// <summary>The name.</summary>
    /// <returns>The name, as it stands in the document.</returns>
    public override string ToString() => Value;

    static OrderStatus IOpenEnum<OrderStatus>.Of(string value) => new(value);
}
