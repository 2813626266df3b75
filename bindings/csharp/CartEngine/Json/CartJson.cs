using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CartEngine.Json;

/// <summary>How documents are read and written.</summary>
internal static class CartJson
{
    /// <summary>
    /// Names are written in camel case and read in any case, as the engine itself does; what is
    /// null is left out.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = ReadOnly(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = new StrictEncoder(),
        MaxDepth = 128,
        Converters = { new TimestampConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    });

    /// <summary>
    /// The JSON of a document as UTF-8 ended by NUL, in an array to be returned to the shared pool.
    /// </summary>
    public static byte[] Serialize<T>(T document)
    {
        using var buffer = new RentedBuffer();
        using (var writer = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = Options.Encoder }))
        {
            JsonSerializer.Serialize(writer, document, Options);
        }
        return buffer.DetachTerminated();
    }

    private static JsonSerializerOptions ReadOnly(JsonSerializerOptions options)
    {
        options.MakeReadOnly();
        return options;
    }
}
