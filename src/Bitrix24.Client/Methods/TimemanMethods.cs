using System.Text.Json.Nodes;

namespace Bitrix24.Client.Methods;

/// <summary>Working time.</summary>
public static class TimemanMethods
{
    /// <summary><c>timeman.record.list</c>: working days of one user, REST 3.0. The result's <c>items</c>: <see cref="Rows.WorkingDayRecord"/>.</summary>
    public static readonly RestMethod RecordList = new(
        "timeman.record.list", "api-reference/timeman/record/timeman-record-list.md", "timeman", IsRead: true, RestVersion.V3);

    private static readonly string[] Fields = ["id", "userId", "startTime", "endTime", "duration", "breakLength", "state", "isApproved"];

    /// <summary>Asks for the working days of one user which began between two instants, both included.</summary>
    /// <param name="userId">The user; the method takes exactly one.</param>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The last instant.</param>
    /// <param name="page">The page, from 1.</param>
    /// <param name="limit">Rows of a page. Default 50.</param>
    /// <returns>The call; its result is <c>{items}</c> in the order of their ids.</returns>
    public static RestCall ListRecords(long userId, DateTimeOffset from, DateTimeOffset to, int page = 1, int limit = 50) =>
        new(RecordList, new JsonObject
        {
            ["filter"] = new JsonArray(
                new JsonArray("userId", userId),
                new JsonArray("startTime", "between", new JsonArray(Write.Instant(from), Write.Instant(to)))),
            ["select"] = new JsonArray([.. Fields.Select(field => (JsonNode)field)]),
            ["order"] = new JsonObject { ["id"] = "ASC" },
            ["pagination"] = new JsonObject { ["page"] = page, ["limit"] = limit },
        });
}
