using System.Globalization;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Generator;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class PlayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("play").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task What_is_loaded_fires_nothing_and_the_rest_fires_in_order_at_the_times_of_its_lines()
    {
        var clock = new SimulatedClock(At("10T00:00:00"));
        await using var live = await LivePortal.StartAsync(options => (options.TimelinePath, options.TimelineUntil, options.TimeProvider) = (ThreeDays(), At("10T00:00:00"), clock));
        await live.BindAsync("ONCRMDEALADD", "ONCRMDEALUPDATE", "ONCRMDEALDELETE");
        Assert.Equal(1, await live.Portal.PlayAsync(At("11T00:00:00"), PlayPace.Immediately, Stop));
        Assert.Equal(("EXECUTING", "2026-03-10T10:00:00+03:00"), await DealAsync(live));
        Assert.Equal(At("11T00:00:00"), clock.GetUtcNow());
        Assert.Equal(2, await live.Portal.PlayAsync(null, PlayPace.Immediately, Stop));
        Assert.Equal(At("12T10:00:00"), clock.GetUtcNow());
        Assert.Equal(0, await live.Portal.PlayAsync(null, PlayPace.Immediately, Stop));
        var posts = await live.DeliveredAsync();
        Assert.Equal(
            [("ONCRMDEALUPDATE", At("10T10:00:00")), ("ONCRMDEALADD", At("11T10:00:00")), ("ONCRMDEALDELETE", At("12T10:00:00"))],
            posts.Select(post => (post.Event, DateTimeOffset.FromUnixTimeSeconds(long.Parse(post.Form["ts"], CultureInfo.InvariantCulture)))));
        var history = (await live.Fixture.CallAsync("crm.stagehistory.list", """{"entityTypeId":2}""")).Body["result"]!["items"]!.AsArray();
        Assert.Equal(
            [(1, "2026-03-09T10:00:00+03:00"), (1, "2026-03-10T10:00:00+03:00")],
            history.Select(row => ((int)row!["OWNER_ID"]!, (string)row["CREATED_TIME"]!)));
    }

    [Fact]
    public async Task At_the_pace_of_the_clock_a_line_waits_for_its_time()
    {
        using var clock = new SimulatedClock(At("10T00:00:00"));
        await using var live = await LivePortal.StartAsync(options => (options.TimelinePath, options.TimelineUntil, options.TimeProvider) = (ThreeDays(), At("10T00:00:00"), clock));
        await live.BindAsync("ONCRMDEALUPDATE", "ONCRMDEALADD");
        var arrived = new SemaphoreSlim(0);
        live.Listener.Receiving = _ => Task.FromResult(arrived.Release());
        var play = live.Portal.PlayAsync(At("12T00:00:00"), PlayPace.Clock, Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => live.Portal.PlayAsync(cancellationToken: Stop));
        Assert.Empty(live.Listener.Posts);
        clock.Speed = 100_000;
        await arrived.WaitAsync(Stop);
        await arrived.WaitAsync(Stop);
        Assert.Equal(2, await play);
        Assert.True(clock.GetUtcNow() >= At("12T00:00:00"));
        Assert.All(live.Listener.Posts.Zip([At("10T10:00:00"), At("11T10:00:00")]), pair =>
            Assert.True(DateTimeOffset.FromUnixTimeSeconds(long.Parse(pair.First.Form["ts"], CultureInfo.InvariantCulture)) >= pair.Second));
    }

    [Fact]
    public async Task A_shift_is_the_same_for_both_parts_and_brings_the_cut_to_now()
    {
        // Now is Wednesday 18 March 2026, 12:00; the cut is Tuesday 10 March, so all moves by one week.
        await using var live = await LivePortal.StartAsync(options =>
            (options.TimelinePath, options.TimelineUntil, options.ShiftTimeline) = (ThreeDays(), At("10T00:00:00"), true));
        Assert.Equal(("NEW", "2026-03-16T10:00:00+03:00"), await DealAsync(live));
        await live.Portal.PlayAsync(At("18T00:00:00"), PlayPace.Immediately, Stop);
        Assert.Equal(("EXECUTING", "2026-03-17T10:00:00+03:00"), await DealAsync(live));
    }

    [Fact]
    public async Task A_play_can_be_stopped_and_gone_on_with()
    {
        using var clock = new SimulatedClock(At("10T00:00:00"));
        await using var live = await LivePortal.StartAsync(options => (options.TimelinePath, options.TimelineUntil, options.TimeProvider) = (ThreeDays(), At("10T00:00:00"), clock));
        using var cancelled = new CancellationTokenSource();
        var play = live.Portal.PlayAsync(null, PlayPace.Clock, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => play);
        Assert.Equal(3, await live.Portal.PlayAsync(null, PlayPace.Immediately, Stop));
    }

    [Fact]
    public async Task A_line_that_does_not_fit_is_named_and_those_before_it_stay()
    {
        var path = Path.Combine(_folder, "bad.jsonl");
        await File.WriteAllLinesAsync(path, [.. await File.ReadAllLinesAsync(ThreeDays(), Stop), PortalFixture.Line("13T10:00:00", "update", "deal", 77)], Stop);
        await using var live = await LivePortal.StartAsync(options => (options.TimelinePath, options.TimelineUntil) = (path, At("10T00:00:00")));
        var exception = await Assert.ThrowsAsync<TimelineException>(() => live.Portal.PlayAsync(null, PlayPace.Immediately, Stop));
        Assert.Contains("bad.jsonl, line 5:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("The lines before it were played.", exception.Message, StringComparison.Ordinal);
        var deals = (await live.Fixture.CallAsync("crm.item.list", """{"entityTypeId":2}""")).Body["result"]!["items"];
        Assert.Equal([1], PortalFixture.Ids(deals));
    }

    [Fact]
    public async Task The_later_part_of_a_generated_department_can_be_played()
    {
        using var clock = new SimulatedClock(At("17T00:00:00"));
        await using var live = await LivePortal.StartAsync(options => options.TimeProvider = clock);
        var operations = DepartmentGenerator.Generate(3, At("18T00:00:00"));
        live.Portal.Apply(operations.Where(operation => operation.Time < clock.GetUtcNow()));
        await live.BindAsync("ONVOXIMPLANTCALLEND");
        var day = operations.Where(operation => operation.Time >= clock.GetUtcNow()).ToList();
        Assert.Equal(day.Count, await live.Portal.PlayOperationsAsync(day, PlayPace.Immediately, Stop));
        var calls = day.Count(operation => operation is { Table: "call", Action: TimelineAction.Add });
        Assert.Equal((calls, true), ((await live.DeliveredAsync()).Count, calls > 0));
    }

    [Fact]
    public async Task A_stretch_of_the_real_sales_log_plays_and_leaves_the_state_of_a_load()
    {
        var (from, until) = (new DateTimeOffset(2025, 9, 29, 0, 0, 0, TimeSpan.FromHours(3)), new DateTimeOffset(2025, 10, 1, 0, 0, 0, TimeSpan.FromHours(3)));
        using var clock = new SimulatedClock(from);
        await using var live = await LivePortal.StartAsync(options =>
            (options.TimelinePath, options.TimelineUntil, options.TimeProvider, options.RecordCalls) = (RepositoryRoot.SalesTimeline, from, clock, false));
        await live.BindAsync("ONCRMDEALADD", "ONCRMDEALUPDATE", "ONVOXIMPLANTCALLEND", "ONTASKADD");
        var played = await live.Portal.PlayAsync(until, PlayPace.Immediately, Stop);
        var posts = await live.DeliveredAsync();
        Assert.InRange(posts.Count, 100, played);
        var calls = posts.Where(post => post.Event == "ONVOXIMPLANTCALLEND").Select(post => post.Form["data[CALL_ID]"]).ToList();
        Assert.Equal(calls.Count, calls.Distinct().Count());
        await using var loaded = await PortalFixture.StartAsync(options =>
            (options.TimelinePath, options.TimelineUntil, options.RecordCalls) = (RepositoryRoot.SalesTimeline, until, false));
        foreach (var (method, json) in new[]
        {
            ("crm.item.list", """{"entityTypeId":2,"order":{"id":"DESC"}}"""), ("crm.stagehistory.list", """{"entityTypeId":2,"order":{"ID":"DESC"}}"""),
            ("voximplant.statistic.get", """{"SORT":"ID","ORDER":"DESC"}"""), ("tasks.task.list", """{"order":{"ID":"desc"}}"""),
        })
        {
            var (seen, expected) = ((await live.Fixture.CallAsync(method, json)).Body, (await loaded.CallAsync(method, json)).Body);
            Assert.Equal((expected["total"]!.ToJsonString(), expected["result"]!.ToJsonString()), (seen["total"]!.ToJsonString(), seen["result"]!.ToJsonString()));
        }
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-03-{time}+03:00", CultureInfo.InvariantCulture);

    private static async Task<(string, string)> DealAsync(LivePortal live)
    {
        var deal = (await live.Fixture.CallAsync("crm.item.get", """{"entityTypeId":2,"id":1}""")).Body["result"]!["item"]!;
        return ((string)deal["stageId"]!, (string)deal["updatedTime"]!);
    }

    /// <summary>A deal on Monday, moved on Tuesday; another on Wednesday, gone on Thursday.</summary>
    private string ThreeDays()
    {
        var path = Path.Combine(_folder, "days.jsonl");
        File.WriteAllLines(path,
        [
            PortalFixture.Line("09T10:00:00", "add", "deal", 1, """{"title":"A"}"""),
            PortalFixture.Line("10T10:00:00", "update", "deal", 1, """{"stageId":"EXECUTING"}"""),
            PortalFixture.Line("11T10:00:00", "add", "deal", 2, """{"title":"B"}"""),
            PortalFixture.Line("12T10:00:00", "delete", "deal", 2),
        ]);
        return path;
    }
}
