using System.Globalization;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Generator;

/// <summary>Fills tables with many plain records, a minute apart up to now; their fields are set, but they tell no story.</summary>
internal static class TableFiller
{
    /// <summary>Tables that can be filled.</summary>
    public static IReadOnlyCollection<string> Tables => Makers.Keys;

    private static readonly Dictionary<string, Func<long, DateTimeOffset, Row>> Makers = new(StringComparer.Ordinal)
    {
        ["call"] = Call,
        ["activity"] = Activity,
        ["lead"] = (id, time) => Item(id, time, 1, "Лид", "IN_PROCESS"),
        ["deal"] = (id, time) => Item(id, time, 2, "Сделка", "EXECUTING"),
        ["task"] = Task,
    };

    /// <exception cref="ArgumentException">The table is not one of <see cref="Tables"/>.</exception>
    public static void Fill(PortalState state, string table, int count, double missingShare, DateTimeOffset now)
    {
        if (!Makers.TryGetValue(table, out var make))
        {
            throw new ArgumentException($"Table {table} gets no made-up records; {string.Join(", ", Tables)} do.", nameof(table));
        }
        var rows = state.Tables[table];
        var gaps = new IdGaps(missingShare, table);
        var id = rows.LastId;
        for (var index = 0; index < count; index++)
        {
            id += 1 + gaps.Next();
            rows.Add(make(id, now.AddMinutes(index - count)));
        }
    }

    private static Row Call(long id, DateTimeOffset time) => new(id)
    {
        ["PORTAL_USER_ID"] = 1L,
        ["PHONE_NUMBER"] = (79_000_000_000 + id).ToString(CultureInfo.InvariantCulture),
        ["CALL_ID"] = string.Create(CultureInfo.InvariantCulture, $"externalCall.{id:x16}"),
        ["CALL_DURATION"] = id % 300,
        ["CALL_START_DATE"] = time,
        ["CALL_TYPE"] = (id % 2) + 1,
        ["CRM_ENTITY_TYPE"] = "LEAD",
        ["CRM_ENTITY_ID"] = id,
        ["CRM_ACTIVITY_ID"] = id,
    };

    private static Row Activity(long id, DateTimeOffset time) => new(id)
    {
        ["OWNER_ID"] = id,
        ["OWNER_TYPE_ID"] = 1L,
        ["TYPE_ID"] = 2L,
        ["PROVIDER_ID"] = "VOXIMPLANT_CALL",
        ["PROVIDER_TYPE_ID"] = "CALL",
        ["SUBJECT"] = string.Create(CultureInfo.InvariantCulture, $"Исходящий {id}"),
        ["CREATED"] = time,
        ["LAST_UPDATED"] = time,
        ["START_TIME"] = time,
        ["END_TIME"] = time.AddMinutes(1),
        ["DEADLINE"] = time,
        ["COMPLETED"] = "Y",
        ["STATUS"] = 2L,
        ["RESPONSIBLE_ID"] = 1L,
        ["AUTHOR_ID"] = 1L,
        ["EDITOR_ID"] = 1L,
        ["DIRECTION"] = 2L,
    };

    private static Row Task(long id, DateTimeOffset time) => new(id)
    {
        ["title"] = string.Create(CultureInfo.InvariantCulture, $"Задача {id}"),
        ["createdBy"] = 1L,
        ["responsibleId"] = 1L,
        ["changedBy"] = 1L,
        ["createdDate"] = time,
        ["changedDate"] = time,
        ["statusChangedDate"] = time,
        ["activityDate"] = time,
        ["deadline"] = time.AddDays(2),
    };

    private static Row Item(long id, DateTimeOffset time, long entityTypeId, string name, string stageId) => new(id)
    {
        ["entityTypeId"] = entityTypeId,
        ["title"] = string.Create(CultureInfo.InvariantCulture, $"{name} {id}"),
        ["assignedById"] = 1L,
        ["createdBy"] = 1L,
        ["updatedBy"] = 1L,
        ["movedBy"] = 1L,
        ["createdTime"] = time,
        ["updatedTime"] = time,
        ["movedTime"] = time,
        ["lastActivityTime"] = time,
        ["stageId"] = stageId,
        ["stageSemanticId"] = "P",
        ["opportunity"] = (decimal)(id % 100_000),
    };
}
