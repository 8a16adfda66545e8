using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator.Generator;

/// <summary>
/// Makes up six weeks of a sales department: three tiers of managers, their head and an administrator; leads, calls, deals, quotes,
/// tasks, meetings, chat sessions and working days. The same seed and moment always give the same department.
/// </summary>
public static class DepartmentGenerator
{
    private const int Days = 42;

    private static readonly TimeSpan Moscow = TimeSpan.FromHours(3);

    /// <summary>Generates the operations, in order of time, up to <paramref name="now"/>.</summary>
    /// <param name="seed">Chooses the department's fate.</param>
    /// <param name="now">The last possible moment; Moscow time decides what a day is.</param>
    /// <param name="managers">How many managers there are, 12 or more; customers come in proportion.</param>
    public static IReadOnlyList<TimelineOperation> Generate(int seed, DateTimeOffset now, int managers = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(managers, DepartmentStaff.FewestManagers);
        var staff = DepartmentStaff.Managers(managers);
        now = now.ToOffset(Moscow);
        var firstDay = new DateTimeOffset(now.Date.AddDays(-Days), Moscow);
        var script = new Script(now);
        var random = new Random(seed);
        AddPeople(script, staff, firstDay);
        var story = new CustomerStory(script, random, staff);
        var calls = new CallScript(script, random);
        for (var offset = 0; offset <= Days; offset++)
        {
            AddDay(script, random, staff, story, calls, firstDay.AddDays(offset));
        }
        return script.Play();
    }

    private static void AddPeople(Script script, IReadOnlyList<StaffMember> staff, DateTimeOffset time)
    {
        script.Add(time, "currency", () => new JsonObject { ["CURRENCY"] = "USD", ["AMOUNT"] = "80.0000", ["AMOUNT_CNT"] = 1, ["SORT"] = 200, ["LANG"] = "ru" });
        foreach (var (id, name, parent, head) in DepartmentStaff.Departments)
        {
            script.Add(time, "department", () => new JsonObject { ["NAME"] = name, ["PARENT"] = parent, ["UF_HEAD"] = head }, id);
        }
        foreach (var member in DepartmentStaff.Leaders.Concat(staff))
        {
            script.Add(time, "user", () => new JsonObject
            {
                ["NAME"] = member.Name,
                ["LAST_NAME"] = member.LastName,
                ["WORK_POSITION"] = member.Position,
                ["UF_DEPARTMENT"] = new JsonArray(member.DepartmentId),
                ["ACTIVE"] = true,
                ["IS_ADMIN"] = member.Id == 1,
                ["TIME_ZONE"] = "Europe/Moscow",
            }, member.Id);
        }
    }

    private static void AddDay(
        Script script, Random random, IReadOnlyList<StaffMember> staff, CustomerStory story, CallScript calls, DateTimeOffset day)
    {
        var isWeekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var present = staff
            .Where(member => isWeekend ? member.DepartmentId == DepartmentStaff.CallCentre && random.Next(4) == 0 : random.Next(20) > 0)
            .ToList();
        foreach (var member in present)
        {
            AddWorkday(script, random, member, day);
            AddChats(script, random, member, day);
        }
        var operators = present.Where(member => member.DepartmentId == DepartmentStaff.CallCentre).ToList();
        if (operators.Count == 0)
        {
            return;
        }
        for (var count = Crowd(isWeekend ? random.Next(1, 4) : random.Next(12, 19)); count > 0; count--)
        {
            story.Tell(operators[random.Next(operators.Count)], day.AddMinutes(random.Next(9 * 60, 18 * 60)));
        }
        for (var count = Crowd(isWeekend ? 2 : random.Next(8, 15)); count > 0; count--)
        {
            calls.Incoming(operators[random.Next(operators.Count)], present[random.Next(present.Count)], day.AddMinutes(random.Next(9 * 60, 17 * 60)));
        }

        // The numbers are those of the smallest department.
        int Crowd(int customers) => customers * staff.Count / DepartmentStaff.FewestManagers;
    }

    private static void AddWorkday(Script script, Random random, StaffMember member, DateTimeOffset day)
    {
        var start = day.AddHours(9).AddMinutes(random.Next(-12, 25));
        var finish = day.AddHours(18).AddMinutes(random.Next(-20, 50));
        var record = script.Add(start, "workday", () => new JsonObject
        {
            ["userId"] = member.Id,
            ["start"] = Script.Iso(start),
            ["finish"] = null,
            ["breakLength"] = 3600,
        });
        // Now and then somebody forgets to close the day.
        if (random.Next(40) > 0)
        {
            script.Update(finish, record, () => new JsonObject { ["finish"] = Script.Iso(finish) });
        }
    }

    private static void AddChats(Script script, Random random, StaffMember member, DateTimeOffset day)
    {
        for (var count = member.DepartmentId == DepartmentStaff.CallCentre ? random.Next(2, 6) : random.Next(2); count > 0; count--)
        {
            var start = day.AddMinutes(random.Next(9 * 60, 17 * 60));
            var session = random.Next(10_000, 99_999);
            var chat = script.Add(start, "activity", () => new JsonObject
            {
                ["OWNER_TYPE_ID"] = 3,
                ["OWNER_ID"] = 1,
                ["TYPE_ID"] = 6,
                ["PROVIDER_ID"] = "IMOPENLINES_SESSION",
                ["PROVIDER_TYPE_ID"] = "1",
                ["ASSOCIATED_ENTITY_ID"] = session,
                ["DIRECTION"] = 1,
                ["SUBJECT"] = "Чат на сайте",
                ["START_TIME"] = Script.Iso(start),
                ["RESPONSIBLE_ID"] = member.Id,
                ["COMPLETED"] = "N",
            });
            script.Update(start.AddMinutes(random.Next(5, 40)), chat, () => new JsonObject { ["COMPLETED"] = "Y" });
        }
    }
}
