using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Tests.Schedule;

public sealed class PortalCalendarTests
{
    private const int Portal = 3;

    private static readonly DateTimeZone Moscow = DateTimeZoneProviders.Tzdb["Europe/Moscow"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task What_was_missed_in_a_sleep_of_three_days_fires_once(DatabaseKind kind)
    {
        await using var life = await Life.BeginAsync(kind, "2025-11-03T20:00:00Z", Moscow);
        await life.WatchAsync(Moscow, "2025-11-06T20:30:00Z", slots => slots.Select(s => s.Job).Distinct().Count() == 2);

        Assert.Equal([CalendarJob.DailyClose, CalendarJob.Reconcile], (await life.SlotsAsync()).Select(s => s.Job).OrderDescending());
    }

    /// <summary>Quartz names the first of the firings that were missed; what is to be done is the last.</summary>
    [Theory, EveryDatabase]
    public async Task What_was_missed_is_the_slot_of_the_last_night_and_the_last_hour(DatabaseKind kind)
    {
        await using var life = await Life.BeginAsync(kind, "2025-11-03T20:00:00Z", Moscow);
        await life.WatchAsync(Moscow, "2025-11-06T20:30:00Z", slots => slots.Select(s => s.Job).Distinct().Count() == 2);

        var slots = (await life.SlotsAsync()).ToDictionary(s => s.Job, s => s.ScheduledAtMs);
        Assert.Equal(Ms("2025-11-05T23:00:00Z"), slots[CalendarJob.DailyClose]);
        Assert.Equal(Ms("2025-11-06T20:21:00Z"), slots[CalendarJob.Reconcile]);
    }

    [Theory, EveryDatabase]
    public async Task The_day_closes_at_two_in_the_portals_zone(DatabaseKind kind)
    {
        var novosibirsk = DateTimeZoneProviders.Tzdb["Asia/Novosibirsk"];
        await using var life = await Life.BeginAsync(kind, "2025-11-03T18:30:00Z", novosibirsk);
        await life.WatchAsync(novosibirsk, "2025-11-03T19:00:01Z", slots => slots.Any(s => s.Job == CalendarJob.DailyClose));

        // 02:00 on the 4th at +07:00.
        Assert.Equal(Ms("2025-11-03T19:00:00Z"), (await life.SlotsAsync()).Single(s => s.Job == CalendarJob.DailyClose).ScheduledAtMs);
    }

    /// <summary>The hour of the close does not exist on the day on which the clocks go forward, and exists twice when they go back.</summary>
    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z")]
    public async Task A_day_on_which_the_clocks_change_is_closed_once(string from, string until)
    {
        var berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        await using var life = await Life.BeginAsync(DatabaseKind.Sqlite, from, berlin);
        await life.WatchAsync(berlin, until, slots => slots.Any(s => s.Job == CalendarJob.DailyClose) && slots.Any(s => s.Job == CalendarJob.Reconcile));

        var close = Assert.Single(await life.SlotsAsync(), s => s.Job == CalendarJob.DailyClose);
        Assert.InRange(close.ScheduledAtMs, Ms(until) - (13 * 3600 * 1000), Ms(until) - (10 * 3600 * 1000));
    }

    [Theory, EveryDatabase]
    public async Task Two_calendars_that_start_at_once_on_an_empty_database_fire_once(DatabaseKind kind)
    {
        await using var life = await Life.BeginAsync(kind, "2025-11-03T22:00:00Z", Moscow, isSet: false);
        var fired = new SemaphoreSlim(0);
        await using var first = life.Calendar(() => fired.Release());
        await using var second = life.Calendar(() => fired.Release());
        await Task.WhenAll(new[] { first, second }.Select(calendar => Task.Run(
            async () =>
            {
                await calendar.EnsureAsync(Portal, Moscow, Stop);
                await calendar.StartAsync(Stop);
            },
            Stop)));
        life.Time.Jump("2025-11-03T23:00:01Z");
        while ((await life.SlotsAsync()).Select(s => s.Job).Distinct().Count() < 2)
        {
            await fired.WaitAsync(Stop);
        }

        Assert.Equal([CalendarJob.DailyClose, CalendarJob.Reconcile], (await life.SlotsAsync()).Select(s => s.Job).OrderDescending());
    }

    [Fact]
    public async Task A_zone_that_is_a_mere_offset_closes_at_two_as_well()
    {
        var zone = DateTimeZone.ForOffset(Offset.FromHoursAndMinutes(5, 30));
        await using var life = await Life.BeginAsync(DatabaseKind.Sqlite, "2025-11-03T20:00:00Z", zone);
        await life.WatchAsync(zone, "2025-11-03T20:30:01Z", slots => slots.Any(s => s.Job == CalendarJob.DailyClose));

        Assert.Equal(Ms("2025-11-03T20:30:00Z"), (await life.SlotsAsync()).Single(s => s.Job == CalendarJob.DailyClose).ScheduledAtMs);
    }

    [Fact]
    public async Task A_new_zone_moves_the_close()
    {
        await using var life = await Life.BeginAsync(DatabaseKind.Sqlite, "2025-11-03T18:00:00Z", DateTimeZoneProviders.Tzdb["Asia/Novosibirsk"]);
        await life.WatchAsync(Moscow, "2025-11-03T23:00:01Z", slots => slots.Any(s => s.Job == CalendarJob.DailyClose));

        // 02:00 on the 4th at +03:00, not at +07:00.
        Assert.Equal(Ms("2025-11-03T23:00:00Z"), Assert.Single(await life.SlotsAsync(), s => s.Job == CalendarJob.DailyClose).ScheduledAtMs);
    }

    [Fact]
    public async Task A_removed_portal_fires_no_more()
    {
        await using var life = await Life.BeginAsync(DatabaseKind.Sqlite, "2025-11-03T20:00:00Z", Moscow);
        await using (var calendar = life.Calendar())
        {
            await calendar.EnsureAsync(Portal + 1, Moscow, Stop);
            await calendar.RemoveAsync(Portal, Stop);
        }

        await life.WatchAsync(null, "2025-11-06T20:30:00Z", slots => slots.Count == 2, Portal + 1);

        Assert.Empty(await life.SlotsAsync());
    }

    [Fact]
    public async Task A_portal_that_left_gets_no_more_slots()
    {
        await using var life = await Life.BeginAsync(DatabaseKind.Sqlite, "2025-11-03T20:00:00Z", Moscow);
        await life.LeaveAsync(Portal);
        await using (var calendar = life.Calendar())
        {
            await calendar.EnsureAsync(Portal + 1, Moscow, Stop);
        }

        await life.WatchAsync(null, "2025-11-06T20:30:00Z", slots => slots.Count == 2, Portal + 1, fires: 4);

        Assert.Empty(await life.SlotsAsync());
    }

    private static DateTimeOffset At(string utc) => InstantPattern.General.Parse(utc).Value.ToDateTimeOffset();

    private static long Ms(string utc) => At(utc).ToUnixTimeMilliseconds();

    /// <summary>A database with a calendar that was set and then left alone.</summary>
    private sealed class Life(DatabaseUnderTest database, AddonStorage storage, MovedClock time) : IAsyncDisposable
    {
        public MovedClock Time { get; } = time;

        public static async Task<Life> BeginAsync(DatabaseKind kind, string startsAt, DateTimeZone zone, bool isSet = true)
        {
            var database = await DatabaseUnderTest.CreateAsync(kind);
            var storage = new AddonStorage(database.ConnectionString);
            await storage.MigrateAsync(Stop);
            await using (var db = storage.Open())
            {
                db.Portals.AddRange(new[] { Portal, Portal + 1 }.Select(id => new PortalRow { Id = id, Key = $"portal{id}", Host = $"portal{id}", PhoneKey = [1] }));
                await db.SaveChangesAsync(Stop);
            }

            var life = new Life(database, storage, new MovedClock(startsAt));
            if (isSet)
            {
                await using var calendar = life.Calendar();
                await calendar.EnsureAsync(Portal, zone, Stop);
            }

            return life;
        }

        public PortalCalendar Calendar(Action? onFired = null) => new(storage, new Slots(storage, Time), Time, NullLoggerFactory.Instance, onFired);

        /// <summary>Sets the calendar, lets time pass, and runs the calendar until the slots are as wanted.</summary>
        public async Task WatchAsync(DateTimeZone? zone, string until, Func<List<SlotRow>, bool> isEnough, int portalId = Portal, int fires = 0)
        {
            var fired = new SemaphoreSlim(0);
            await using var calendar = Calendar(() => fired.Release());
            if (zone is not null)
            {
                await calendar.EnsureAsync(portalId, zone, Stop);
            }

            Time.Jump(until);
            await calendar.StartAsync(Stop);
            while (!isEnough(await SlotsAsync(portalId)) || fires > 0)
            {
                await fired.WaitAsync(Stop);
                fires--;
            }
        }

        public async Task LeaveAsync(int portalId)
        {
            await using var db = storage.Open(portalId);
            await db.Portals.Where(p => p.Id == portalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.UninstalledAtMs, 1L), Stop);
        }

        public async Task<List<SlotRow>> SlotsAsync(int portalId = Portal)
        {
            await using var db = storage.Open(portalId);
            return await db.Slots.ToListAsync(Stop);
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }

    /// <summary>A clock that runs, set to another time.</summary>
    private sealed class MovedClock : TimeProvider
    {
        private TimeSpan _moved;

        public MovedClock(string utc) => Jump(utc);

        public void Jump(string utc) => _moved = At(utc) - System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _moved;
    }
}
