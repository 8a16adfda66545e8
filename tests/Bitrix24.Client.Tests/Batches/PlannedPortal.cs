using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.Client.Batches;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests.Batches;

/// <summary>A portal whose methods answer with the id they were asked for, each call in its own way, in batches of both kinds and alone.</summary>
internal static class PlannedPortal
{
    public static RestCall Read(int id) => CrmMethods.GetItem(CrmEntityType.Deal, id);

    public static RestCall Read(int id, string title) =>
        new(CrmMethods.ItemList, new JsonObject { ["entityTypeId"] = 2, ["filter"] = new JsonObject { ["id"] = id, ["title"] = title } });

    public static RestCall ReadV3(int id) => TaskCardMethods.GetTask(id);

    public static RestCall Write(int id) => CrmItemMethods.DeleteItem(CrmEntityType.Deal, id);

    public static int IdOf(CommandOutcome outcome) => outcome.Answer!.Result.GetProperty("id").GetInt32();

    public static Task<List<CommandOutcome>> RunAsync(TestPortal portal, IEnumerable<RestCall> calls) =>
        new BatchPlanner(portal.Client).RunAsync(calls).ToListAsync().AsTask();

    /// <summary>How many calls a request holds.</summary>
    public static int Size(Received request) => request.Body switch
    {
        JsonArray commands => commands.Count,
        JsonObject body when body["cmd"] is JsonObject commands => commands.Count,
        _ => 1,
    };

    public static Task Echo(Received request) => Echo(request, null);

    public static Task Echo(Received request, double? seconds) => Failing(_ => null, seconds)(request);

    /// <summary>Answers each call with its id, or with the error it is to have.</summary>
    public static Func<Received, Task> Failing(Func<int, string?> errorOf, double? seconds = null) => request => Answer(
        request.Body switch
        {
            JsonArray commands => new JsonObject { ["result"] = new JsonArray([.. commands.Select(command => VersionThree(command!, errorOf))]) }.ToJsonString(),
            JsonObject body when body["cmd"] is not null => PhpBatch.Run(body, (_, parameters) => Reply(parameters, errorOf, seconds), halt: (int)body["halt"]! == 1)
                .ToJsonString(),
            JsonObject body => Alone(body, errorOf).ToJsonString(),
            _ => throw new InvalidOperationException("No such body."),
        })(request);

    /// <summary>Runs so many commands of a batch and refuses the rest.</summary>
    public static Func<Received, Task> Taking(int most) => request =>
    {
        var run = 0;
        return Answer(PhpBatch.Run(request.Body, (_, parameters) => ++run > most
            ? new CommandReply(null, "ERROR_BATCH_LENGTH_EXCEEDED")
            : Reply(parameters, _ => null, null)).ToJsonString())(request);
    };

    /// <summary>How many calls of a method were sent.</summary>
    public static int Sent(TestPortal portal, RestMethod method) => portal.Requests.Sum(request => request.Body["cmd"] is JsonObject commands
        ? commands.Count(command => ((string)command.Value!).Split('?')[0] == method.Name)
        : request.Method == method.Name ? 1 : 0);

    private static JsonObject Alone(JsonObject body, Func<int, string?> errorOf) => errorOf(Id(body)) is { } error
        ? new JsonObject { ["error"] = error, ["error_description"] = "Refused." }
        : new JsonObject { ["result"] = new JsonObject { ["id"] = Id(body) } };

    private static JsonObject VersionThree(JsonNode command, Func<int, string?> errorOf) => errorOf(Id((JsonObject)command["query"]!)) is { } error
        ? new JsonObject { ["error"] = new JsonObject { ["code"] = error, ["message"] = "Refused." } }
        : new JsonObject { ["id"] = Id((JsonObject)command["query"]!) };

    private static CommandReply Reply(JsonObject parameters, Func<int, string?> errorOf, double? seconds) => errorOf(Id(parameters)) switch
    {
        "" => new CommandReply(null) { IsLeftOut = true },
        { } error => new CommandReply(null, error),
        null => new CommandReply(
            new JsonObject { ["id"] = Id(parameters) }, Time: seconds is null ? null : new JsonObject { ["duration"] = seconds }),
    };

    private static int Id(JsonObject parameters) =>
        int.Parse((parameters["id"] ?? parameters["filter"]?["id"] ?? "0").ToString(), CultureInfo.InvariantCulture);
}
