using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>The request ran longer than the portal allows and was cut off.</summary>
internal sealed class CutOffException : Exception;

/// <summary>batch of the classic REST and of REST 3.0 (settings/how-to-call-rest-api/batch.md, api-reference/rest-v3.md).</summary>
internal static partial class Batch
{
    private const int MaximumCommands = 50;

    /// <summary>Classic: cmd holds "method?query" by key; commands run one after the other and may refer to earlier results.</summary>
    public static JsonObject RunClassic(SimulatedPortal portal, Dispatcher dispatcher, JsonObject parameters, Caller caller, RequestClock clock)
    {
        var commands = Parameters.AsMap(parameters["cmd"]);
        CheckLength(commands.Count);
        var halts = FieldValue.AsText(parameters["halt"]) is "1" or "true" or "Y";
        PhpMap results = new(), errors = new(), totals = new(), nexts = new(), times = new();
        foreach (var (key, command) in commands)
        {
            var text = FieldValue.AsText(command);
            var question = text.IndexOf('?', StringComparison.Ordinal);
            var name = question < 0 ? text : text[..question];
            var query = question < 0 ? [] : PhpQuery.Parse(text[(question + 1)..]);
            var outcome = string.Equals(name, "batch", StringComparison.OrdinalIgnoreCase)
                ? new CommandOutcome(null, new RestException(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage"), [])
                : dispatcher.Run(name, (JsonObject)Resolve(query, results)!, false, caller, clock, true);
            CutOff(portal, clock);
            if (outcome.Error is { } error)
            {
                errors.Add(key, Dispatcher.ErrorEnvelope(error, false));
                if (halts)
                {
                    break;
                }
                continue;
            }
            results.Add(key, outcome.Result!.Result);
            times.Add(key, outcome.Time);
            totals.AddIfAny(key, outcome.Result.Total);
            nexts.AddIfAny(key, outcome.Result.Next);
        }
        return new JsonObject
        {
            ["result"] = results.ToJson(),
            ["result_error"] = errors.ToJson(),
            ["result_total"] = totals.ToJson(),
            ["result_next"] = nexts.ToJson(),
            ["result_time"] = times.ToJson(),
        };
    }

    /// <summary>REST 3.0: a root array (or an object with numeric keys beside auth) of {method, query}; results in the same order.</summary>
    public static JsonArray RunV3(SimulatedPortal portal, Dispatcher dispatcher, JsonNode body, Caller caller, RequestClock clock)
    {
        if (portal.Options.RefusesVersionThreeBatch || (body is JsonObject map && map.ContainsKey("cmd")))
        {
            throw RestException.V3("INVALIDSELECTEXCEPTION", "The body of batch is an array of commands");
        }
        var commands = body is JsonObject numbered
            ? numbered.Where(pair => int.TryParse(pair.Key, CultureInfo.InvariantCulture, out _))
                .OrderBy(pair => int.Parse(pair.Key, CultureInfo.InvariantCulture)).Select(pair => pair.Value).ToArray()
            : [.. body.AsArray()];
        CheckLength(commands.Length);
        var results = new JsonArray();
        foreach (var command in commands)
        {
            var name = FieldValue.AsText(command?["method"]);
            var query = command?["query"]?.DeepClone() as JsonObject ?? [];
            var outcome = dispatcher.Run(name, query, true, caller, clock, true);
            CutOff(portal, clock);
            // How a failed command looks is not described; the v3 error object stands in its place.
            results.Add(outcome.Error is { } error ? Dispatcher.ErrorEnvelope(error, true) : outcome.Result!.Result?.DeepClone());
        }
        return results;
    }

    private static void CheckLength(int count)
    {
        if (count > MaximumCommands)
        {
            throw new RestException(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
        }
    }

    private static void CutOff(SimulatedPortal portal, RequestClock clock)
    {
        if (portal.Options.RequestTimeLimit && clock.Seconds > portal.Options.RequestTimeLimitSeconds)
        {
            throw new CutOffException();
        }
    }

    /// <summary>Puts results of earlier commands in place of $result[key][path]; what cannot be resolved to a scalar becomes an empty string.</summary>
    private static JsonNode? Resolve(JsonNode? node, PhpMap results)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Resolve(pair.Value, results))));
            case JsonArray array:
                return new JsonArray([.. array.Select(element => Resolve(element, results))]);
            case JsonValue value when value.TryGetValue<string>(out var text):
                return Reference().Replace(text, match => Lookup(match.Groups[1].Captures.Select(capture => capture.Value), results));
            default:
                return node?.DeepClone();
        }
    }

    private static string Lookup(IEnumerable<string> path, PhpMap results)
    {
        JsonNode? node = null;
        var isFirst = true;
        foreach (var key in path)
        {
            node = isFirst ? results.Find(key) : node switch
            {
                JsonObject map => map[key],
                JsonArray array when int.TryParse(key, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
            isFirst = false;
        }
        return node is JsonValue ? FieldValue.AsText(node) : "";
    }

    [GeneratedRegex(@"\$result(?:\[([^\]]*)\])+")]
    private static partial Regex Reference();

    /// <summary>A PHP array: a JSON array when its keys are 0, 1, 2…, "[]" when empty, else an object.</summary>
    private sealed class PhpMap
    {
        private readonly List<(string Key, JsonNode? Value)> _entries = [];

        public void Add(string key, JsonNode? value) => _entries.Add((key, value));

        public void AddIfAny(string key, int? value)
        {
            if (value is { } number)
            {
                Add(key, number);
            }
        }

        public JsonNode? Find(string key) => _entries.FirstOrDefault(entry => entry.Key == key).Value;

        public JsonNode ToJson()
        {
            var isList = _entries.Select((entry, index) => entry.Key == index.ToString(CultureInfo.InvariantCulture)).All(same => same);
            return isList
                ? new JsonArray([.. _entries.Select(entry => entry.Value)])
                : new JsonObject(_entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)));
        }
    }
}
