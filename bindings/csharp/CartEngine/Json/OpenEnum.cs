using System.Text.Json;
using System.Text.Json.Serialization;

namespace CartEngine.Json;

/// <summary>A set of names that later engines may add to.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
internal interface IOpenEnum<TSelf>
    where TSelf : struct, IOpenEnum<TSelf>
{
    /// <summary>The name.</summary>
    string Value { get; }

    /// <summary>The member of a name, known or not.</summary>
    static abstract TSelf Of(string value);
}

/// <summary>Names are the same in <c>one_time</c>, <c>oneTime</c> and <c>OneTime</c>.</summary>
internal static class OpenEnum
{
    public static bool Equal(string left, string right) =>
        string.Equals(Plain(left), Plain(right), StringComparison.OrdinalIgnoreCase);

    public static int Hash(string value) =>
        StringComparer.OrdinalIgnoreCase.GetHashCode(Plain(value));

    // Replace answers the same string when there is nothing to replace.
    private static string Plain(string value) => value.Replace("_", "", StringComparison.Ordinal);
}

/// <summary>Reads and writes a member of an open set as its name.</summary>
internal sealed class OpenEnumConverter<T> : JsonConverter<T>
    where T : struct, IOpenEnum<T>
{
    public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        T.Of(reader.GetString() ?? throw new JsonException($"null is no {typeof(T).Name}"));

    public override void Write(Utf8JsonWriter writer, T member, JsonSerializerOptions options) =>
        writer.WriteStringValue(member.Value);
}
