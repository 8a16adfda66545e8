using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.Client.Tests;

/// <summary>Runs the commands of a batch as a portal does: decodes once, resolves references to earlier results, answers five maps.</summary>
internal static class PhpBatch
{
    /// <summary>What an unresolvable reference becomes; the documentation does not say, so tests choose the worst.</summary>
    public static JsonNode Run(JsonNode body, Func<string, JsonObject, CommandReply> run, string unresolved = "0", bool halt = false)
    {
        var results = new JsonObject();
        var errors = new JsonObject();
        var times = new JsonObject();
        var totals = new JsonObject();
        var nexts = new JsonObject();
        foreach (var (key, command) in body["cmd"]!.AsObject())
        {
            var parts = command!.GetValue<string>().Split('?', 2);
            var reply = run(parts[0], Parse(parts.Length > 1 ? parts[1] : "", results, unresolved));
            if (reply.IsLeftOut)
            {
                continue;
            }

            if (reply.Error is { } error)
            {
                errors[key] = new JsonObject { ["error"] = error, ["error_description"] = "Refused." };
                if (halt)
                {
                    break;
                }
            }
            else
            {
                results[key] = reply.Result;
                if (reply.Total is { } total)
                {
                    totals[key] = total;
                }

                if (reply.Next is { } next)
                {
                    nexts[key] = next;
                }
            }

            if (reply.Time is { } time)
            {
                times[key] = time;
            }
        }

        return new JsonObject
        {
            ["result"] = new JsonObject
            {
                ["result"] = OrEmptyList(results),
                ["result_error"] = OrEmptyList(errors),
                ["result_total"] = OrEmptyList(totals),
                ["result_next"] = OrEmptyList(nexts),
                ["result_time"] = OrEmptyList(times),
            },
        };
    }

    public static JsonObject Parse(string query, JsonObject results, string unresolved)
    {
        var parameters = new JsonObject();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var halves = pair.Split('=', 2);
            var names = Uri.UnescapeDataString(halves[0]).Replace("]", "", StringComparison.Ordinal).Split('[');
            var value = Resolve(Uri.UnescapeDataString(halves[1]), results, unresolved);
            var holder = parameters;
            foreach (var name in names[..^1])
            {
                holder = (JsonObject)(holder[name] ??= new JsonObject());
            }

            holder[names[^1]] = value;
        }

        return parameters;
    }

    private static string Resolve(string value, JsonObject results, string unresolved)
    {
        if (!value.StartsWith("$result[", StringComparison.Ordinal))
        {
            return value;
        }

        JsonNode? node = results;
        foreach (var step in value["$result[".Length..^1].Split("]["))
        {
            node = node switch
            {
                JsonArray list => int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < list.Count ? list[index] : null,
                JsonObject map => map[step],
                _ => null,
            };
        }

        return node?.ToString() ?? unresolved;
    }

    private static JsonNode OrEmptyList(JsonObject map) => map.Count == 0 ? new JsonArray() : map;
}

internal sealed record CommandReply(JsonNode? Result, string? Error = null, JsonNode? Time = null)
{
    /// <summary>How many rows match, where the portal counts them.</summary>
    public int? Total { get; init; }

    /// <summary>Where the next page begins, if there is one and the portal counts.</summary>
    public int? Next { get; init; }

    /// <summary>The portal says nothing of the command.</summary>
    public bool IsLeftOut { get; init; }
}
