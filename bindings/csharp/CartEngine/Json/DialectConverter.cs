using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine.Json;

/// <summary>The dialects are named by years, which are no names in C#.</summary>
internal sealed class DialectConverter : JsonConverter<Dialect>
{
    public override Dialect Read(
        ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.GetString() switch
        {
            "2018" => Dialect.V2018,
            "2023" => Dialect.V2023,
            "wire" => Dialect.Wire,
            var other => throw new JsonException($"\"{other}\" is no dialect"),
        };

    public override void Write(
        Utf8JsonWriter writer, Dialect dialect, JsonSerializerOptions options) =>
        writer.WriteStringValue(dialect switch
        {
            Dialect.V2018 => "2018",
            Dialect.V2023 => "2023",
            Dialect.Wire => "wire",
            _ => throw new JsonException($"{(int)dialect} is no dialect"),
        });
}

/// <summary>Options are named in lower snake case: <c>half_up</c>.</summary>
internal sealed class OptionNameConverter() : JsonStringEnumConverter(
    JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
