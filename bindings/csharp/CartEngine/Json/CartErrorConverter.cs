using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine.Json;

/// <summary>
/// A line error names its number and description; in the 2018 dialect it is one property, named
/// like the property at fault, that holds the description.
/// </summary>
internal sealed class CartErrorConverter : JsonConverter<CartError>
{
    public override CartError? Read(
        ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var properties = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
            ref reader, options)!;
        var named = new Dictionary<string, JsonElement>(
            properties, StringComparer.OrdinalIgnoreCase);
        return named.TryGetValue("errorCode", out var code)
            ? ReadNumbered(code, named, options)
            : ReadNamed(properties);
    }

    public override void Write(
        Utf8JsonWriter writer, CartError error, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (error.Property is { } property)
        {
            writer.WriteString(property, error.ErrorDescription);
        }
        else
        {
            writer.WriteNumber("errorCode", (int)error.ErrorCode);
            writer.WriteString("errorDescription", error.ErrorDescription);
            if (error.AdditionalInformation is { } information)
            {
                writer.WritePropertyName("additionalInformation");
                JsonSerializer.Serialize(writer, information, options);
            }
        }
        writer.WriteEndObject();
    }

    private static CartError ReadNumbered(
        JsonElement code,
        Dictionary<string, JsonElement> properties,
        JsonSerializerOptions options) =>
        new()
        {
            ErrorCode = (CartErrorCode)code.GetInt32(),
            ErrorDescription = properties.TryGetValue("errorDescription", out var text)
                ? text.GetString() ?? ""
                : "",
            AdditionalInformation = properties.TryGetValue(
                "additionalInformation", out var information)
                ? information.Deserialize<AdditionalInformation>(options)
                : null,
        };

    private static CartError? ReadNamed(Dictionary<string, JsonElement> properties) =>
        properties.Select(property => new CartError
        {
            Property = property.Key,
            ErrorDescription = property.Value.ToString(),
        }).FirstOrDefault();
}
