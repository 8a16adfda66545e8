using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Incoming;

namespace Bitrix24.Client.Tests.Incoming;

/// <summary>A reading as JSON: every named property that has a value. The body is left out, because its parts are in the others.</summary>
internal static class PostSnapshot
{
    public static JsonObject Of(IncomingPost post)
    {
        var reading = Properties(post);
        reading["$type"] = post.GetType().Name;
        return reading;
    }

    public static JsonNode? Tree(FormNode node) => node switch
    {
        { Text: { } text } => text,
        { IsMap: false } => null,
        _ when node.Entries.Select((entry, index) => entry.Key == $"{index}").All(isNext => isNext) => new JsonArray([.. node.Items.Select(Tree)]),
        _ => new JsonObject(node.Entries.Select(entry => KeyValuePair.Create(entry.Key, Tree(entry.Value)))),
    };

    private static JsonObject Properties(object of) => new(
        from property in of.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.Name is not (nameof(IncomingPost.Body) or nameof(ObjectEvent.Fields))
        let value = Value(property.GetValue(of))
        where value is not null
        select KeyValuePair.Create(property.Name, (JsonNode?)value));

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        FormNode node => Tree(node),
        PostAuth auth => Properties(auth),
        DateTimeOffset instant => instant.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
        Enum choice => choice.ToString(),
        IReadOnlyList<string> list => list.Count == 0 ? null : new JsonArray([.. list.Select(text => (JsonNode)text)]),
        _ => JsonSerializer.SerializeToNode(value),
    };
}
