using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Bitrix24.Client.Json;

/// <summary>A row inside a row; null from whatever PHP writes for none.</summary>
/// <typeparam name="T">The inner row's type.</typeparam>
internal sealed class RowConverter<T> : JsonConverter<T?>
    where T : class
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader).As((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        }
    }
}

/// <summary>Rows inside a row; an empty list from whatever PHP writes for none.</summary>
/// <typeparam name="T">The inner row's type.</typeparam>
internal sealed class RowListConverter<T> : JsonConverter<IReadOnlyList<T>?>
    where T : class
{
    public override IReadOnlyList<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader).AsList((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T>? value, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartArray();
        foreach (var row in value ?? [])
        {
            JsonSerializer.Serialize(writer, row, type);
        }

        writer.WriteEndArray();
    }
}

/// <summary>Rows inside a row by key; an empty map from <c>[]</c>.</summary>
/// <typeparam name="T">The inner row's type.</typeparam>
internal sealed class RowMapConverter<T> : JsonConverter<IReadOnlyDictionary<string, T>?>
    where T : class
{
    public override IReadOnlyDictionary<string, T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var rows = new Dictionary<string, T>(StringComparer.Ordinal);
        var value = JsonElement.ParseValue(ref reader);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                if (property.Value.As(type) is { } row)
                {
                    rows[property.Name] = row;
                }
            }
        }

        return rows;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, T>? value, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartObject();
        foreach (var (key, row) in value ?? new Dictionary<string, T>())
        {
            writer.WritePropertyName(key);
            JsonSerializer.Serialize(writer, row, type);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A truth value that the portal spells <c>Y</c> and <c>N</c> and wants back so; read in any spelling.</summary>
internal sealed class YesNoConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Scalars.Boolean(ref reader);

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Client.Write.YesNo(value));
}
