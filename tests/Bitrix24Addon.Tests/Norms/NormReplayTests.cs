using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Bitrix24Addon.Tests.Norms.JudgedPortal;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>A verdict can be judged again from what it records, whatever became of the portal since.</summary>
public sealed class NormReplayTests
{
    private static readonly string[] Metrics =
    [
        "calls_over_30s", "missed_calls", "call_quality", "first_action_minutes", "tasks_overdue", "tasks_closed", "deals_won", "won_sum", "proposals_sent",
        "leads_processed", "meetings", "work_seconds",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Every_verdict_is_reproduced_after_later_facts_deletions_settings_and_rules(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        foreach (var metric in Metrics)
        {
            await portal.Rules.PutAsync(await portal.RowAsync(), RuleOn(metric, 2), Stop);
        }

        await portal.SeeAsync(Life(8, "2025-03-05"));
        await portal.CloseAsync();
        var first = await portal.VerdictsAsync();
        Assert.Equal((Metrics.Length + 1) * 3, first.Count);
        Assert.Contains(first, v => v.Outcome == "met");
        Assert.Contains(first, v => v.Outcome == "below");
        Assert.Contains(first, v => v.Reason == "noCases");
        await AssertReplaysAsync(portal);

        // Records change hands, are linked elsewhere, deleted and joined by others; people move; settings, owner and rules change.
        await portal.SeeAsync([.. Life(9, "2025-03-05"), .. portal.Calls(8, 5), Absence(70, 8, "2025-03-05T09:00:00", "2025-03-05T12:00:00")]);
        await portal.SeeAsync(
            new(FactKind.Activity, 31, 0, new ActivityFact(2, null, 8, true, null, 0, false, "c30", [FactKeys.Lead(99)])), new(FactKind.Call, 30, 0, null),
            new(FactKind.Task, 61, 0, null), new(FactKind.User, 7, 0, new UserFact(true, [10])), new(FactKind.Department, 11, 0, new DepartmentFact(null, 8, "Moved")));
        await portal.SetAsync(Settings.Replace("\"language\"", "\"serviceAccounts\": [8], \"missedReturnMinutes\": 5, \"language\"", StringComparison.Ordinal));
        await portal.Rules.PutAsync(await portal.RowAsync(), RuleOn("calls_over_30s", 1), Stop);
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.OwnerUserId, 7).SetProperty(p => p.Directory, "{}"), Stop);
            await db.Cursors.ExecuteUpdateAsync(set => set.SetProperty(c => c.Failure, "AccessDenied"), Stop);
        }

        await AssertReplaysAsync(portal);
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            await db.Cursors.ExecuteUpdateAsync(set => set.SetProperty(c => c.Failure, (string?)null), Stop);
        }

        Assert.True(await portal.CorrectAsync() > 0);
        Assert.Contains(await portal.VerdictsAsync(), v => v is { Revision: 2, UserId: 8, Outcome: "met" });
        Assert.DoesNotContain(await portal.VerdictsAsync(), v => v.Reason == "notInScope");
        await portal.SeeAsync(Life(7, "2025-03-05"));
        await AssertReplaysAsync(portal);
    }

    [Fact]
    public async Task That_a_verdict_was_altered_would_be_seen()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync(portal.Calls(7, 3));
        await portal.CloseAsync();
        var verdict = (await portal.VerdictsAsync())[0];
        var replay = new NormReplay(portal.Storage);

        Assert.True((await replay.RunAsync(verdict, Stop)).IsSame);
        verdict.Document = verdict.Document.Replace("[1,1,1]", "[1,1,2]", StringComparison.Ordinal);
        Assert.False((await replay.RunAsync(verdict, Stop)).IsSame);
        verdict.FactsThrough = 1;
        Assert.Equal(0, (await replay.RunAsync(verdict, Stop)).Decision.Arithmetic.Actual);
    }

    private static async Task AssertReplaysAsync(JudgedPortal portal)
    {
        var replay = new NormReplay(portal.Storage);
        foreach (var verdict in await portal.VerdictsAsync())
        {
            var replayed = await replay.RunAsync(verdict, Stop);
            Assert.True(replayed.IsSame, $"{verdict.RuleId} {verdict.UserId}#{verdict.Revision} {verdict.Document}: {replayed.Decision}");
        }
    }

    private static string RuleOn(string metric, int perDay) =>
        "{\"kind\": \"norm\", \"id\": \"" + metric.Replace('_', '-') + "\", \"name\": {\"ru\": \"Р\", \"en\": \"R\"}, \"metric\": \"" + metric
        + "\", \"targets\": [{\"scope\": {\"department\": 11}, \"perDay\": " + perDay + "}]}";

    /// <summary>A day on which a person did a little of everything; the ids are the same for everybody, so a second life changes the records of the first.</summary>
    private static Observation[] Life(long user, string date)
    {
        long Time(int hour, int minute = 0) => At($"{date}T{hour:00}:{minute:00}:00");
        return
        [
            new(FactKind.Lead, 20, Time(9), new LeadFact(user, user, "CONVERTED")),
            new(FactKind.LeadStage, 21, Time(15), new StageFact(20, 3, "CONVERTED", "S", 0)),
            new(FactKind.Activity, 31, Time(9, 30), new ActivityFact(2, null, user, true, Time(9, 30), Time(9, 30), false, "c30", [FactKeys.Lead(20)])),
            new(FactKind.Activity, 32, Time(16), new ActivityFact(1, "CRM_MEETING", user, true, Time(16), Time(9), true, null, [FactKeys.Lead(20)])),
            new(FactKind.Call, 30, Time(9, 30), new CallFact("c30", user, 1, "200", 60 + user, 4, "hash", 31)),
            new(FactKind.Call, 33, Time(10), new CallFact("c33", user, 2, "304", 0, null, "hash", null)),
            new(FactKind.Deal, 40, Time(9), new DealFact(user, user, 0, "WON", 20, 100_000 + user, "EUR")) { EffectiveAtMs = Time(17) },
            new(FactKind.DealStage, 41, Time(16, 30), new StageFact(40, 3, "WON", "S", 0)),
            new(FactKind.Quote, 50, Time(11), new QuoteFact(user, user, 40, "SENT", Time(12), 5000, "EUR")),
            new(FactKind.Task, 60, Time(9), new TaskFact(user, 2, 5, Time(9), Time(12), Time(13), user)),
            new(FactKind.Task, 61, Time(9), new TaskFact(user, 2, 3, Time(9), Time(12), null, null)),
            new(FactKind.WorkDay, 80, Time(9), new WorkDayFact(user, 3600, user == 9)),
        ];
    }
}
