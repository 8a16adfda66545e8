using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Tests;

/// <summary>Lists of rows with ids, read through batches as a portal serves them; tests make it misbehave.</summary>
internal sealed class ListPortal
{
    private readonly Dictionary<string, List<long>> _lists = [];
    private readonly Lock _gate = new();
    private int _inFlight;

    /// <summary>Gives a command a reply of its own, by the method and how many commands came before; null serves it normally.</summary>
    public Func<string, int, CommandReply?> Interfere { get; set; } = (_, _) => null;

    public string Unresolved { get; set; } = "0";

    public bool IgnoresFilter { get; set; }

    /// <summary>The portal knows no upper bound of ids.</summary>
    public bool IgnoresUpperBound { get; set; }

    /// <summary>The portal never tells how many rows match.</summary>
    public bool NeverCounts { get; set; }

    public int PageSize { get; set; } = 50;

    /// <summary>Rows that are counted for a page and then left out of it.</summary>
    public Predicate<long> Hides { get; set; } = _ => false;

    /// <summary>Holds a batch back until it ends, by how many came before; the answer is made before that, as on a slow line.</summary>
    public Func<int, Task> Delay { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answers a whole batch otherwise, by its number and commands; null to answer it normally.</summary>
    public Func<int, int, Func<Received, Task>?> Refuse { get; set; } = (_, _) => null;

    /// <summary>Changes the lists before a command, by how many commands came before.</summary>
    public Action<int>? Change { get; set; }

    public int MostInFlight { get; private set; }

    public int Commands { get; private set; }

    public List<int> BatchSizes { get; } = [];

    /// <summary>The parameters of every command, by method.</summary>
    public List<(string Method, JsonObject Parameters)> Seen { get; } = [];

    public ListPortal With(string method, IEnumerable<long> ids)
    {
        _lists[method] = [.. ids.Order()];
        return this;
    }

    public void Add(string method, params long[] ids) => _lists[method] = [.. _lists[method].Union(ids).Order()];

    public void Remove(string method, long id) => _lists[method].Remove(id);

    public async Task Answer(Received request)
    {
        Func<Received, Task> answer;
        int number;
        lock (_gate)
        {
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
            number = BatchSizes.Count;
            BatchSizes.Add(request.Body["cmd"]!.AsObject().Count);
            answer = Refuse(number, BatchSizes[^1]) ?? TestPortal.Answer(PhpBatch.Run(request.Body, Run, Unresolved).ToJsonString());
        }

        await Delay(number);
        lock (_gate)
        {
            _inFlight--;
        }

        await answer(request);
    }

    public CommandReply Run(string method, JsonObject parameters)
    {
        Seen.Add((method, parameters));
        Change?.Invoke(Commands);
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
        var after = IgnoresFilter ? 0 : Bound(filter, ">" + id, 0);
        var through = IgnoresFilter || IgnoresUpperBound ? long.MaxValue : Bound(filter, "<=" + id, long.MaxValue);
        var order = parameters["ORDER"] ?? parameters["order"]!;
        var direction = order is JsonObject fields ? fields[id]!.GetValue<string>() : order.GetValue<string>();
        var isCounted = parameters["start"]!.GetValue<string>() == "0";
        Assert.True(isCounted || parameters["start"]!.GetValue<string>() == "-1");
        var first = Index(ids, after);
        var count = Math.Max(Index(ids, through) - first, 0);
        var taken = Math.Min(count, PageSize);
        var page = (direction == "DESC" ? ids.GetRange(first + count - taken, taken).OrderDescending() : ids.GetRange(first, taken).Order())
            .Where(row => !Hides(row));
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
        return new CommandReply(result, Time: new JsonObject { ["duration"] = 0.1, ["operating"] = 0.1 })
        {
            // Where nothing is counted, total is 0 or absent.
            Total = isCounted ? (NeverCounts ? null : count) : Commands % 2 == 0 ? 0 : null, Next = isCounted && !NeverCounts && count > PageSize ? PageSize : null,
        };
    }

    /// <summary>How many ids are not greater.</summary>
    private static int Index(List<long> ids, long id) => ids.BinarySearch(id) is >= 0 and var found ? found + 1 : ~ids.BinarySearch(id);

    // PHP takes a text that is no number for nothing.
    private static long Bound(JsonObject filter, string name, long otherwise) => filter[name] is not { } value
        ? otherwise
        : long.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
