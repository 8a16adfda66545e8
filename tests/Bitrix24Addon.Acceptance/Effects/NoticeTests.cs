using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Acceptance.Sync;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>Notifications nobody asked for: one a cause, none at night, so many a day, and none lost.</summary>
public sealed class NoticeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task What_comes_at_night_is_sent_in_the_morning_and_holds_nothing_back(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T22:30");
        await portal.AddAsync(
            Notice("a"), new CreateTask("task", "user:101", "Позвонить", "", 101, 1_773_900_000_000), Notice("urgent") with { IsUrgent = true },
            new SendMessage("asked", "user:101", "101", "Вы спросили", IsAskedFor: true));

        await portal.RunAsync();

        Assert.Equal([EffectState.Held, EffectState.Done, EffectState.Done, EffectState.Done], await StatesAsync(portal));
        Assert.Equal(["urgent"], Texts(portal));
        Assert.Single(portal.Simulator.Messages);
        Assert.Single(await portal.TasksAsync());
        At(portal, "19T07:59");
        Assert.Empty(await portal.RunAsync());

        At(portal, "19T08:00");
        await portal.RunAsync();
        Assert.Equal(["urgent", "a"], Texts(portal));
        Assert.All(await StatesAsync(portal), state => Assert.Equal(EffectState.Done, state));
    }

    [Theory, EveryDatabase]
    public async Task What_waited_longer_than_effects_are_wanted_is_sent_all_the_same(DatabaseKind kind)
    {
        // From 30 April, Thursday evening, to 4 May; the first is a holiday.
        await using var portal = await StartAsync(kind, "18T12:00");
        portal.Fixture.Clock.SetUtcNow(new DateTimeOffset(2026, 4, 30, 22, 0, 0, TimeSpan.FromHours(3)));
        await portal.AddAsync(Notice("a"));
        await portal.RunAsync();
        portal.Fixture.Clock.SetUtcNow(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.FromHours(3)));
        portal.Simulator.FailNext(PortalFault.QueryLimitExceeded);
        await portal.RunAsync();
        await portal.RunAfterWaitAsync();

        Assert.Equal((EffectState.Done, HeldFor.QuietTime), ((await portal.RowAsync()).State, (await portal.RowAsync()).HeldFor));
        Assert.Equal(["a"], Texts(portal));
    }

    [Theory, EveryDatabase]
    public async Task Of_one_cause_a_person_is_told_once(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00");
        await portal.AddAsync(Notice("a") with { Tag = "t" }, Notice("b") with { Tag = "t" }, Message("c", "cause"), Message("d", "cause"));
        await portal.RunAsync();
        await portal.AddAsync(Notice("b2") with { Tag = "t", Message = "b" }, Message("e", "cause"));
        await portal.RunAsync();

        Assert.Equal(["b"], Texts(portal));
        Assert.Equal(["d"], portal.Simulator.Messages.Select(m => m.Text));
        var rows = await portal.RowsAsync();
        Assert.Equal([(EffectState.Told, 2), (EffectState.Done, 0), (EffectState.Told, 4), (EffectState.Done, 0), (EffectState.Told, 2)],
            rows.Take(5).Select(row => (row.State, row.ToldById is { } by ? rows.FindIndex(r => r.Id == by) + 1 : 0)));
        Assert.Equal(EffectState.Held, rows[5].State);

        At(portal, "19T08:00");
        await portal.RunAsync();
        Assert.Equal(["d", "e"], portal.Simulator.Messages.Select(m => m.Text));
    }

    [Theory, EveryDatabase]
    public async Task More_than_a_day_may_bring_is_told_in_one(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00", new NotificationSettings { MostADay = 3 });
        await portal.AddAsync([.. Enumerable.Range(1, 5).Select(n => Notice($"n{n}"))]);
        await portal.RunAsync();

        // What it tells is of other subjects, so it waits for none.
        Assert.Equal(["n1", "И ещё 3 уведомления:|• n3|• n4|• n5", "n2"], Texts(portal));

        foreach (var key in new[] { "n6", "n7" })
        {
            await portal.AddAsync(Notice(key));
            await portal.RunAsync();
        }

        await portal.AddAsync(Notice("other") with { UserId = 102 });
        await portal.RunAsync();
        Assert.Equal(["n1", "И ещё 3 уведомления:|• n3|• n4|• n5", "n2", "other"], Texts(portal));
        At(portal, "19T08:00");
        await portal.RunAsync();

        Assert.Equal("И ещё 2 уведомления:|• n6|• n7", Texts(portal)[^1]);
        Assert.DoesNotContain(await StatesAsync(portal), state => state is not (EffectState.Done or EffectState.Told));
    }

    [Theory, EveryDatabase]
    public async Task The_room_of_what_was_refused_is_free_again(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00", new NotificationSettings { MostADay = 1 });
        await portal.AddAsync(Notice("refused") with { Message = " " });
        await portal.RunAsync();
        Assert.Equal([EffectState.Parked], await StatesAsync(portal));
        await portal.AddAsync(Notice("a"));

        await portal.RunAsync();

        Assert.Equal(["a"], Texts(portal).Where(text => !text.Contains("replay", StringComparison.Ordinal)));
    }

    [Theory, EveryDatabase]
    public async Task What_a_refused_notification_was_to_tell_is_told_after_all(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00");
        await portal.AddAsync(Notice("a") with { Tag = "t" }, Notice("b") with { Tag = "t", Message = " " });

        await portal.RunAsync();

        Assert.Equal([EffectState.Done, EffectState.Parked], await StatesAsync(portal));
        Assert.Contains("a", Texts(portal));
    }

    [Theory, EveryDatabase]
    public async Task What_comes_up_too_late_does_so_with_all_that_was_left_to_it(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00");
        await portal.AddAsync(Notice("a") with { Tag = "t" }, Notice("b") with { Tag = "t" });
        portal.Simulator.FailNext(PortalFault.QueryLimitExceeded);
        await portal.RunAsync();
        Assert.Equal([EffectState.Told, EffectState.Pending], await StatesAsync(portal));

        await portal.RunAfterWaitAsync(TimeSpan.FromDays(5));

        Assert.Equal([(EffectState.Parked, "Stale"), (EffectState.Parked, "Stale")], (await portal.RowsAsync()).Select(row => (row.State, row.Failure)));
        Assert.Empty(Texts(portal));
    }

    [Theory, EveryDatabase]
    public async Task What_a_refused_digest_was_to_tell_is_told_by_itself_day_by_day(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00", new NotificationSettings { MostADay = 1 });
        await portal.AddAsync(Notice("a"), Notice("b") with { Subject = "deal:1" });
        portal.RefuseNext();
        await portal.RunAsync();

        Assert.Equal(["a"], Texts(portal));
        var digest = (await portal.RowsAsync()).Single(row => row.Key.StartsWith("digest:", StringComparison.Ordinal));
        Assert.Equal(("digest:101", EffectState.Told, "AccessDenied"), (digest.Subject, digest.State, digest.Failure));
        Assert.Empty(await portal.ParkedNoticesAsync());
        await portal.AddAsync(Notice("c"), Notice("d"));
        await portal.RunAsync();
        At(portal, "19T08:00");
        await portal.RunAsync();
        Assert.Equal(["a", "b"], Texts(portal));

        At(portal, "20T08:00");
        await portal.RunAsync();

        Assert.Equal("И ещё 2 уведомления:|• c|• d", Texts(portal)[^1]);
        Assert.DoesNotContain(await StatesAsync(portal), state => state is not (EffectState.Done or EffectState.Told));
    }

    [Theory, EveryDatabase]
    public async Task Somebody_about_whom_nothing_can_be_decided_holds_nobody_else_back(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00", new NotificationSettings { MostADay = 1 });
        await portal.AddAsync(
            Notice("a"), Notice("b"), Notice("other") with { UserId = 102, Subject = "user:102" }, new CreateTask("task", "user:101", "Позвонить", "", 101, 1_773_900_000_000));
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            // A text that is missing altogether, as no version writes it.
            await db.Effects.Where(e => e.Key == "a").ExecuteUpdateAsync(set => set.SetProperty(e => e.Document, e => e.Document.Replace("\"message\":\"a\"", "\"message\":null")), Stop);
        }

        await portal.RunAsync();

        Assert.Equal(["other"], Texts(portal));
        Assert.Single(await portal.TasksAsync());
        Assert.Equal([EffectState.Held, EffectState.Held, EffectState.Done, EffectState.Done], await StatesAsync(portal));
        Assert.Equal((LogLevel.Error, 1), Assert.Single(portal.Heard));
        portal.Fixture.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Empty(await portal.RunAsync());

        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            await db.Effects.Where(e => e.Key == "a").ExecuteUpdateAsync(set => set.SetProperty(e => e.Document, e => e.Document.Replace("\"message\":null", "\"message\":\"a\"")), Stop);
        }

        portal.Fixture.Clock.Advance(TimeSpan.FromMinutes(2));
        await portal.RunAsync();
        Assert.Equal("И ещё 2 уведомления:|• a|• b", Texts(portal)[^1]);
    }

    [Theory, EveryDatabase]
    public async Task What_is_erased_while_others_are_sent_is_not_sent(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T12:00");
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            var directory = new PortalDirectory { UserNames = new Dictionary<long, string> { [101] = "Анна" } }.ToDocument();
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.Directory, directory), Stop);
        }

        await portal.AddAsync(new CreateTask("task", "user:102", "Позвонить", "", 102, 1_773_900_000_000), Notice("a"), Notice("b") with { UserId = 102, Subject = "user:102b" });
        portal.AfterNextAnswer(() => new Erasure(portal.Storage, portal.Registry, portal.Fixture.Clock).OfUserAsync(portal.Portal, 101, Stop));

        await portal.RunAsync();

        Assert.Equal(["b"], Texts(portal));
        Assert.Equal(["task Done", "b Done"], (await portal.RowsAsync()).Select(row => $"{row.Key} {row.State}"));
    }

    [Theory, EveryDatabase]
    public async Task What_comes_after_the_decision_waits_for_the_next(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T22:30");
        await portal.AddAsync(Notice("first"));
        const string Insert = """
            INSERT INTO effects ("PortalId", "Key", "Subject", "Document", "State", "Attempts", "CreatedAtMs", "NotBeforeMs", "MayBeDoubled", "PersonId")
            VALUES (NEW."PortalId", 'second', 'other', replace(NEW."Document", 'first', 'second'), 0, 0, NEW."CreatedAtMs", NEW."CreatedAtMs", FALSE, NEW."PersonId");
            """;
        await using (var db = portal.Storage.Open())
        {
            await db.Database.ExecuteSqlRawAsync(
                kind == DatabaseKind.Postgres
                    ? $"CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {Insert} RETURN NEW; END $$; CREATE TRIGGER following AFTER UPDATE ON effects FOR EACH ROW WHEN (NEW.\"Key\" = 'first') EXECUTE FUNCTION follow()"
                    : $"CREATE TRIGGER following AFTER UPDATE ON effects WHEN NEW.\"Key\" = 'first' BEGIN {Insert} END",
                Stop);
        }

        await portal.RunAsync();

        Assert.Empty(Texts(portal));
        Assert.Equal(["first Held", "second Pending"], (await portal.RowsAsync()).Select(row => $"{row.Key} {row.State}"));
    }

    [Theory, EveryDatabase]
    public async Task The_night_is_that_of_the_zone_in_the_profile(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind, "18T14:00");
        await using (var db = portal.Storage.Open(portal.Portal.Id))
        {
            var directory = new PortalDirectory { UserTimeZones = new Dictionary<long, string> { [102] = "Asia/Vladivostok" } }.ToDocument();
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.Directory, directory), Stop);
        }

        await portal.AddAsync(Notice("here"), Notice("far") with { UserId = 102 });
        await portal.RunAsync();

        Assert.Equal(["here"], Texts(portal));
        var far = (await portal.RowsAsync()).Single(row => row.Key == "far");
        Assert.Equal((EffectState.Held, new DateTimeOffset(2026, 3, 19, 1, 0, 0, TimeSpan.FromHours(3)).ToUnixTimeMilliseconds()), (far.State, far.NotBeforeMs));
    }

    [Theory, EveryDatabase]
    public async Task Zones_of_profiles_are_read_with_the_names(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(kind, lines:
        [
            PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна","TIME_ZONE":"Asia/Omsk"}"""), PortalFixture.Line("02T08:00:00", "add", "user", 102, """{"NAME":"Пётр","TIME_ZONE":""}"""),
        ]);

        await portal.Addon.SyncAsync(Stop);

        var directory = (await portal.Addon.Registry.ContextAsync(portal.Addon.Portal, Stop)).Directory;
        Assert.Equal("Asia/Omsk", directory.UserTimeZones[101]);
        Assert.False(directory.UserTimeZones.ContainsKey(102));
    }

    private static async Task<OutboxPortal> StartAsync(DatabaseKind kind, string time, NotificationSettings? notifications = null)
    {
        var portal = await OutboxPortal.StartAsync(kind);
        await portal.Registry.PutSettingsAsync(
            portal.Portal, new PortalSettings { TimeZone = "Europe/Moscow", Notifications = notifications ?? new NotificationSettings() }, Stop);
        At(portal, time);
        return portal;
    }

    private static void At(OutboxPortal portal, string time) =>
        portal.Fixture.Clock.SetUtcNow(DateTimeOffset.Parse($"2026-03-{time}:00+03:00", System.Globalization.CultureInfo.InvariantCulture));

    private static Notify Notice(string key) => new(key, "user:101", 101, key, key);

    private static SendMessage Message(string key, string cause) => new(key, "user:101", "101", key, cause);

    private static List<string> Texts(OutboxPortal portal) => [.. portal.Simulator.Notifications.Select(n => n.Text.ReplaceLineEndings("|"))];

    private static async Task<List<EffectState>> StatesAsync(OutboxPortal portal) => [.. (await portal.RowsAsync()).Select(row => row.State)];
}
