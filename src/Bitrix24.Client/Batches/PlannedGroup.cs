using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Batches;

/// <summary>How a group is sent; groups share a batch with groups of their kind.</summary>
internal enum BatchKind
{
    /// <summary>Call by call, without a batch.</summary>
    Alone,

    /// <summary>A classic batch that runs all its commands.</summary>
    Classic,

    /// <summary>A classic batch that stops at the first error: the groups behind it were not run and are asked again.</summary>
    Halting,

    /// <summary>A batch of REST 3.0.</summary>
    VersionThree,
}

/// <summary>A group on its way: as it stands in a batch, and how far it is.</summary>
internal sealed class PlannedGroup
{
    private const string ReferenceStart = "$result[";

    /// <param name="group">The group.</param>
    /// <param name="number">Its number in the run, which makes its keys differ from those of the other groups.</param>
    public PlannedGroup(CallGroup group, long number)
    {
        Group = group;
        HasWrite = group.Commands.Any(command => !command.Value.Method.IsRead);
        var prefix = string.Create(CultureInfo.InvariantCulture, $"g{number}_");
        Commands = group.Commands.Count == 1 ? [new(prefix + group.Commands[0].Key, group.Commands[0].Value)] : Renamed(group.Commands, prefix);
        Bytes = Commands.Sum(command => BytesOf(command.Key, command.Value));
        Kind = NaturalKind();
    }

    public CallGroup Group { get; }

    /// <summary>The commands with keys that are unique in the run.</summary>
    public IReadOnlyList<KeyValuePair<string, RestCall>> Commands { get; }

    public bool HasWrite { get; }

    /// <summary>What the commands add to the body of a batch.</summary>
    public int Bytes { get; }

    public BatchKind Kind { get; set; }

    public int Repeats { get; set; }

    /// <summary>How many of its batches ended in a fault of the portal.</summary>
    public int Faults { get; set; }

    public DateTimeOffset NotBefore { get; set; }

    /// <summary>What became of it; null while it is on its way.</summary>
    public CommandOutcome[]? Outcomes { get; set; }

    public bool IsSingle => Commands.Count == 1;

    /// <summary>The method of a group of one.</summary>
    public RestMethod Method => Commands[0].Value.Method;

    private BatchKind NaturalKind()
    {
        var first = Commands[0].Value;
        if (IsSingle && (!first.Method.AllowedInBatch || first.IdempotencyKey is not null || LooksLikeReference(first)))
        {
            return BatchKind.Alone;
        }

        return first.Method.Version == RestVersion.V3 ? BatchKind.VersionThree : Group.Halt && !IsSingle ? BatchKind.Halting : BatchKind.Classic;
    }

    // A call by itself has nothing to refer to, but a portal resolves such text of a batch wherever it stands.
    private static bool LooksLikeReference(RestCall call) =>
        call.Method.Version == RestVersion.Classic && call.Parameters.ToJsonString().Contains(ReferenceStart, StringComparison.Ordinal);

    private static int BytesOf(string key, RestCall call) => call.Method.Version == RestVersion.V3
        ? call.Method.Name.Length + call.Parameters.ToJsonString().Length + """{"method":"","query":},""".Length
        : JsonEncodedText.Encode(BatchQuery.Write(call)).EncodedUtf8Bytes.Length + key.Length + "\"\":\"\",".Length;

    private static KeyValuePair<string, RestCall>[] Renamed(IReadOnlyList<KeyValuePair<string, RestCall>> commands, string prefix)
    {
        if (commands[0].Value.Method.Version == RestVersion.V3)
        {
            return [.. commands];
        }

        var keys = commands.Select(command => command.Key).ToArray();
        return [.. commands.Select(command => KeyValuePair.Create(
            prefix + command.Key, command.Value with { Parameters = (JsonObject)Renamed(command.Value.Parameters, keys, prefix)! }))];
    }

    private static JsonNode? Renamed(JsonNode? node, string[] keys, string prefix) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Renamed(entry.Value, keys, prefix)))),
        JsonArray list => new JsonArray([.. list.Select(item => Renamed(item, keys, prefix))]),
        JsonValue value when value.TryGetValue<string>(out var text) => keys.Aggregate(
            text, (current, key) => current.Replace($"{ReferenceStart}{key}]", $"{ReferenceStart}{prefix}{key}]", StringComparison.Ordinal)),
        _ => node?.DeepClone(),
    };
}
