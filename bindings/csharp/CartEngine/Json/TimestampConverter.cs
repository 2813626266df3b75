using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine.Json;

/// <summary>
/// Times are UTC: one without a zone is read so, and all are written with <c>Z</c> and seven
/// digits.
/// </summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(
        ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException($"\"{reader.GetString()}\" is no time");

    public override void Write(
        Utf8JsonWriter writer, DateTimeOffset time, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(time));

    /// <summary>A time as the engine writes it.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    /// <summary>A time in any form that the engine understands.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);
}
