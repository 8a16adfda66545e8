using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static Bitrix24Addon.Tests.Norms.JudgedPortal;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>The close of a day: verdicts and effects once, from facts in a database.</summary>
public sealed class NormCloseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Everybody_in_the_scope_gets_one_verdict_and_below_the_norm_a_task_and_the_head_a_message(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.SeeAsync([.. portal.Calls(7, 4), .. portal.Calls(8, 1), .. portal.Calls(9, 2), .. portal.Calls(1, 9), .. portal.Calls(2, 9)]);
        await portal.SeeAsync(Absence(5, 8, "2025-03-05T09:00:00", "2025-03-05T13:00:00"));

        var closed = await portal.CloseAsync();

        // User 1 is the service account, user 2 not in the department, user 6 has left; 8 is absent and 9 works half the day.
        Assert.Equal(["7 met 4/4", "8 below 1/2", "9 met 2/2"], await portal.SaidAsync());
        Assert.Equal(new NormCloseResult(NormCloseState.Closed, 3, 1, 2), closed);
        var effects = await portal.EffectsAsync();
        var task = Assert.IsType<CreateTask>(effects[0]);
        Assert.Equal((8L, At("2025-03-06T18:00:00")), (task.ResponsibleId, task.DeadlineAtMs));
        Assert.Contains("4:00:00", task.Description, StringComparison.Ordinal);
        var message = Assert.IsType<SendReport>(effects[1]);
        Assert.Equal(("2", Wednesday, Wednesday, (long?)10), (message.DialogId, message.FromDay, message.ToDay, message.DepartmentId));
        Assert.Contains("#8: 1 of 2 — not met; absences and pauses taken off: 4:00:00", message.Message, StringComparison.Ordinal);
        Assert.Contains("Sales (b)", message.Message, StringComparison.Ordinal);
        Assert.True(message.Message.IndexOf("#8", StringComparison.Ordinal) < message.Message.IndexOf("#7", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task Closing_twice_or_in_two_places_at_once_gives_each_verdict_and_effect_once(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.SeeAsync(portal.Calls(7, 2));

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => portal.CloseAsync(), Stop)));

        Assert.Single(results, r => r.State == NormCloseState.Closed);
        Assert.All(results.Where(r => r.State != NormCloseState.Closed), r => Assert.Equal(new NormCloseResult(NormCloseState.AlreadyClosed), r));
        Assert.Equal(NormCloseState.AlreadyClosed, (await portal.CloseAsync()).State);
        Assert.Equal(["7 below 2/4", "8 below 0/4", "9 below 0/2"], await portal.SaidAsync());
        Assert.Equal(4, (await portal.EffectsAsync()).Count);
    }

    [Fact]
    public async Task A_day_that_is_not_over_or_not_read_to_its_end_is_not_closed_and_can_be_closed_later()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));

        Assert.Equal(NormCloseState.NotOver, (await portal.CloseAsync(20250306)).State);
        await portal.ReadThroughAsync("2025-03-05T23:59:59");
        Assert.Equal(NormCloseState.NotRead, (await portal.CloseAsync()).State);
        Assert.Empty(await portal.VerdictsAsync());
        Assert.Empty(await portal.EffectsAsync());

        await portal.ReadThroughAsync("2025-03-06T00:00:00");
        Assert.Equal(NormCloseState.Closed, (await portal.CloseAsync()).State);
    }

    [Fact]
    public async Task Who_has_no_time_or_whose_figure_is_not_known_gets_no_verdict()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.SeeAsync(Absence(5, 8, "2025-03-01T00:00:00", "2025-03-09T00:00:00"));
        await portal.CloseAsync();
        await portal.CloseAsync(20250302);

        Assert.Equal(["7 below 0/4", "8 noVerdict absentAllDay", "9 below 0/2"], await portal.SaidAsync());
        Assert.All(await portal.SaidAsync(20250302), said => Assert.EndsWith("noVerdict standardZero", said, StringComparison.Ordinal));
        await RefuseCallsAsync(portal);
        await portal.CloseAsync(20250304);
        Assert.Equal(["7 noVerdict figureUnknown", "8 noVerdict absentAllDay", "9 noVerdict figureUnknown"], await portal.SaidAsync(20250304));
    }

    [Fact]
    public async Task Who_came_after_the_day_is_not_judged_for_it()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.LearnAsync("2025-03-05T23:59:59", new Observation(FactKind.User, 12, 0, new UserFact(true, [11])));
        await portal.LearnAsync("2025-03-06T00:00:00", new Observation(FactKind.User, 13, 0, new UserFact(true, [11])));

        await portal.CloseAsync();

        Assert.Equal(["7 below 0/4", "8 below 0/4", "9 below 0/2", "12 below 0/4"], await portal.SaidAsync());
    }

    [Fact]
    public async Task A_dry_run_keeps_verdicts_and_does_nothing()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database), Rule.Replace("\"id\"", "\"dryRun\": true, \"id\"", StringComparison.Ordinal));

        Assert.Equal(new NormCloseResult(NormCloseState.Closed, 3, 3, 0), await portal.CloseAsync());

        Assert.All(await portal.VerdictsAsync(), v => Assert.True(v.IsDry));
        Assert.Empty(await portal.EffectsAsync());
    }

    [Fact]
    public async Task After_a_long_standstill_days_are_judged_and_nobody_gets_a_task_for_each()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));
        portal.Time.Advance(TimeSpan.FromDays(4));

        Assert.Equal(new NormCloseResult(NormCloseState.Closed, 3, 3, 0), await portal.CloseAsync());

        Assert.Equal(3, (await portal.VerdictsAsync()).Count);
        Assert.Empty(await portal.EffectsAsync());
    }

    [Fact]
    public async Task Facts_that_come_later_correct_the_verdict_and_make_no_task_but_the_head_reads_of_it()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.SeeAsync([.. portal.Calls(7, 3), .. portal.Calls(8, 4), .. portal.Calls(9, 2)]);
        await portal.CloseAsync();
        Assert.Equal(0, await portal.CorrectAsync());
        var effects = (await portal.EffectsAsync()).Count;

        // 7 gains a call, 8 loses one; the vote of a call of 9 changes the record and nothing else.
        await portal.SeeAsync([Call(900, 7, "2025-03-05T17:00:00"), new(FactKind.Call, 4, 0, null), Call(8, 9, "2025-03-05T10:00:00", 61)]);
        Assert.Equal(2, await portal.CorrectAsync());
        Assert.Equal(0, await portal.CorrectAsync());

        Assert.Equal(["7 below 3/4", "7#2 met 4/4", "8 met 4/4", "8#2 below 3/4", "9 met 2/2"], await portal.SaidAsync());
        Assert.Equal(effects, (await portal.EffectsAsync()).Count);

        await portal.SeeAsync([.. portal.Calls(7, 4, "2025-03-06"), .. portal.Calls(8, 4, "2025-03-06"), .. portal.Calls(9, 4, "2025-03-06")]);
        portal.Time.Advance(TimeSpan.FromDays(1));
        await portal.ReadThroughAsync("2025-03-07T01:00:00");
        await portal.CloseAsync(20250306);
        var message = Assert.IsType<SendReport>((await portal.EffectsAsync())[^1]).Message;
        Assert.Contains("#7, Calls: now 4 of 4 — met", message, StringComparison.Ordinal);
        Assert.Contains("#8, Calls: now 3 of 4 — not met", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_any_more_corrects_nothing()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.CloseAsync();
        await RefuseCallsAsync(portal);

        Assert.Equal(0, await portal.CorrectAsync());
    }

    [Fact]
    public async Task Who_lost_his_lease_writes_nothing()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(await MigratedAsync(database));
        var leases = new Leases(portal.Storage, portal.Time);
        var lost = (await leases.TryTakeAsync(portal.Portal.Row.Id, LeaseNames.Sync, Duration.FromMinutes(1), Stop))!;
        portal.Time.Advance(TimeSpan.FromMinutes(2));
        var held = (await leases.TryTakeAsync(portal.Portal.Row.Id, LeaseNames.Sync, Duration.FromMinutes(1), Stop))!;

        await Assert.ThrowsAsync<LeaseLostException>(async () => await portal.Close.RunAsync(await portal.RowAsync(), Wednesday, lost, Stop));
        Assert.Empty(await portal.VerdictsAsync());
        Assert.Equal(NormCloseState.Closed, (await portal.Close.RunAsync(await portal.RowAsync(), Wednesday, held, Stop)).State);
    }

    [Theory, EveryDatabase]
    public async Task Absences_that_could_not_be_read_leave_everybody_without_a_verdict_until_they_are(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.SeeAsync([.. portal.Calls(7, 4), Absence(5, 9, "2025-03-01T00:00:00", "2025-03-09T00:00:00")]);
        await FailAsync(portal, "absences", "ServerFault");

        await portal.CloseAsync();

        Assert.Equal(["7 noVerdict absencesUnread", "8 noVerdict absencesUnread", "9 noVerdict absentAllDay"], await portal.SaidAsync());
        Assert.Empty(await portal.EffectsAsync());
        Assert.Equal(0, await portal.CorrectAsync());
        await ReplaysAsync(portal);

        await FailAsync(portal, "absences", null);
        Assert.Equal(2, await portal.CorrectAsync());
        Assert.Equal(
            ["7 noVerdict absencesUnread", "7#2 met 4/4", "8 noVerdict absencesUnread", "8#2 below 0/4", "9 noVerdict absentAllDay"], await portal.SaidAsync());
        Assert.Empty(await portal.EffectsAsync());

        // What was known stays known while the calendars cannot be read again.
        await FailAsync(portal, "absences", "ServerFault");
        Assert.Equal(0, await portal.CorrectAsync());
        await ReplaysAsync(portal);
    }

    [Theory, EveryDatabase]
    public async Task Where_absences_may_not_be_read_norms_are_judged_and_say_so(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(await MigratedAsync(database));
        await portal.SeeAsync([.. portal.Calls(7, 4), .. portal.Calls(9, 2)]);
        await FailAsync(portal, "absences", "InsufficientScope");

        await portal.CloseAsync();

        Assert.Equal(["7 met 4/4", "8 below 0/4", "9 met 2/2"], await portal.SaidAsync());
        Assert.All(await portal.VerdictsAsync(), v => Assert.Contains("\"isWithoutAbsences\":true", v.Document, StringComparison.Ordinal));
        var effects = await portal.EffectsAsync();
        Assert.Contains("Absences are not known", Assert.IsType<CreateTask>(effects[0]).Description, StringComparison.Ordinal);
        Assert.Contains("Absences are not known", Assert.IsType<SendReport>(effects[1]).Message, StringComparison.Ordinal);
        await ReplaysAsync(portal);

        // Once they may be read, only what they change is corrected.
        await FailAsync(portal, "absences", null);
        Assert.Equal(0, await portal.CorrectAsync());
        await portal.SeeAsync(Absence(5, 8, "2025-03-01T00:00:00", "2025-03-09T00:00:00"));
        Assert.Equal(1, await portal.CorrectAsync());
        Assert.Equal(["7 met 4/4", "8 below 0/4", "8#2 noVerdict absentAllDay", "9 met 2/2"], await portal.SaidAsync());
        await ReplaysAsync(portal);
    }

    private static async Task ReplaysAsync(JudgedPortal portal)
    {
        foreach (var verdict in await portal.VerdictsAsync())
        {
            Assert.True((await new NormReplay(portal.Storage).RunAsync(verdict, Stop)).IsSame, verdict.Document);
        }
    }

    private static Task RefuseCallsAsync(JudgedPortal portal) => FailAsync(portal, "calls", "AccessDenied");

    private static async Task FailAsync(JudgedPortal portal, string source, string? failure)
    {
        await using var db = portal.Storage.Open(portal.Portal.Row.Id);
        await db.Cursors.Where(c => c.Source == source).ExecuteUpdateAsync(set => set.SetProperty(c => c.Failure, failure), Stop);
    }

    internal static async Task<AddonStorage> MigratedAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        return storage;
    }
}
