using System.Globalization;
using System.Text.Json;
using Bitrix24.Client.Json;

namespace Bitrix24.Client;

/// <summary>Reads the envelopes of answers and errors, both kinds of REST, as leniently as PHP writes them.</summary>
internal static class AnswerReader
{
    /// <summary>Reads a whole answer: an answer or an error, never both.</summary>
    public static CommandOutcome Read(JsonElement root, int httpStatus)
    {
        if (root.ValueKind == JsonValueKind.Object)
        {
            if (TryReadError(root, httpStatus, out var error))
            {
                return new CommandOutcome(null, error);
            }

            if (httpStatus < 400 && root.TryGetProperty("result", out var result))
            {
                return new CommandOutcome(
                    new RestAnswer(result, Integer(root, "total"), Integer(root, "next"), ReadTime(Property(root, "time"))), null);
            }
        }

        return new CommandOutcome(null, new Bitrix24Error(
            Bitrix24ErrorKind.NotAnAnswer, "CLIENT_NO_RESULT", "The JSON has neither a result nor an error.", httpStatus));
    }

    /// <summary>Reads an error object: <c>{error, error_description}</c> of classic REST or <c>{error:{code, message}}</c> of REST 3.0.</summary>
    public static bool TryReadError(JsonElement holder, int httpStatus, out Bitrix24Error error)
    {
        error = Bitrix24Error.CommandNotRun;
        if (holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("error", out var code))
        {
            return false;
        }

        if (code.ValueKind == JsonValueKind.Object)
        {
            error = ReadVersionThree(code, httpStatus);
            return true;
        }

        var text = Text(code);
        var description = Text(Property(holder, "error_description"));

        // An empty code is an error only where there is no result beside it.
        if (text.Length == 0 && description.Length == 0 && holder.TryGetProperty("result", out _))
        {
            return false;
        }

        error = new Bitrix24Error(ErrorTable.Classify(text, description, httpStatus), text, description, httpStatus);
        return true;
    }

    public static AnswerTime? ReadTime(JsonElement? time) => time is not { ValueKind: JsonValueKind.Object } block
        ? null
        : new AnswerTime(
            Number(block, "duration"),
            Instant(block, "date_start"),
            Instant(block, "date_finish"),
            Number(block, "operating"),
            Number(block, "operating_reset_at") is > 0 and < 1e11 and var seconds ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null);

    public static JsonElement? Property(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) ? value : null;

    public static int? Integer(JsonElement? value) => Lenient.ReadInteger(value) is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : null;

    private static int? Integer(JsonElement holder, string name) => Integer(Property(holder, name));

    private static double? Number(JsonElement holder, string name) => (double?)Lenient.ReadDecimal(Property(holder, name));

    private static DateTimeOffset? Instant(JsonElement holder, string name) => Lenient.ReadInstant(Property(holder, name));

    private static Bitrix24Error ReadVersionThree(JsonElement body, int httpStatus)
    {
        var code = Text(Property(body, "code"));
        var message = Text(Property(body, "message"));
        var fields = Property(body, "validation") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(field => $"{Text(Property(field, "field"))}: {Text(Property(field, "message"))}").ToArray()
            : [];
        return new Bitrix24Error(ErrorTable.Classify(code, message, httpStatus), code, message, httpStatus) { Validation = fields };
    }

    private static string Text(JsonElement? value) => value?.ValueKind switch
    {
        JsonValueKind.String => value.Value.GetString()!,
        JsonValueKind.Number => value.Value.GetRawText(),
        JsonValueKind.True => "true",
        _ => "",
    };
}
