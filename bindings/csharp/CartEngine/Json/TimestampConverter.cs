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
    private const int FractionDigits = 7;

    private static readonly string[] Formats =
    [
        "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd",
    ];

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

    /// <summary>
    /// A date, or a date and time in ISO 8601. What is finer than seven digits is dropped, as the
    /// engine drops it: rounding could name the next day.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            Cut(text),
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);

    private static string? Cut(string? text)
    {
        var end = text?.IndexOf('.') + 1 + FractionDigits ?? 0;
        if (end <= FractionDigits || end >= text!.Length)
        {
            return text;
        }
        var rest = text.AsSpan(end).TrimStart("0123456789");
        return string.Concat(text.AsSpan(0, end), rest);
    }
}
