using System.Globalization;
using System.Text.Json;

namespace Bitrix24.Client;

/// <summary>Splits the answer of a batch into the outcomes of its commands.</summary>
internal static class BatchReader
{
    /// <summary>Reads the five maps of a classic batch (settings/how-to-call-rest-api/batch.md).</summary>
    public static Dictionary<string, CommandOutcome> Read(JsonElement result, IReadOnlyList<string> keys, int httpStatus)
    {
        var results = Map(result, "result", keys);
        var errors = Map(result, "result_error", keys);
        var totals = Map(result, "result_total", keys);
        var nexts = Map(result, "result_next", keys);
        var times = Map(result, "result_time", keys);
        var outcomes = new Dictionary<string, CommandOutcome>(keys.Count, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (errors.TryGetValue(key, out var failure))
            {
                outcomes[key] = new CommandOutcome(null, ReadFailure(failure, httpStatus));
            }
            else if (results.TryGetValue(key, out var value))
            {
                outcomes[key] = new CommandOutcome(
                    new RestAnswer(
                        value,
                        AnswerReader.Integer(Find(totals, key)),
                        AnswerReader.Integer(Find(nexts, key)),
                        AnswerReader.ReadTime(Find(times, key))),
                    null);
            }
            else
            {
                outcomes[key] = new CommandOutcome(null, null);
            }
        }

        return outcomes;
    }

    /// <summary>
    /// Reads a REST 3.0 batch: results in the order of the commands. How a failed command looks is not documented, so an error
    /// envelope in its place, a map with numeric keys and maps like those of the classic batch are all understood.
    /// </summary>
    public static IReadOnlyList<CommandOutcome> ReadVersionThree(JsonElement result, int count, int httpStatus)
    {
        var keys = Enumerable.Range(0, count).Select(index => index.ToString(CultureInfo.InvariantCulture)).ToArray();
        if (result.ValueKind == JsonValueKind.Object
            && (result.TryGetProperty("result_error", out _) || !result.TryGetProperty("0", out _)))
        {
            var maps = Read(result, keys, httpStatus);
            return Array.ConvertAll(keys, key => maps[key]);
        }

        var items = ToMap(result, keys);
        return Array.ConvertAll(keys, key =>
            !items.TryGetValue(key, out var item) ? new CommandOutcome(null, null)
            : AnswerReader.TryReadError(item, httpStatus, out var error) ? new CommandOutcome(null, error)
            : new CommandOutcome(new RestAnswer(item, Time: null), null));
    }

    private static Bitrix24Error ReadFailure(JsonElement failure, int httpStatus)
    {
        if (AnswerReader.TryReadError(failure, httpStatus, out var error))
        {
            return error;
        }

        var text = failure.ValueKind == JsonValueKind.String ? failure.GetString()! : failure.GetRawText();
        return new Bitrix24Error(ErrorTable.Classify(text, "", httpStatus), text, "", httpStatus);
    }

    private static JsonElement? Find(Dictionary<string, JsonElement> map, string key) =>
        map.TryGetValue(key, out var value) ? value : null;

    private static Dictionary<string, JsonElement> Map(JsonElement holder, string name, IReadOnlyList<string> keys) =>
        AnswerReader.Property(holder, name) is { } map ? ToMap(map, keys) : [];

    // PHP writes a map whose keys are 0..n-1 as a list, and an empty map as [].
    private static Dictionary<string, JsonElement> ToMap(JsonElement map, IReadOnlyList<string> keys)
    {
        var entries = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (map.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in map.EnumerateObject())
            {
                entries[property.Name] = property.Value;
            }
        }
        else if (map.ValueKind == JsonValueKind.Array)
        {
            var byPosition = map.GetArrayLength() == keys.Count && !keys.Contains("0");
            var index = 0;
            foreach (var item in map.EnumerateArray())
            {
                entries[byPosition ? keys[index] : index.ToString(CultureInfo.InvariantCulture)] = item;
                index++;
            }
        }

        return entries;
    }
}
