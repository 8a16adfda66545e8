using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Http;

/// <summary>Reads the parameters of a request: query, JSON body, urlencoded or multipart form.</summary>
internal static class RequestParameters
{
    /// <summary>The body and, for classic REST, the query merged under it (the body wins).</summary>
    public static async Task<JsonNode> ReadAsync(HttpRequest request, bool isV3)
    {
        var query = PhpQuery.Parse(request.QueryString.Value?.TrimStart('?') ?? "");
        var body = await ReadBodyAsync(request, isV3);
        if (isV3 || body is not JsonObject map)
        {
            return body;
        }
        foreach (var (name, value) in map)
        {
            query[name] = value?.DeepClone();
        }
        return query;
    }

    private static async Task<JsonNode> ReadBodyAsync(HttpRequest request, bool isV3)
    {
        if (!isV3 && request.HasFormContentType && request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            return PhpQuery.FromPairs(form.SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""))));
        }
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (text.Length == 0)
        {
            return new JsonObject();
        }
        if (!isV3 && request.HasFormContentType)
        {
            return PhpQuery.Parse(text);
        }
        try
        {
            return JsonNode.Parse(text) switch
            {
                JsonObject map => map,
                // Positional methods take a root array; they see its indexes as names.
                JsonArray array => isV3 ? array : Parameters.AsMap(array),
                _ => new JsonObject(),
            };
        }
        catch (JsonException exception)
        {
            throw isV3
                ? RestException.V3("INVALIDJSONEXCEPTION", exception.Message)
                : new RestException(400, "INVALID_REQUEST", "The body is no valid JSON");
        }
    }
}
