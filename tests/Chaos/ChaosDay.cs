using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Timeline;

namespace Chaos;

/// <summary>What happens in the portal on one day of a run: the same for the same seed and day.</summary>
internal static class ChaosDay
{
    /// <summary>The head of the department.</summary>
    public const long Head = 2;

    /// <summary>The managers.</summary>
    public static readonly long[] Managers = [11, 12, 13, 14];

    // Ids of records of a day; below those that REST gives out.
    private const int IdsOfDay = 1000;

    private const string Answered = "200", Missed = "304";

    /// <summary>The people, at the beginning.</summary>
    public static IEnumerable<TimelineOperation> People(DateTimeOffset time)
    {
        yield return Add(time, "department", 1, """{"NAME":"Компания"}""");
        yield return Add(time, "department", 10, """{"NAME":"Отдел продаж","PARENT":1,"UF_HEAD":2}""");
        yield return Add(time, "user", 1, """{"NAME":"Ирина","UF_DEPARTMENT":[1],"IS_ADMIN":true,"TIME_ZONE":"Europe/Moscow"}""");
        yield return Add(time, "user", Head, """{"NAME":"Андрей","UF_DEPARTMENT":[10]}""");
        foreach (var id in Managers)
        {
            yield return Add(time, "user", id, $$"""{"NAME":"Сотрудник {{id}}","UF_DEPARTMENT":[10]}""");
        }
    }

    /// <summary>A day.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">The day's number, from 0.</param>
    /// <param name="midnight">Its beginning.</param>
    public static IEnumerable<TimelineOperation> Of(int seed, int number, DateTimeOffset midnight)
    {
        var day = new Writer(new Random((seed * 100_003) + number), number * IdsOfDay, midnight);
        foreach (var manager in Managers)
        {
            day.Work(manager);
            day.Call(manager);
        }

        day.Repeat(3, day.Lead);
        day.Repeat(3, day.Deal);
        day.Repeat(2, day.Task);
        day.Repeat(1, day.Quote);
        day.Repeat(1, day.Meeting);
        return day.Operations.OrderBy(operation => operation.Time);
    }

    private static TimelineOperation Add(DateTimeOffset time, string table, long id, string fields) =>
        new(time, TimelineAction.Add, table, id, (JsonObject)JsonNode.Parse(fields)!);

    private sealed class Writer(Random random, long firstId, DateTimeOffset midnight)
    {
        private long _id = firstId;

        public List<TimelineOperation> Operations { get; } = [];

        public void Repeat(int most, Action<long> write)
        {
            for (var count = random.Next(1, most + 1); count > 0; count--)
            {
                write(Managers[random.Next(Managers.Length)]);
            }
        }

        public void Work(long user)
        {
            var (id, start, finish) = (++_id, At(8, 9), At(18, 19));
            Add(start, "workday", id, new() { ["userId"] = user, ["start"] = Iso(start), ["finish"] = null, ["breakLength"] = 3600 });
            Update(finish, "workday", id, new() { ["finish"] = Iso(finish) });
        }

        public void Call(long user)
        {
            for (var count = random.Next(1, 7); count > 0; count--)
            {
                var (start, id, isAnswered) = (At(9, 18), ++_id, random.Next(5) > 0);
                var seconds = isAnswered ? random.Next(10, 300) : 0;
                Add(start.AddSeconds(seconds + 20), "call", id, new()
                {
                    ["CALL_ID"] = $"call.{id}", ["PORTAL_USER_ID"] = user, ["PHONE_NUMBER"] = $"+7900{random.Next(50):D7}", ["CALL_TYPE"] = random.Next(1, 3),
                    ["CALL_DURATION"] = seconds, ["CALL_START_DATE"] = Iso(start), ["CALL_FAILED_CODE"] = isAnswered ? Answered : Missed,
                });
            }
        }

        public void Lead(long user)
        {
            var (id, time) = (++_id, At(9, 12));
            Add(time, "lead", id, new() { ["title"] = $"Заявка {id}", ["assignedById"] = user, ["createdBy"] = user });
            Update(time.AddMinutes(random.Next(1, 90)), "lead", id, new() { ["stageId"] = "IN_PROCESS" });
            if (random.Next(4) == 0)
            {
                Operations.Add(new TimelineOperation(At(15, 18), TimelineAction.Delete, "lead", id, []));
                return;
            }

            Update(At(14, 18), "lead", id, new() { ["stageId"] = random.Next(2) == 0 ? "CONVERTED" : "JUNK" });
        }

        public void Deal(long user)
        {
            var (id, time) = (++_id, At(9, 12));
            Add(time, "deal", id, new() { ["title"] = $"Сделка {id}", ["assignedById"] = user, ["createdBy"] = user, ["opportunity"] = random.Next(1, 100) * 1000, ["currencyId"] = "RUB" });
            Update(time.AddMinutes(random.Next(1, 90)), "deal", id, new() { ["stageId"] = "PREPARATION" });
            Update(At(14, 18), "deal", id, new() { ["stageId"] = random.Next(2) == 0 ? "WON" : "LOSE" });
        }

        public void Task(long user)
        {
            var (id, time) = (++_id, At(9, 12));
            Add(time, "task", id, new() { ["title"] = $"Дело {id}", ["responsibleId"] = user, ["createdBy"] = Head, ["deadline"] = Iso(At(13, 17)) });
            Update(At(14, 18), "task", id, new() { ["status"] = 5, ["closedBy"] = user });
        }

        public void Quote(long user) =>
            Add(At(9, 18), "quote", ++_id, new() { ["title"] = "КП", ["assignedById"] = user, ["createdBy"] = user, ["opportunity"] = 1000, ["currencyId"] = "RUB" });

        public void Meeting(long user)
        {
            var (id, start) = (++_id, At(10, 16));
            Add(start.AddHours(-1), "activity", id, new()
            {
                ["OWNER_TYPE_ID"] = 3, ["OWNER_ID"] = 1, ["TYPE_ID"] = 1, ["PROVIDER_ID"] = "CRM_MEETING", ["SUBJECT"] = "Встреча",
                ["START_TIME"] = Iso(start), ["END_TIME"] = Iso(start.AddHours(1)), ["RESPONSIBLE_ID"] = user, ["COMPLETED"] = "N",
            });
            Update(start.AddHours(1), "activity", id, new() { ["COMPLETED"] = "Y" });
        }

        private DateTimeOffset At(int fromHour, int toHour) => midnight.AddSeconds(random.Next(fromHour * 3600, toHour * 3600));

        private void Add(DateTimeOffset time, string table, long id, JsonObject fields) =>
            Operations.Add(new TimelineOperation(time, TimelineAction.Add, table, id, fields));

        private void Update(DateTimeOffset time, string table, long id, JsonObject fields) =>
            Operations.Add(new TimelineOperation(time, TimelineAction.Update, table, id, fields));

        private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
    }
}
