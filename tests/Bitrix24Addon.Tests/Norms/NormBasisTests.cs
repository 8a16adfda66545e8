using System.Text.Json.Nodes;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Tests.Storage;
using Bitrix24Addon.WorkingTime;
using Microsoft.EntityFrameworkCore;
using static Bitrix24Addon.Tests.Norms.JudgedPortal;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>By what a day is judged, and judged again: the rule in force when it ended, and everything that its verdict was given by.</summary>
public sealed class NormBasisTests
{
    private static readonly string OfThree = Rule.Replace("\"perDay\": 4", "\"perDay\": 3", StringComparison.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_day_is_judged_by_the_version_that_was_in_force_when_it_ended(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync(portal.Calls(7, 3));
        await portal.PutRuleAsync(OfThree, "2025-03-05T23:59:59");
        await portal.PutRuleAsync(Rule.Replace("\"perDay\": 4", "\"perDay\": 2", StringComparison.Ordinal), "2025-03-06T00:00:00");

        await portal.CloseAsync();
        await portal.CloseAsync(20250304);

        Assert.Equal(["7 met 3/3", "8 below 0/3", "9 below 0/2"], await portal.SaidAsync());
        Assert.Equal([1, 1, 1, 2, 2, 2], (await portal.VerdictsAsync()).Select(v => v.RuleVersion));
        Assert.All((await portal.EffectsAsync()).OfType<CreateTask>(), t => Assert.Contains(t.Key.Contains("20250304", StringComparison.Ordinal) ? ":1:" : ":2:", t.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rule_first_put_after_the_end_of_a_day_does_not_judge_it_and_one_disabled_later_does()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.PutRuleAsync(Rule.Replace("\"calls\"", "\"calls-late\"", StringComparison.Ordinal), "2025-03-06T00:00:00");
        await portal.PutRuleAsync(Rule.Replace("\"id\"", "\"enabled\": false, \"id\"", StringComparison.Ordinal), "2025-03-06T01:00:00");

        await portal.CloseAsync();
        await portal.NextNightAsync("2025-03-07", TimeSpan.FromDays(1));
        await portal.CloseAsync(20250306);

        Assert.Equal(["calls"], (await portal.VerdictsAsync()).Where(v => v.Day == Wednesday).Select(v => v.RuleId).Distinct());
        Assert.Equal(["calls-late"], (await portal.VerdictsAsync()).Where(v => v.Day == 20250306).Select(v => v.RuleId).Distinct());
    }

    [Theory, EveryDatabase]
    public async Task A_change_of_settings_or_of_what_the_portal_says_of_itself_is_no_correction(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync([.. portal.Calls(7, 4), .. portal.Calls(8, 3), .. portal.Calls(9, 2), Call(400, 7, "2025-03-05T23:30:00")]);
        await portal.CloseAsync();

        // Half days for all, nobody counts, days of another zone, and another owner.
        await portal.SetAsync("""{"language": "ru", "timeZone": "Asia/Tokyo", "serviceAccounts": [7], "schedules": {"default": {"week": {"wednesday": ["09:00-11:00"]}}}}""");
        await using (var db = portal.Storage.Open(portal.Portal.Row.Id))
        {
            await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.OwnerUserId, 8).SetProperty(p => p.Directory, "{}"), Stop);
        }

        Assert.Equal(0, await portal.CorrectAsync());

        // What facts change is judged by what the verdict was judged by, and keeps it, so that it can be judged once more.
        await portal.SeeAsync(Call(401, 8, "2025-03-05T20:00:00"));
        Assert.Equal(1, await portal.CorrectAsync());
        Assert.Equal(["7 met 5/4", "8 below 3/4", "8#2 met 4/4", "9 met 2/2"], await portal.SaidAsync());
        var ofEight = (await portal.VerdictsAsync()).Where(v => v.UserId == 8).ToList();
        Assert.Equal((ofEight[0].SettingsVersion, ofEight[0].Basis), (ofEight[1].SettingsVersion, ofEight[1].Basis));
        await ReplaysAsync(portal);
        Assert.Equal(0, await portal.CorrectAsync());
    }

    [Fact]
    public async Task The_production_calendar_a_verdict_was_judged_by_is_kept_with_it()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.CloseAsync();
        await using var db = portal.Storage.Open(portal.Portal.Row.Id);
        var document = JsonNode.Parse(Assert.Single(await db.VerdictBases.AsNoTracking().ToListAsync(Stop)).Document)!;
        Assert.Equal(ProductionCalendar.Russia.ToDocument(), (string?)document["Calendar"]);

        // Had the verdict been given by a calendar in which the Wednesday is free, it would be judged by that calendar again.
        document["Calendar"] = ((string)document["Calendar"]!).Replace("\"2025-05-02\"", "\"2025-03-05\",\"2025-05-02\"", StringComparison.Ordinal);
        var other = new VerdictBasisRow { Key = "other", Document = document.ToJsonString() };
        db.VerdictBases.Add(other);
        await db.SaveChangesAsync(Stop);
        var verdict = (await portal.VerdictsAsync())[0];
        verdict.Basis = other.Key;
        var replayed = await new NormReplay(portal.Storage).RunAsync(verdict, Stop);
        Assert.Equal((false, 0L), (replayed.IsSame, replayed.Decision.Arithmetic.StandardSeconds));
        await ReplaysAsync(portal);
    }

