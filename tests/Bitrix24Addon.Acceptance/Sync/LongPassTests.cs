using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>A pass that is longer than the turns it gets is broken off in each of them, and comes to an end nevertheless.</summary>
public sealed class LongPassTests
{
    private const int Deals = 12_000;
    private const int Lost = 5_200;
    private const int Payments = 11_000;
    private const int People = 120;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task What_is_gone_and_what_was_missed_is_found_over_many_turns_and_asked_for_once(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(
            options => options.WithoutLimits(),
            [.. Enumerable.Range(1, Deals).Select(id => Line("02T09:00:00", "deal", id, """{"title":"Сделка","assignedById":101,"opportunity":100}"""))]);
        await using var undisturbed = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, fixture);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture);
        Assert.Empty((await undisturbed.Addon.SyncAsync(Stop)).Failures);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        var whole = await portal.CountAsync(FactKind.Deal);
        Assert.Equal(Deals, whole);
        long[] gone = [1, 2_500, 5_000, 7_000, Deals];
        foreach (var id in gone)
        {
            fixture.Apply("18T12:10:00", "delete", "deal", id);
        }

        await using (var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id))
        {
            // As if their reading had been lost.
            await db.Facts.Where(f => f.Kind == FactKind.Deal && f.SourceId > 6_000 && f.SourceId <= 6_000 + Lost && f.SourceId != 7_000).ExecuteDeleteAsync(Stop);
        }

        fixture.Clock.Advance(TimeSpan.FromHours(1));
        var sinceMs = fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await undisturbed.Addon.SyncAsync(Stop);

        // The last deal makes the first page of changes; what is compared is told by how much of the list was seen.
        var (turns, seen, missed) = (0, 0L, new List<int>());
        for (var isDone = false; !isDone; turns++)
        {
            Assert.True(turns < 40, $"it makes no progress: {seen}");
            var step = new OneStep(seen);
            try
            {
                await portal.Addon.SyncAsync(Stop, progress: step, goesOnSinceMs: sinceMs);
                isDone = true;
            }
            catch (BrokenOffException)
            {
                fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            seen = step.Seen;
            missed.Add(step.Missed);
        }

        Assert.True(turns > 4, $"only {turns} turns");
        Assert.Equal(Deals - gone.Length, seen);
        Assert.Equal([25, 1], missed.Where(queries => queries > 0));
        Assert.Equal(Current(await undisturbed.FactsAsync()), Current(await portal.FactsAsync()));
        await using (var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id))
        {
            Assert.Equal(
                gone, await db.Facts.Where(f => f.Kind == FactKind.Deal && f.IsCurrent && f.Deleted).Select(f => f.SourceId).Order().ToArrayAsync(Stop));
            Assert.All(await db.Comparisons.AsNoTracking().ToListAsync(Stop), c => Assert.True(c is { IsConcluded: true, Gone: [], Missed: [] }));
        }

        // Ended, it is not begun again by the same pass, but by the next.
        fixture.Apply("18T13:30:00", "delete", "deal", 100);
        fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await portal.Addon.SyncAsync(Stop, goesOnSinceMs: sinceMs)).Deleted);
        Assert.Equal(1, (await portal.Addon.SyncAsync(Stop, goesOnSinceMs: fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds())).Deleted);
    }

    [Theory, EveryDatabase]
    public async Task The_days_of_many_people_are_read_over_many_turns(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits(),
        [
            .. Enumerable.Range(101, People).Select(id => Line("02T08:00:00", "user", id, """{"NAME":"Анна","UF_DEPARTMENT":[13]}""")),
            .. Enumerable.Range(101, People).Select(id => Line(
                "17T18:00:00", "workday", id, $$"""{"userId":{{id}},"start":"2026-03-17T09:00:00+03:00","finish":"2026-03-17T18:00:00+03:00"}""")),
        ]);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture);
        var counts = new List<int>();
        for (var isDone = false; !isDone && counts.Count < 10; counts.Add(await portal.CountAsync(FactKind.WorkDay)))
        {
            try
            {
                isDone = (await portal.Addon.SyncAsync(Stop, progress: new AfterCommit("working_days"))).Failures.Count == 0;
            }
            catch (BrokenOffException)
            {
                await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
                isDone = (await db.Cursors.AsNoTracking().SingleAsync(c => c.Source == "working_days", Stop)).Complete;
            }
        }

        Assert.Equal([49, 99, People], counts);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Empty(await portal.NewsAsync());
    }

    [Theory]
    [InlineData(60)]
    [InlineData(People)]
    public async Task A_whole_part_of_people_who_may_not_be_seen_hides_nobody_else_and_everybody_hides_the_list(int hidden)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits(),
        [
            .. Enumerable.Range(101, People).Select(id => Line("02T08:00:00", "user", id, """{"NAME":"Анна","UF_DEPARTMENT":[13]}""")),
            .. Enumerable.Range(101, People).Select(id => Line(
                "17T18:00:00", "workday", id, $$"""{"userId":{{id}},"start":"2026-03-17T09:00:00+03:00","finish":"2026-03-17T18:00:00+03:00"}""")),
        ]);
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, fixture);
        foreach (var id in Enumerable.Range(101, hidden).Append(1))
        {
            fixture.Portal.Options.HiddenPeople.Add(id);
        }

        await portal.Addon.SyncAsync(Stop);

        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var cursor = await db.Cursors.AsNoTracking().SingleAsync(c => c.Source == "working_days", Stop);
        Assert.Equal(People - hidden, await portal.CountAsync(FactKind.WorkDay));
        Assert.Equal((hidden < People, hidden < People ? hidden + 1 : 0), (cursor.Complete, cursor.UnseenPeople.Length));
        Assert.Equal(hidden < People, cursor.Failure is null);

        // Whoever may be seen at last is read, in the next run or the one after it.
        fixture.Portal.Options.HiddenPeople.Clear();
        await portal.Addon.SyncAsync(Stop);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal(People, await portal.CountAsync(FactKind.WorkDay));
    }

    [Theory, EveryDatabase]
    public async Task Whose_many_payments_are_is_asked_for_once(DatabaseKind kind)
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits(),
        [
            Line("02T09:00:00", "deal", 1, """{"title":"Сделка","assignedById":101,"opportunity":100}"""),
            .. Enumerable.Range(1, Payments).Select(id => Line(
                "03T09:00:00", "payment", id, """{"entityTypeId":2,"entityId":1,"sum":25,"currency":"RUB","paid":"Y"}""")),
        ]);
        await using var portal = await SyncedPortal.StartAsync(kind, fixture);
        var counts = new List<int>();
        for (var isDone = false; !isDone && counts.Count < 10; counts.Add(await portal.CountAsync(FactKind.Payment)))
        {
            try
            {
                isDone = (await portal.Addon.SyncAsync(Stop, progress: new AfterCommit("payments", afterList: true))).Failures.Count == 0;
            }
            catch (BrokenOffException)
            {
                await using var read = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
                isDone = await read.Cursors.AnyAsync(c => c.Source == "payments" && c.Complete, Stop);
            }
        }

        Assert.Equal([5_000, 10_000, Payments], counts);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Empty(await portal.NewsAsync());
        Assert.Equal(Payments, await portal.CountAsync(FactKind.Payment));
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        Assert.Equal(Payments, await db.Facts.CountAsync(f => f.Kind == FactKind.Payment && f.Version == 1 && f.GroupKey == "D_1", Stop));
    }

    private static string Line(string time, string table, long id, string fields) => PortalFixture.Line(time, "add", table, id, fields);

    private static List<string> Current(List<string> facts) =>
        [.. facts.Where(f => f.Contains("\"IsCurrent\":true", StringComparison.Ordinal) && f.Contains("\"Kind\":\"Deal\"", StringComparison.Ordinal) && f.Contains("\"Deleted\":false", StringComparison.Ordinal))
            .Select(f => f[..f.IndexOf("\"KnownAtMs\"", StringComparison.Ordinal)] + f[f.IndexOf("\"Payload\"", StringComparison.Ordinal)..])];

    private sealed class BrokenOffException : Exception;

    /// <summary>Breaks the run off after the second commit that compared more deals than were compared before: the first is a single page.</summary>
    private sealed class OneStep(long before) : IProgress<SyncProgress>
    {
        private readonly List<string> _missed = [];
        private bool _isSecond;

        public long Seen { get; private set; } = before;

        /// <summary>How many queries of missed ones were under way.</summary>
        public int Missed => _missed.Distinct().Count();

        public void Report(SyncProgress value)
        {
            if (value.Source.StartsWith("deals:missed", StringComparison.Ordinal))
            {
                // The second part, of which there is one query only, begins when the first was read and committed.
                _missed.Add(value.Source);
                if (_missed.Contains("deals:missed1") && _missed.Count(key => key == "deals:missed0") > _missed.Count(key => key == "deals:missed1") + 1)
                {
                    throw new BrokenOffException();
                }
            }
            else if (value.Source == "deals" && value.Rows > Seen)
            {
                Seen = value.Rows;
                if (_isSecond)
                {
                    throw new BrokenOffException();
                }

                _isSecond = true;
            }
        }
    }

    /// <summary>Breaks the run off after the first commit of a source; of one that is listed first, after the first behind the list's end.</summary>
    private sealed class AfterCommit(string source, bool afterList = false) : IProgress<SyncProgress>
    {
        private bool _isListed = !afterList;

        public void Report(SyncProgress value)
        {
            if (value.Source == source)
            {
                if (_isListed)
                {
                    throw new BrokenOffException();
                }

                _isListed = value.Fraction >= 1;
            }
        }
    }
}
