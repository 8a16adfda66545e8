using System.Text.Json.Nodes;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>Holds requests as they arrive to the documentation's schemas: every call, alone or in a batch of either kind.</summary>
internal static class SentRequests
{
    /// <summary>Where a request disagrees with the schemas; empty when it does not.</summary>
    public static IEnumerable<string> Violations(string path, JsonNode body)
    {
        var version = path.Contains("/rest/api/", StringComparison.Ordinal) ? RestVersion.V3 : RestVersion.Classic;
        return Commands(path, body).SelectMany(command => Violations(command.Name, version, command.Parameters).Select(violation => $"{command.Name}: {violation}"));
    }

    /// <summary>The violations of what arrived at any address: where there are no schemas nothing is one, and the authorisation server's own addresses know no calls.</summary>
    public static IEnumerable<string> ViolationsAt(string path, JsonNode body) =>
        Wrapped.IsHere && path.StartsWith("/rest/", StringComparison.Ordinal) ? Violations(path, body) : [];

    /// <summary>Every call among the requests that arrived is written as documented.</summary>
    public static void MustBeDocumented(IEnumerable<(string Path, JsonNode Body)> requests) =>
        Assert.Empty(requests.SelectMany(request => ViolationsAt(request.Path, request.Body)).Distinct());

    /// <summary>The calls a request holds.</summary>
    public static IEnumerable<(string Name, JsonObject Parameters)> Commands(string path, JsonNode body) => body switch
    {
        JsonArray commands => commands.Select(command => ((string)command!["method"]!, command["query"]!.AsObject())),
        JsonObject fields when fields["cmd"] is JsonObject commands => commands.Select(command => ((string)command.Value!).Split('?', 2))
            .Select(parts => (parts[0], PhpBatch.Parse(parts.Length > 1 ? parts[1] : "", [], "$result[]"))),
        JsonObject map when path.EndsWith("/api/batch", StringComparison.Ordinal) => Commands(path, new JsonArray([.. WithoutToken(map).Select(command => command.Value!.DeepClone())])),
        _ => [(path[(path.LastIndexOf('/') + 1)..], WithoutToken(body.AsObject()))],
    };

    private static IEnumerable<string> Violations(string name, RestVersion version, JsonObject parameters)
    {
        var wrapped = Wrapped.Methods.Values.FirstOrDefault(method => method.Name == name && method.Version == version);
        var schema = wrapped is not null ? Wrapped.Schema(wrapped) : version == RestVersion.Classic ? Wrapped.ClassicSchema(name) : null;
        return (schema is { } documented ? ParameterSchema.Violations(documented, parameters) : ParameterExceptions.Unschemed(name, version, parameters))
            .Except(ParameterExceptions.OfCall(name, parameters));
    }

    private static JsonObject WithoutToken(JsonObject body) =>
        new(body.Where(field => field.Key != "auth").Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
}
