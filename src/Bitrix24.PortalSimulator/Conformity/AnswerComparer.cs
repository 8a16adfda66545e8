using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Conformity;

/// <summary>Which names an answer may have beyond the sample: documented in methods.md, in the schema's field list, or allowed by name.</summary>
internal sealed class NameRules(HashSet<string> documentedWords, IEnumerable<string> entityFields, IEnumerable<string> ownNames, IEnumerable<string> allowed)
{
    private readonly HashSet<string> _extra = entityFields.Concat(ownNames).Concat(allowed).ToHashSet(StringComparer.Ordinal);

    public bool Knows(string name) =>
        documentedWords.Contains(name) || _extra.Contains(name)
        || name.StartsWith("UF_", StringComparison.Ordinal) || name.StartsWith("ufCrm", StringComparison.Ordinal) || name.All(char.IsAsciiDigit);
}

/// <summary>Compares an answer with the sample: same path, same JSON type.</summary>
internal sealed class AnswerComparer(string method, NameRules names)
{
    private static readonly string[] PageKeys = ["total", "next"];

    private readonly List<SchemaViolation> _violations = [];

    public IEnumerable<SchemaViolation> Violations => _violations;

    /// <summary>The keys around the result.</summary>
    public void Envelope(JsonObject answer, string[] timeKeys)
    {
        foreach (var name in answer.Select(pair => pair.Key).Where(name => name is not ("result" or "total" or "next" or "time")))
        {
            Add(name, "result, total, next or time", "unknown key");
        }
        foreach (var name in PageKeys.Where(name => answer.ContainsKey(name) && answer[name]?.GetValueKind() is not JsonValueKind.Number))
        {
            Add(name, "Number", SchemaJudge.Shown(answer[name]));
        }
        if (answer["time"] is not JsonObject time)
        {
            Add("time", "Object", SchemaJudge.Shown(answer["time"]));
            return;
        }
        foreach (var key in timeKeys)
        {
            var kind = key.StartsWith("date_", StringComparison.Ordinal) ? JsonValueKind.String : JsonValueKind.Number;
            if (time[key]?.GetValueKind() != kind)
            {
                Add("time." + key, kind.ToString(), SchemaJudge.Shown(time[key]));
            }
        }
    }

    /// <summary>Compares below a path; a missing sample leaves only the names to be checked.</summary>
    public void Compare(string path, JsonNode? seen, JsonNode? sample)
    {
        if (seen is null)
        {
            return;
        }
        if (sample is not null && !SameType(seen, sample))
        {
            Add(path, sample.GetValueKind().ToString(), SchemaJudge.Shown(seen));
            return;
        }
        switch (seen)
        {
            case JsonObject map:
                CompareObject(path, map, sample as JsonObject);
                break;
            case JsonArray array:
                var merged = Merge(sample as JsonArray);
                foreach (var element in array)
                {
                    Compare(path + "[]", element, merged);
                }
                break;
            default:
                break;
        }
    }

    private void CompareObject(string path, JsonObject map, JsonObject? sample)
    {
        foreach (var (name, value) in map)
        {
            // A map keyed by ids: the sample has other ids, any of its values shows the form.
            var isId = name.Length > 0 && name.All(char.IsAsciiDigit);
            var expected = isId ? sample?.FirstOrDefault().Value : sample?[name];
            if (sample?.ContainsKey(name) != true && !names.Knows(name))
            {
                Add($"{path}.{name}", "a documented name", "a name found neither in the sample nor in methods.md");
                continue;
            }
            Compare($"{path}.{name}", value, expected);
        }
    }

    /// <summary>One element that has every name any sample element has, preferring those with a value.</summary>
    private static JsonNode? Merge(JsonArray? samples)
    {
        if (samples is null || samples.Count == 0)
        {
            return null;
        }
        if (samples[0] is not JsonObject)
        {
            return samples[0];
        }
        var merged = new JsonObject();
        foreach (var (name, value) in samples.OfType<JsonObject>().SelectMany(sample => sample))
        {
            if (merged[name] is null)
            {
                merged[name] = value?.DeepClone();
            }
        }
        return merged;
    }

    private static bool SameType(JsonNode seen, JsonNode sample) => (seen, sample) switch
    {
        (JsonArray { Count: 0 }, JsonObject) or (JsonObject, JsonArray { Count: 0 }) => true,
        _ => Kind(seen) == Kind(sample),
    };

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is JsonValueKind.False ? JsonValueKind.True : node.GetValueKind();

    private void Add(string path, string expected, string seen) => _violations.Add(new SchemaViolation(method, path, expected, seen));
}
