using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Generator;

/// <summary>What becomes of one customer: lead in the call centre, deal in processing, quote and closing with a client manager.</summary>
internal sealed class CustomerStory(Script script, Random random, IReadOnlyList<StaffMember> staff)
{
    private readonly CallScript _calls = new(script, random);
    private int _number;

    /// <summary>Tells the story of a lead that comes in at a moment and is taken by an operator.</summary>
    public void Tell(StaffMember taker, DateTimeOffset time)
    {
        _number++;
        var (name, phone) = ($"{Pick(DepartmentStaff.FirstNames)} {Pick(DepartmentStaff.LastNames)}", _calls.NewPhone());
        var (title, isForeign) = ($"{Pick(DepartmentStaff.Goods)}, заявка {_number}", random.Next(20) == 0);
        var sum = isForeign ? random.Next(5, 60) * 100 : random.Next(30, 900) * 1000;
        var currency = isForeign ? "USD" : "RUB";
        var contact = script.Add(time, "contact", () => new JsonObject
        {
            ["NAME"] = name.Split(' ')[0],
            ["LAST_NAME"] = name.Split(' ')[1],
            ["PHONE"] = new JsonArray(new JsonObject { ["VALUE"] = phone, ["VALUE_TYPE"] = "MOBILE" }),
            ["ASSIGNED_BY_ID"] = taker.Id,
        });
        var source = Pick(["WEB", "CALL", "ADVERTISING", "RECOMMENDATION"]);
        var lead = script.Add(time, "lead", () => new JsonObject
        {
            ["title"] = title,
            ["assignedById"] = taker.Id,
            ["createdBy"] = taker.Id,
            ["contactId"] = contact.Id,
            ["opportunity"] = sum,
            ["currencyId"] = currency,
            ["sourceId"] = source,
        });
        var clock = _calls.Call(taker, WorkingTime(time.AddMinutes(random.Next(3, 90))), phone, contact, 1, lead);
        Move(clock, lead, "IN_PROCESS");
        var fate = random.Next(100);
        clock = Later(clock, 1, 26);
        if (fate < 40)
        {
            Move(clock, lead, "JUNK");
        }
        else if (fate < 85)
        {
            Move(clock, lead, "CONVERTED");
            Deal(lead, contact, phone, title, sum, currency, clock);
        }
        else
        {
            Move(clock, lead, "PROCESSED");
        }
    }

    private void Deal(Subject lead, Subject contact, string phone, string title, int sum, string currency, DateTimeOffset clock)
    {
        var specialist = OfTier(DepartmentStaff.Processing);
        var deal = script.Add(clock, "deal", () => new JsonObject
        {
            ["title"] = title,
            ["leadId"] = lead.Id,
            ["contactId"] = contact.Id,
            ["assignedById"] = specialist.Id,
            ["createdBy"] = specialist.Id,
            ["opportunity"] = sum,
            ["currencyId"] = currency,
        });
        Task(specialist, deal, "Проверить анкету: " + title, clock);
        clock = _calls.Call(specialist, Later(clock, 1, 10), phone, contact, 2, deal);
        Move(clock, deal, "PREPARATION");
        clock = _calls.Call(specialist, Later(clock, 4, 40), phone, contact, 2, deal);
        if (random.Next(5) == 0)
        {
            Move(clock, deal, "APOLOGY");
            return;
        }
        var manager = OfTier(DepartmentStaff.ClientManagers);
        script.Update(clock, deal, () => new JsonObject { ["stageId"] = "PREPAYMENT_INVOICE", ["assignedById"] = manager.Id });
        clock = _calls.Call(manager, Later(clock, 1, 20), phone, contact, 2, deal);
        if (random.Next(3) == 0)
        {
            clock = Meeting(manager, deal, title, Later(clock, 8, 50));
        }
        Proposal(manager, deal, contact, phone, title, sum, currency, Later(clock, 2, 20));
    }

