using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Json;

/// <summary>An id: as <see cref="IntegerConverter"/>, 0 when there is none.</summary>
internal sealed class IdConverter : JsonConverter<long>
{
    public override bool HandleNull => true;

    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Scalars.Integer(ref reader) ?? 0;

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>An integer from a number or a text; null from <c>""</c>, <c>[]</c>, <c>{}</c>.</summary>
internal sealed class IntegerConverter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Scalars.Integer(ref reader);

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options)
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>A decimal from a number or a text.</summary>
internal sealed class DecimalConverter : JsonConverter<decimal?>
{
    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Scalars.Decimal(ref reader);

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options)
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>A truth value in any of Bitrix24's spellings.</summary>
internal sealed class BooleanConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Scalars.Boolean(ref reader);

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } truth)
        {
            writer.WriteBooleanValue(truth);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>An instant from ISO 8601 with an offset; null from <c>{}</c>, <c>""</c> and texts without an offset.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Lenient.ParseInstant(reader.GetString()!);
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } instant)
        {
            writer.WriteStringValue(instant);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>A text, also from a number or a truth value; null from <c>[]</c> and <c>{}</c>.</summary>
internal sealed class TextConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return JsonElement.ParseValue(ref reader).GetRawText();
            default:
                reader.Skip();
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A list of ids, also from a map or a single id; null from <c>""</c> and <c>false</c>.</summary>
internal sealed class IntegerListConverter : JsonConverter<IReadOnlyList<long>?>
{
    public override IReadOnlyList<long>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(item => Lenient.ReadInteger(item)).OfType<long>()],
            JsonValueKind.Object => [.. value.EnumerateObject().Select(item => Lenient.ReadInteger(item.Value)).OfType<long>()],
            _ => Lenient.ReadInteger(value) is { } number ? [number] : null,
        };
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<long>? value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var number in value ?? [])
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A list of texts, also from a map or a single text; null from <c>false</c> and whatever else PHP writes for none.</summary>
internal sealed class TextListConverter : JsonConverter<IReadOnlyList<string>?>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(Text).OfType<string>()],
            JsonValueKind.Object => [.. value.EnumerateObject().Select(item => Text(item.Value)).OfType<string>()],
            _ => Text(value) is { Length: > 0 } text ? [text] : null,
        };
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string>? value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value ?? [])
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Reads scalars straight from the reader; leaves it at the end of the value.</summary>
internal static class Scalars
{
    public static bool? Boolean(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String => Lenient.ParseBoolean(reader.GetString()!),
        _ => Decimal(ref reader) is { } number ? number != 0 : null,
    };

    public static decimal? Decimal(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetDecimal(out var number) ? number : null;
            case JsonTokenType.String:
                return Lenient.ParseDecimal(reader.GetString()!);
            default:
                reader.Skip();
                return null;
        }
    }

    public static long? Integer(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return number;
        }

        return Decimal(ref reader) is { } value && value == decimal.Truncate(value) && value is >= long.MinValue and <= long.MaxValue
            ? (long)value
            : null;
    }
}
