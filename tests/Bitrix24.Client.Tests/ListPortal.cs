using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Tests;

/// <summary>Lists of rows with ids, read through batches as a portal serves them; tests make it misbehave.</summary>
internal sealed class ListPortal
{
    private readonly Dictionary<string, long[]> _lists = [];

    /// <summary>Gives a command a reply of its own, by the method and how many commands came before; null serves it normally.</summary>
    public Func<string, int, CommandReply?> Interfere { get; set; } = (_, _) => null;

    public string Unresolved { get; set; } = "0";

    public bool IgnoresFilter { get; set; }

    public int Commands { get; private set; }

    public List<int> BatchSizes { get; } = [];

    /// <summary>The parameters of every command, by method.</summary>
    public List<(string Method, JsonObject Parameters)> Seen { get; } = [];

    public ListPortal With(string method, IEnumerable<long> ids)
    {
        _lists[method] = [.. ids];
        return this;
    }

    public void Add(string method, params long[] ids) => _lists[method] = [.. _lists[method], .. ids];

    public Task Answer(Received request)
    {
        BatchSizes.Add(request.Body["cmd"]!.AsObject().Count);
        return TestPortal.Answer(PhpBatch.Run(request.Body, Run, Unresolved).ToJsonString())(request);
    }

    private CommandReply Run(string method, JsonObject parameters)
    {
        Seen.Add((method, parameters));
        if (Interfere(method, Commands++) is { } reply)
        {
            return reply;
        }

        if (!_lists.TryGetValue(method, out var ids))
        {
            return new CommandReply(new JsonObject { ["method"] = method });
        }

        var id = method == "crm.item.list" ? "id" : "ID";
        var filter = (parameters["filter"] ?? parameters["FILTER"])!.AsObject();
        var after = IgnoresFilter ? 0 : long.Parse(filter[">" + id]!.GetValue<string>(), CultureInfo.InvariantCulture);
        var order = parameters["ORDER"] ?? parameters["order"]!;
        var direction = order is JsonObject fields ? fields[id]!.GetValue<string>() : order.GetValue<string>();
        Assert.Equal("-1", parameters["start"]!.GetValue<string>());
        var matching = ids.Where(row => row > after);
        var page = (direction == "DESC" ? matching.OrderDescending() : matching.Order()).Take(50);
        var rowId = method == "tasks.task.list" ? "id" : id;
        var rows = new JsonArray([.. page.Select(row => (JsonNode)new JsonObject
        {
            [rowId] = method is "crm.item.list" ? row : row.ToString(CultureInfo.InvariantCulture),
        })]);
        JsonNode result = method switch
        {
            "crm.item.list" or "crm.stagehistory.list" => new JsonObject { ["items"] = rows },
            "tasks.task.list" => new JsonObject { ["tasks"] = rows },
            _ => rows,
        };
        return new CommandReply(result, Time: new JsonObject { ["duration"] = 0.1, ["operating"] = 0.1 });
    }
}
