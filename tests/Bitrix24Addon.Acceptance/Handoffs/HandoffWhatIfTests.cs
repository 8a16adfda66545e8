using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Handoffs;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Handoffs;

/// <summary>What rules would have made of a small past, case by case. It is noon of Wednesday, 18 March 2026.</summary>
public sealed class HandoffWhatIfTests
{
    private const string Start = """{"id": "to-managers", "kind": "handoff", "name": {"ru": "Передача", "en": "Handoff"}, "to": "clientManagers", """;

    private static readonly string[] Past =
    [
        Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна","UF_DEPARTMENT":[13]}"""),
        Line("02T08:00:00", "add", "user", 103, """{"NAME":"Олег","UF_DEPARTMENT":[14]}"""),
        Line("02T09:00:00", "add", "lead", 1, """{"title":"Успели","assignedById":101}"""),
        Line("02T09:00:00", "add", "lead", 2, """{"title":"Забыли","assignedById":101}"""),
        Line("02T09:00:00", "add", "lead", 3, """{"title":"Ещё есть время","assignedById":101}"""),
        Line("02T09:00:00", "add", "lead", 4, """{"title":"Двинули","assignedById":101}"""),
        Line("02T09:00:00", "add", "lead", 5, """{"title":"Чужая","assignedById":103}"""),
        Line("02T09:00:00", "add", "lead", 6, """{"title":"Не дошла","assignedById":101}"""),
        Line("02T09:00:00", "add", "deal", 1, """{"title":"Из воронки","assignedById":101,"categoryId":0}"""),
        Line("02T10:00:00", "update", "lead", 1, """{"stageId":"IN_PROCESS"}"""),
        Line("02T10:00:00", "update", "lead", 2, """{"stageId":"IN_PROCESS"}"""),
        Line("02T10:00:00", "update", "lead", 4, """{"stageId":"IN_PROCESS"}"""),
        Line("02T10:00:00", "update", "lead", 5, """{"stageId":"IN_PROCESS"}"""),
        .. Call(2, "10:10:00", 1, 103),
        .. Call(1, "10:30:00", 1),
        .. Call(3, "10:40:00", 2, 103),
        Line("02T12:30:00", "update", "lead", 4, """{"stageId":"CONVERTED"}"""),
        Line("18T11:50:00", "update", "lead", 3, """{"stageId":"IN_PROCESS"}"""),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What another tier calls about is not taken up by it.</summary>
    [Theory, EveryDatabase]
    public async Task A_stage_begins_it_and_a_call_or_a_move_takes_it_up(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        Assert.Equal(
            ["lead 1 by 101 after 30: InTime", "lead 2 by 101: Late, to the head", "lead 4 by 101: Late, to the head", "lead 3 by 101: Open"],
            await AskAsync(portal, """ "acceptedBy": ["call"] """));
        Assert.Equal(
            ["lead 1 by 101 after 30: InTime", "lead 2 by 101: Late, to the head", "lead 4 by 101 after 150: Late, to the head", "lead 3 by 101: Open"],
            await AskAsync(portal, """ "acceptedBy": ["call", "stageMove"] """));
        Assert.Equal(
            ["lead 1 by 101 after 30: InTime", "lead 2 by 101: Late", "lead 4 by 101: Late", "lead 3 by 101: Open"],
            (await AskAsync(portal, """ "acceptedBy": ["call"], "afterExpiry": "giver", "times": {"accept": 60, "mend": 100000} """)));

        // On days on which nothing began there is nothing.
        Assert.Empty(await AskAsync(portal, """ "acceptedBy": ["call"] """, 20260303, 20260317));
    }

    [Theory, EveryDatabase]
    public async Task What_the_history_cannot_tell_is_refused(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        Assert.Equal("Handoffs.history_knows_no_end", (await Assert.ThrowsAsync<ProblemException>(() => AskAsync(portal, """ "acceptedBy": [] """))).TextKey);
        Assert.Equal(
            "Handoffs.history_knows_no_start",
            (await Assert.ThrowsAsync<ProblemException>(() => AskAsync(portal, """ "acceptedBy": ["call"] """, trigger: """ "trigger": {"on": "robot"}, "item": "lead" """))).TextKey);
    }

    [Theory, EveryDatabase]
    public async Task A_funnel_begins_it(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);

        Assert.Equal(["deal 1 by 101: Late, to the head"], await AskAsync(portal, """ "acceptedBy": ["call"] """, trigger: """ "trigger": {"on": "category", "category": 0}, "item": "deal" """));
        Assert.Empty(await AskAsync(portal, """ "acceptedBy": ["call"] """, trigger: """ "trigger": {"on": "category", "category": 5}, "item": "deal" """));
    }

    private static async Task<SyncedPortal> StartAsync(DatabaseKind kind)
    {
        var portal = await SyncedPortal.StartAsync(kind, lines: Past);
        await portal.Addon.Registry.PutSettingsAsync(
            portal.Addon.Portal, new PortalSettings { Tiers = new Dictionary<Tier, TierMembers> { [Tier.ClientManagers] = new() { Users = [101] } } }, Stop);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        return portal;
    }

    private static async Task<List<string>> AskAsync(
        SyncedPortal portal, string rest, int from = 20260302, int to = 20260318, string trigger = """ "trigger": {"on": "stage", "stages": ["IN_PROCESS"]}, "item": "lead" """)
    {
        var times = rest.Contains("times", StringComparison.Ordinal) ? "" : """, "times": {"accept": 60}""";
        var rule = (HandoffRule)RuleDocument.Parse($"{Start}{trigger}, {rest}{times}}}");
        var row = (await portal.Addon.Registry.FindAsync(portal.Addon.Portal.Key, Stop))!;
        var handoffs = await new HandoffWhatIf(portal.Addon.Storage, portal.Fixture.Clock).RunAsync(row, rule, from, to, Stop);
        return [.. handoffs.Select(h =>
            $"{(h.Kind == Facts.FactKind.Lead ? "lead" : "deal")} {h.Id} by {h.UserId}{(h.Minutes is { } minutes ? $" after {minutes}" : "")}: {h.Outcome}{(h.IsEscalated ? ", to the head" : "")}")];
    }

    private static string[] Call(long id, string time, long leadId, long userId = 101) =>
    [
        Line($"02T{time}", "add", "call", id, $$"""{"CALL_ID":"c{{id}}","PORTAL_USER_ID":{{userId}},"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-02T{{time}}+03:00","CALL_FAILED_CODE":"200","CRM_ACTIVITY_ID":{{id}}}"""),
        Line($"02T{time}", "add", "activity", id, $$"""{"OWNER_TYPE_ID":1,"OWNER_ID":{{leadId}},"TYPE_ID":2,"PROVIDER_ID":"VOXIMPLANT_CALL","ORIGIN_ID":"VI_c{{id}}","SUBJECT":"Звонок","START_TIME":"2026-03-02T{{time}}+03:00","COMPLETED":"Y","RESPONSIBLE_ID":{{userId}}}"""),
    ];

    private static string Line(string time, string op, string table, long id, string fields) => PortalFixture.Line(time, op, table, id, fields);
}
