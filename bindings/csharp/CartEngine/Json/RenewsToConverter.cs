using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine.Json;

/// <summary>
/// A renewal is an object in one dialect and a list of at most one object in another; either is
/// read, and the object is written, which the engine takes in every dialect.
/// </summary>
internal sealed class RenewsToConverter : JsonConverter<RenewsTo>
{
    public override RenewsTo? Read(
        ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return ReadOne(ref reader, options);
        }
        RenewsTo? renewal = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            renewal = ReadOne(ref reader, options);
        }
        return renewal;
    }

    public override void Write(
        Utf8JsonWriter writer, RenewsTo renewal, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(
            writer, new Shape { TermDuration = renewal.TermDuration }, options);

    private static RenewsTo ReadOne(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        new()
        {
            TermDuration = JsonSerializer.Deserialize<Shape>(ref reader, options)?.TermDuration,
        };

    /// <summary>
    /// The same properties without the converter, which would otherwise call itself.
    /// </summary>
    private sealed record Shape
    {
        public string? TermDuration { get; init; }
    }
}
