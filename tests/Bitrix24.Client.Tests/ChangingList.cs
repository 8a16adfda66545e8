using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Tests;

/// <summary>Departments that change after each page a portal gives, 50 rows a page.</summary>
internal sealed class ChangingList(int rows)
{
    private readonly List<int> _ids = [.. Enumerable.Range(1, rows)];
    private int _reads;

    /// <summary>Changes the ids after so many pages.</summary>
    public Action<List<int>, int> Change { get; init; } = (_, _) => { };

    public int? Hidden { get; init; }

    public int Total => _ids.Count;

    public Task Answer(Received request)
    {
        if (request.Body["cmd"] is not JsonObject commands)
        {
            return TestPortal.Answer(Envelope(request.Body.AsObject()).ToJsonString())(request);
        }

        var maps = new[] { "result", "total", "next" }.ToDictionary(name => name, _ => new JsonObject());
        foreach (var (key, command) in commands)
        {
            foreach (var (name, value) in Envelope(PhpBatch.Parse(command!.GetValue<string>().Split('?', 2)[1], [], "")))
            {
                maps[name][key] = value?.DeepClone();
            }
        }

        return TestPortal.Answer(new JsonObject
        {
            ["result"] = new JsonObject { ["result"] = maps["result"], ["result_total"] = maps["total"], ["result_next"] = maps["next"] },
        }.ToJsonString())(request);
    }

    public JsonNode Page(JsonObject parameters) => Envelope(parameters)["result"]!.DeepClone();

    private JsonObject Envelope(JsonObject parameters)
    {
        lock (_ids)
        {
            var start = (int)Lenient.ReadInteger(JsonSerializer.SerializeToElement(parameters["START"]))!;
            var ids = _ids.Skip(start).Take(50).Where(id => id != Hidden);
            var answer = new JsonObject
            {
                ["result"] = new JsonArray([.. ids.Select(id => (JsonNode)new JsonObject { ["ID"] = $"{id}" })]), ["total"] = _ids.Count,
            };
            if (start + 50 < _ids.Count)
            {
                answer["next"] = start + 50;
            }

            Change(_ids, ++_reads);
            return answer;
        }
    }
}