    private void Proposal(StaffMember manager, Subject deal, Subject contact, string phone, string title, int sum, string currency, DateTimeOffset clock)
    {
        var quote = script.Add(clock, "quote", () => new JsonObject
        {
            ["title"] = "КП: " + title,
            ["dealId"] = deal.Id,
            ["contactId"] = contact.Id,
            ["assignedById"] = manager.Id,
            ["createdBy"] = manager.Id,
            ["opportunity"] = sum,
            ["currencyId"] = currency,
        });
        clock = Later(clock, 1, 4);
        Move(clock, quote, "SENT");
        Move(clock, deal, "EXECUTING");
        Task(manager, deal, "Получить ответ на КП: " + title, clock);
        clock = _calls.Call(manager, Later(clock, 10, 70), phone, contact, 2, deal);
        Move(clock, deal, "FINAL_INVOICE");
        clock = Later(clock, 5, 90);
        var isWon = random.Next(100) < 45;
        Move(clock, quote, isWon ? "APPROVED" : "DECLAINED");
        Move(clock.AddMinutes(1), deal, isWon ? "WON" : "LOSE");
    }

    private DateTimeOffset Meeting(StaffMember manager, Subject deal, string title, DateTimeOffset start)
    {
        var meeting = script.Add(start.AddHours(-3), "activity", () => new JsonObject
        {
            ["OWNER_TYPE_ID"] = 2,
            ["OWNER_ID"] = deal.Id,
            ["TYPE_ID"] = 1,
            ["PROVIDER_ID"] = "CRM_MEETING",
            ["PROVIDER_TYPE_ID"] = "MEETING",
            ["SUBJECT"] = "Встреча: " + title,
            ["START_TIME"] = Script.Iso(start),
            ["END_TIME"] = Script.Iso(start.AddHours(1)),
            ["RESPONSIBLE_ID"] = manager.Id,
            ["COMPLETED"] = "N",
        });
        var end = start.AddMinutes(random.Next(40, 90));
        if (random.Next(8) > 0)
        {
            script.Update(end, meeting, () => new JsonObject { ["COMPLETED"] = "Y" });
        }
        return end;
    }

    /// <summary>A task with two working days; one in four is finished late, some stay open.</summary>
    private void Task(StaffMember member, Subject deal, string title, DateTimeOffset time)
    {
        var deadline = new DateTimeOffset(WorkingTime(time.AddDays(2)).Date.AddHours(18), time.Offset);
        var task = script.Add(time, "task", () => new JsonObject
        {
            ["title"] = title,
            ["responsibleId"] = member.Id,
            ["createdBy"] = DepartmentStaff.Head,
            ["deadline"] = Script.Iso(deadline),
            ["ufCrmTask"] = new JsonArray($"D_{deal.Id}"),
        });
        var started = Later(time, 1, 6);
        script.Update(started, task, () => new JsonObject { ["status"] = 3 });
        if (random.Next(12) > 0)
        {
            var closed = random.Next(4) == 0 ? WorkingTime(deadline.AddHours(random.Next(16, 70))) : Later(started, 1, 12);
            script.Update(closed, task, () => new JsonObject { ["status"] = 5, ["closedBy"] = member.Id });
        }
    }

    private void Move(DateTimeOffset time, Subject subject, string stage) =>
        script.Update(time, subject, () => new JsonObject { ["stageId"] = stage });

    private DateTimeOffset Later(DateTimeOffset time, int fromHours, int toHours) =>
        WorkingTime(time.AddMinutes(random.Next(fromHours * 60, toHours * 60)));

    /// <summary>The moment itself within 9 to 18 o'clock of a weekday, else some minute of the next working morning.</summary>
    private DateTimeOffset WorkingTime(DateTimeOffset time)
    {
        if (time.Hour is >= 9 and < 18 && time.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
        {
            return time;
        }
        var day = time.Hour >= 18 ? time.Date.AddDays(1) : time.Date;
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
        {
            day = day.AddDays(1);
        }
        return new DateTimeOffset(day, time.Offset).AddMinutes(random.Next(9 * 60, 12 * 60));
    }

    private StaffMember OfTier(long department) => Pick([.. staff.Where(member => member.DepartmentId == department)]);

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
