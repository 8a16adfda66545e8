using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bitrix24.PortalSimulator.Conformity;

/// <summary>
/// Holds recorded calls and answers to the machine-readable method schemas of the documentation. Lenient where PHP is: numbers as
/// strings, array and object interchangeable, an empty array for an empty map, null for anything.
/// </summary>
public sealed partial class SchemaJudge
{
    private readonly string _methodsFolder;
    private readonly HashSet<string> _documentedWords;
    private readonly Leniencies _leniencies = Leniencies.Load();
    private readonly Dictionary<string, JsonObject?> _schemas = new(StringComparer.Ordinal);

    /// <summary>Reads the catalogue of names.</summary>
    /// <param name="factsFolder">Folder with methods.md and spec/methods/*.json.</param>
    /// <exception cref="IOException">The folder is not there.</exception>
    public SchemaJudge(string factsFolder)
    {
        _methodsFolder = Path.Combine(factsFolder, "spec", "methods");
        var text = File.ReadAllText(Path.Combine(factsFolder, "methods.md"));
        // Only what stands in code counts as a name; prose would let any English word pass.
        _documentedWords = Code().Matches(text).SelectMany(code => Word().Matches(code.Value)).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Judges calls and answers; an empty list means that nothing is wrong.</summary>
    public IReadOnlyList<SchemaViolation> Judge(IEnumerable<RecordedCall> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var violations = new List<SchemaViolation>();
        foreach (var call in calls)
        {
            violations.AddRange(JudgeCall(call.Method, call.Parameters));
            violations.AddRange(JudgeAnswer(call.Method, call.Answer, call.IsV3));
        }
        return [.. violations.Distinct()];
    }

    /// <summary>Judges the parameters of one call.</summary>
    public IEnumerable<SchemaViolation> JudgeCall(string method, JsonObject parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (Schema(method) is not { } schema)
        {
            return Unsampled(method) is null
                ? [new SchemaViolation(method, "", "a documented method, spelt as documented", "no schema and no entry in leniencies.json")]
                : [];
        }
        return JudgeFields(method, "", (JsonArray)schema["params"]!, parameters, schema["defs"] as JsonObject, false);
    }

    /// <summary>Judges one answer envelope.</summary>
    public IEnumerable<SchemaViolation> JudgeAnswer(string method, JsonObject answer, bool isV3)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.ContainsKey("error"))
        {
            return JudgeError(method, answer, isV3);
        }
        var known = Unsampled(method);
        var sample = Schema(known?.SameAs ?? method)?["resultExample"] as JsonObject;
        // A sample of one record serves for the elements of a list of such records.
        var expected = sample?["result"];
        if (known?.SameAs is not null && expected is JsonArray list && answer["result"] is JsonObject)
        {
            expected = list[0];
        }
        var names = new NameRules(_documentedWords, EntityFields(known?.SameAs ?? method), known?.Names ?? [], AllowedNames(method).Concat(AllowedNames(known?.SameAs ?? "")));
        var judge = new AnswerComparer(method, names);
        judge.Envelope(answer, _leniencies.Time);
        judge.Compare("result", answer["result"], known?.SameAs is not null && answer["result"] is JsonArray && expected is JsonObject ? new JsonArray(expected.DeepClone()) : expected);
        return judge.Violations;
    }

    private static IEnumerable<SchemaViolation> JudgeError(string method, JsonObject answer, bool isV3)
    {
        var isRight = isV3
            ? answer["error"] is JsonObject error && error["code"] is JsonValue && error["message"] is JsonValue && !answer.ContainsKey("result")
            : answer["error"] is JsonValue && answer["error_description"] is JsonValue;
        return isRight ? [] : [new SchemaViolation(method, "error", isV3 ? "{error:{code,message}}" : "{error,error_description}", answer.ToJsonString())];
    }

    private IEnumerable<SchemaViolation> JudgeFields(string method, string path, JsonArray fields, JsonObject given, JsonObject? defs, bool isOpen)
    {
        var byName = fields.OfType<JsonObject>().ToDictionary(field => (string)field["name"]!, StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            var here = path.Length == 0 ? name : $"{path}.{name}";
            if (_leniencies.Parameters.Any(leniency => leniency.Method == method && leniency.Name == here))
            {
                continue;
            }
            if (!byName.TryGetValue(name, out var field))
            {
                if (!isOpen && !name.StartsWith("UF_", StringComparison.Ordinal))
                {
                    yield return new SchemaViolation(method, here, "one of " + string.Join(", ", byName.Keys), "unknown parameter");
                }
                continue;
            }
            var type = (string?)field["base"] ?? "any";
            if (!Fits(value, type))
            {
                yield return new SchemaViolation(method, here, type, Shown(value));
            }
            else if ((string?)field["ref"] is { } reference && value is JsonObject inner && defs?[reference["#/defs/".Length..]] is JsonObject definition)
            {
                foreach (var violation in JudgeFields(method, here, (JsonArray)definition["fields"]!, inner, defs, definition["dynamic"]?["allowed"] is JsonValue open && open.GetValue<bool>()))
                {
                    yield return violation;
                }
            }
        }
        foreach (var (name, field) in byName)
        {
            if (field["required"] is JsonValue required && required.GetValueKind() is JsonValueKind.True && given[name] is null)
            {
                yield return new SchemaViolation(method, path.Length == 0 ? name : $"{path}.{name}", "a value (required)", "missing");
            }
        }
    }

    private static bool Fits(JsonNode? value, string type) => (type, value) switch
    {
        (_, null) => true,
        ("array" or "object", JsonArray or JsonObject) => true,
        ("array" or "object", _) => false,
        ("integer", JsonValue scalar) => long.TryParse(State.FieldValue.AsText(scalar), out _),
        ("double", JsonValue scalar) => double.TryParse(State.FieldValue.AsText(scalar), System.Globalization.CultureInfo.InvariantCulture, out _),
        ("boolean" or "char", JsonValue scalar) => State.FieldValue.AsText(scalar) is "Y" or "N" or "1" or "0" or "true" or "false",
        ("string", JsonValue scalar) => scalar.GetValueKind() is JsonValueKind.String or JsonValueKind.Number,
        ("string", _) => false,
        ("date" or "datetime", JsonValue scalar) => DateTimeOffset.TryParse(State.FieldValue.AsText(scalar), System.Globalization.CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    internal static string Shown(JsonNode? node) => node is null ? "null" : $"{node.GetValueKind()} {(node.ToJsonString() is { Length: <= 60 } text ? text : node.ToJsonString()[..60] + "…")}";

    private UnsampledMethod? Unsampled(string method) => _leniencies.AnsweredWithoutExample.FirstOrDefault(entry => entry.Method == method);

    private IEnumerable<string> AllowedNames(string method) => _leniencies.Names.Where(leniency => leniency.Method == method).Select(leniency => leniency.Name);

    private IEnumerable<string> EntityFields(string method) =>
        (Schema(method)?["entityFields"] as JsonArray)?.Select(name => (string)name!) ?? [];

    private JsonObject? Schema(string method)
    {
        if (!_schemas.TryGetValue(method, out var schema))
        {
            // Listing finds the exact spelling even where file names do not know case.
            var path = Directory.EnumerateFiles(_methodsFolder, method + ".json").FirstOrDefault(file => Path.GetFileName(file) == method + ".json");
            _schemas[method] = schema = path is null ? null : (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        }
        return schema;
    }

    [GeneratedRegex("```.*?```|`[^`\n]+`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Word();
}
