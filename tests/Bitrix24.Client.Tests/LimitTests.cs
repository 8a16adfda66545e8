using Bitrix24.Client.Methods;
using Microsoft.Extensions.Time.Testing;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class LimitTests
{
    private static readonly DateTimeOffset Start = new(2025, 11, 3, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_51st_request_waits_for_its_room_and_one_more_and_then_two_go_each_second()
    {
        var clock = new SteppingClock();
        var bucket = new RequestBucket(2, 50, clock);
        var waits = new List<double>();
        for (var request = 0; request < 60; request++)
        {
            waits.Add((await clock.RunAsync(bucket.WaitAsync(CancellationToken.None).AsTask())).TotalSeconds);
        }

        Assert.All(waits[..50], wait => Assert.Equal(0, wait));
        Assert.Equal(1, waits[50], 0.002);
        Assert.All(waits[51..], wait => Assert.Equal(0.5, wait, 0.002));
    }

    [Fact]
    public async Task The_bucket_drains_while_nobody_calls()
    {
        var clock = new FakeTimeProvider(Start);
        var bucket = new RequestBucket(2, 50, clock);
        for (var request = 0; request < 50; request++)
        {
            await bucket.WaitAsync(CancellationToken.None);
        }

        clock.Advance(TimeSpan.FromSeconds(5));
        var waits = Enumerable.Range(0, 11).Select(_ => bucket.WaitAsync(CancellationToken.None).AsTask()).ToArray();

        Assert.All(waits[..10], wait => Assert.True(wait.IsCompletedSuccessfully));
        Assert.False(waits[10].IsCompleted);
    }

    [Fact]
    public async Task Concurrent_callers_are_served_in_the_order_they_came_and_one_who_leaves_gives_his_place_back()
    {
        var clock = new SteppingClock();
        var bucket = new RequestBucket(2, 1, clock);
        using var leaving = new CancellationTokenSource();
        var served = new List<int>();
        var callers = new List<Task>();
        for (var caller = 0; caller < 5; caller++)
        {
            callers.Add(ServeAsync(caller, caller == 2 ? leaving.Token : CancellationToken.None));
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => callers[2]);
        var began = clock.GetUtcNow();
        callers.RemoveAt(2);
        await clock.RunAsync(Task.WhenAll(callers));
        var next = await clock.RunAsync(bucket.WaitAsync(CancellationToken.None).AsTask());

        Assert.Equal([0, 1, 3, 4], served);
        Assert.Equal(2.5, (clock.GetUtcNow() - began).TotalSeconds, 0.01);
        Assert.InRange(next.TotalSeconds, 0, 0.01);

        async Task ServeAsync(int caller, CancellationToken cancellationToken)
        {
            await bucket.WaitAsync(cancellationToken);
            lock (served)
            {
                served.Add(caller);
            }
        }
    }

    [Fact]
    public async Task A_refusal_empties_the_credit_also_for_those_who_already_wait()
    {
        var clock = new SteppingClock();
        var bucket = new RequestBucket(2, 10, clock);
        bucket.Refused();

        var wait = await clock.RunAsync(bucket.WaitAsync(CancellationToken.None).AsTask());

        Assert.Equal(1, wait.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task No_request_above_the_threshold_reaches_the_portal()
    {
        // The portal's own bucket, as the documentation describes it, on the same clock.
        var level = 0.0;
        DateTimeOffset last = Start;
        TestPortal? self = null;
        await using var portal = await StartAsync(request =>
        {
            var now = self!.Clock.GetUtcNow();
            level = Math.Max(0, level - (2 * (now - last).TotalSeconds)) + 1;
            last = now;
            return level > 50 ? Error(503, "QUERY_LIMIT_EXCEEDED")(request) : Answer("""{"result":{}}""")(request);
        });
        self = portal;
        var client = portal.Client;

        for (var call = 0; call < 70; call++)
        {
            await portal.Clock.RunAsync(client.CallAsync(UserMethods.Profile()));
        }

        Assert.Equal(0, portal.Factory.Statistics.QueryLimitRefusals);
        Assert.Equal(70, portal.Factory.Statistics.RequestsSent);
        Assert.Equal(20, portal.Factory.Statistics.BucketWaits);
    }

    [Fact]
    public async Task Operating_time_near_the_limit_is_waited_for_until_its_oldest_part_leaves()
    {
        var clock = new SteppingClock();
        var operating = new OperatingTime(480, clock);
        operating.Observe("crm.item.list", Time(300, 1, clock.GetUtcNow().AddSeconds(200)));
        clock.Advance(TimeSpan.FromSeconds(60));
        operating.Observe("crm.item.list", Time(478, 1, clock.GetUtcNow().AddSeconds(140)));

        var wait = await clock.RunAsync(operating.WaitAsync(Commands("crm.item.list", 50), CancellationToken.None).AsTask());
        var other = await operating.WaitAsync(Commands("user.get", 50), CancellationToken.None);

        Assert.Equal(140, wait.TotalSeconds, 0.01);
        Assert.Equal(TimeSpan.Zero, other);
        Assert.Equal(178, operating.UsedSeconds("crm.item.list"), 0.01);
    }

    [Fact]
    public async Task Headroom_is_kept_for_the_commands_about_to_be_sent()
    {
        var clock = new SteppingClock();
        var operating = new OperatingTime(480, clock);
        operating.Observe("crm.item.list", Time(440, 1, clock.GetUtcNow().AddSeconds(30)));

        var few = await operating.WaitAsync(Commands("crm.item.list", 40), CancellationToken.None);
        var many = await clock.RunAsync(operating.WaitAsync(Commands("crm.item.list", 50), CancellationToken.None).AsTask());

        Assert.Equal(TimeSpan.Zero, few);
        Assert.Equal(30, many.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task The_refusals_of_one_batch_are_one_refusal_and_later_ones_wait_longer()
    {
        var clock = new SteppingClock();
        var operating = new OperatingTime(480, clock);

        Assert.Equal(clock.GetUtcNow().AddSeconds(10), operating.Refused("m"));
        Assert.Equal(clock.GetUtcNow().AddSeconds(10), operating.Refused("m"));
        var wait = await clock.RunAsync(operating.WaitAsync(Commands("m", 1), CancellationToken.None).AsTask());

        Assert.Equal(TimeSpan.FromSeconds(10), wait);
        Assert.Equal(clock.GetUtcNow().AddSeconds(20), operating.Refused("m"));
    }

    [Fact]
    public void The_portal_s_own_figure_corrects_what_was_believed()
    {
        var clock = new FakeTimeProvider(Start);
        var operating = new OperatingTime(480, clock);
        operating.Observe("m", Time(400, 1, null));
        operating.Observe("m", Time(50, 1, null));
        Assert.Equal(50, operating.UsedSeconds("m"), 0.001);

        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, operating.UsedSeconds("m"));
    }

    private static AnswerTime Time(double used, double duration, DateTimeOffset? resetAt) => new(duration, null, null, used, resetAt);

    private static Dictionary<string, int> Commands(string method, int count) => new() { [method] = count };
}