    [Fact]
    public async Task A_correction_is_told_in_the_words_of_the_rule_that_judged()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync(portal.Calls(7, 3));
        await portal.CloseAsync();
        await portal.PutRuleAsync(
            Rule.Replace("\"Calls\"", "\"Talking\"", StringComparison.Ordinal).Replace("calls_over_30s", "talk_seconds", StringComparison.Ordinal)
                .Replace("\"id\"", "\"belowNorm\": {\"tellHead\": false}, \"id\"", StringComparison.Ordinal), "2025-03-06T09:00:00");
        await portal.SeeAsync(Call(900, 7, "2025-03-05T17:00:00"));
        await portal.CorrectAsync();

        await portal.NextNightAsync("2025-03-07", TimeSpan.FromDays(1));
        await portal.CloseAsync(20250306);

        Assert.Contains("#7, Calls: now 4 of 4 — met", Assert.IsType<SendReport>((await portal.EffectsAsync())[^1]).Message, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_correction_waits_for_the_next_message_that_goes_out_and_is_told_once(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync([.. portal.Calls(7, 3), .. portal.Calls(8, 4), .. portal.Calls(9, 2)]);
        await portal.CloseAsync();
        await portal.SeeAsync(Call(900, 7, "2025-03-05T17:00:00"));
        Assert.Equal(1, await portal.CorrectAsync());
        await portal.SeeAsync(Call(901, 7, "2025-03-05T17:30:00"));
        Assert.Equal(1, await portal.CorrectAsync());
        var before = (await portal.EffectsAsync()).Count;

        // After a standstill: the next day is closed too late to act, and of the day after nobody is judged any more.
        await portal.PutRuleAsync(Rule.Replace("\"id\"", "\"enabled\": false, \"id\"", StringComparison.Ordinal), "2025-03-06T12:00:00");
        await portal.NextNightAsync("2025-03-11", TimeSpan.FromDays(5));
        Assert.Equal(new NormCloseResult(NormCloseState.Closed), await portal.CloseAsync(20250306));
        Assert.Equal(before, (await portal.EffectsAsync()).Count);
        Assert.Equal(new NormCloseResult(NormCloseState.Closed, Effects: 1), await portal.CloseAsync(20250310));

        var message = Assert.IsType<SendReport>((await portal.EffectsAsync())[^1]);
        Assert.Equal("2", message.DialogId);
        Assert.Contains("#7, Calls: now 5 of 4 — met", message.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("now 4 of 4", message.Message, StringComparison.Ordinal);
        await portal.NextNightAsync("2025-03-12", TimeSpan.FromDays(1));
        Assert.Equal(new NormCloseResult(NormCloseState.Closed), await portal.CloseAsync(20250311));
        await ReplaysAsync(portal);
    }

    [Fact]
    public async Task Corrections_that_find_no_room_wait_for_the_message_after()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database));
        await portal.SeeAsync([.. Enumerable.Range(100, 50).Select(id => new Observation(FactKind.User, id, 0, new UserFact(true, [11])))]);
        await portal.CloseAsync();
        await portal.SeeAsync([.. Enumerable.Range(100, 50).SelectMany(id => portal.Calls(id, 4))]);
        Assert.Equal(50, await portal.CorrectAsync());

        var told = new List<string>();
        foreach (var (day, night, more) in new[] { (20250306, "2025-03-07", true), (20250307, "2025-03-08", false) })
        {
            await portal.NextNightAsync(night, TimeSpan.FromDays(1));
            await portal.CloseAsync(day);
            var message = Assert.IsType<SendReport>((await portal.EffectsAsync())[^1]).Message;
            Assert.InRange(message.Length, 1, 20_000);
            Assert.Equal(more, message.Contains("10 more corrections follow in the next message.", StringComparison.Ordinal));
            told.AddRange(message.Split('\n').Where(line => line.Contains("now 4 of 4", StringComparison.Ordinal)));
        }

        Assert.Equal((50, 50), (told.Count, told.Distinct().Count()));
    }

    [Fact]
    public async Task Of_a_persons_own_target_the_full_day_is_that_of_his_department()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await NormCloseTests.MigratedAsync(database), Rule.Replace("{\"department\": 11}", "{\"user\": 8}", StringComparison.Ordinal));
        await portal.SetAsync("""{"language": "en", "timeZone": "Europe/Berlin", "schedules": {"byDepartment": {"10": {"week": {"wednesday": ["09:00-13:00"]}}}, "byUser": {"8": {"week": {"wednesday": ["09:00-11:00"]}}}}}""");

        await portal.CloseAsync();

        Assert.Equal(["8 below 0/2"], await portal.SaidAsync());
        Assert.Contains("\"standardOriginId\":10", Assert.Single(await portal.VerdictsAsync()).Document, StringComparison.Ordinal);
    }

    internal static async Task ReplaysAsync(JudgedPortal portal)
    {
        foreach (var verdict in await portal.VerdictsAsync())
        {
            Assert.True((await new NormReplay(portal.Storage).RunAsync(verdict, Stop)).IsSame, verdict.Document);
        }
    }
}
