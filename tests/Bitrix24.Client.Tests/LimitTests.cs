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
    public async Task A_refusal_empties_the_credit_also_for_those_who_already_wait()
    {
        var clock = new SteppingClock();
        var bucket = new RequestBucket(2, 10, clock);
        for (var request = 0; request < 10; request++)
        {
            await bucket.WaitAsync(CancellationToken.None);
        }

        var waiting = bucket.WaitAsync(CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(0.9));
        await bucket.RefusedAsync();

        Assert.Equal(1.9, (await clock.RunAsync(waiting)).TotalSeconds, 0.01);
    }

    [Fact]
    public void A_clock_that_is_set_back_leaves_a_full_bucket_and_not_hours_of_waiting()
    {
        var size = new BucketSize(TimeSpan.FromMilliseconds(500), 50);

        var (state, wait) = new BucketState(TimeSpan.FromHours(2), false).Take(TimeSpan.Zero, size, 0);

        Assert.Equal((new BucketState(TimeSpan.FromSeconds(25), true), TimeSpan.FromSeconds(1)), (state, wait));
    }

    [Fact]
    public async Task Whoever_comes_first_while_the_store_is_being_asked_for_another_does_not_wait_that_other_s_time()
    {
        var store = new GatedStore();
        var bucket = new RequestBucket("portal", 2, 50, 2, store, new FakeTimeProvider(Start), new ClientStatistics(), TimeSpan.Zero);
        var background = bucket.WaitAsync(new RestCaller("sync"), CancellationToken.None).AsTask();

        var interactive = bucket.WaitAsync(new RestCaller("page", IsInteractive: true), CancellationToken.None).AsTask();
        store.Gate.SetResult();

        await interactive.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(background.IsCompleted);
    }

    [Fact]
    public async Task A_failure_beside_the_store_reaches_one_request_and_the_next_one_is_served()
    {
        var clock = new BreakingClock();
        var bucket = new RequestBucket(2, 50, clock);
        await bucket.WaitAsync(CancellationToken.None);
        bucket.Delay.Observe(bucket.Delay.Now, new Bitrix24Error(Bitrix24ErrorKind.QueryLimit, "", "", 503));
        clock.Breaks = true;

        await Assert.ThrowsAsync<IOException>(() => bucket.WaitAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        var next = bucket.WaitAsync(CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(await next.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
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

        // Two are left to interactive callers.
        Assert.Equal(22, portal.Factory.Statistics.BucketWaits);
        Assert.Equal(11, portal.Factory.Statistics.BucketWaited.TotalSeconds, 0.1);
        Assert.Equal(0, portal.Factory.Statistics.QueueLength);
    }

    [Fact]
    public async Task Eight_clients_share_one_bucket_and_together_never_send_more_than_is_legal()
    {
        const int Clients = 8;
        const int Each = 25;
        var clock = new SteppingClock();
        var store = new RequestBucketsInMemory(clock, isShared: true);
        var began = clock.GetUtcNow();
        var sent = new List<(TimeSpan At, int Client)>();
        await SendAsync(-1, 50);
        await clock.RunAsync(Task.WhenAll(Enumerable.Range(0, Clients).Select(client => SendAsync(client, Each))));

        // The portal's own bucket.
        var (level, last) = (0.0, TimeSpan.Zero);
        Assert.All(sent.Order(), request =>
        {
            level = Math.Max(0, level - (2 * (request.At - last).TotalSeconds)) + 1;
            last = request.At;
            Assert.InRange(level, 0, 50);
        });
        var legal = Clients * Each / 2.0;
        Assert.InRange(sent.Max(request => request.At.TotalSeconds), legal, legal / 0.95);

        // Of the places that came one by one each client had its share.
        var shares = sent.Order().Skip(50).Take(100).CountBy(request => request.Client).ToArray();
        Assert.Equal(Clients, shares.Length);
        Assert.All(shares, share => Assert.InRange(share.Value, 100 / Clients / 2, 100 / Clients * 2));

        async Task SendAsync(int client, int requests)
        {
            var bucket = new RequestBucket("portal", 2, 50, 0, store, clock, new ClientStatistics(), TimeSpan.Zero);
            await Task.WhenAll(Enumerable.Range(0, requests).Select(async _ =>
            {
                await bucket.WaitAsync(CancellationToken.None);
                lock (sent)
                {
                    sent.Add((clock.GetUtcNow() - began, client));
                }
            }));
        }
    }

    [Fact]
    public async Task Enterprise_gives_five_a_second_also_to_those_who_already_wait()
    {
        await using var portal = await StartAsync(Answer("{}"));
        var client = portal.Client;
        for (var request = 0; request < 48; request++)
        {
            await client.Bucket.WaitAsync(CancellationToken.None);
        }

        var waiting = client.Bucket.WaitAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        client.UsePlan("ENT");
        await waiting;

        Assert.Equal(new BucketSize(TimeSpan.FromMilliseconds(200), 250), client.Bucket.Size);
        client.UsePlan(null);
        Assert.Equal(250, client.Bucket.Size.Threshold);
        client.UsePlan("pro");
        Assert.Equal(new BucketSize(TimeSpan.FromMilliseconds(500), 50), client.Bucket.Size);
    }

    [Fact]
    public async Task What_a_store_throws_reaches_the_call_that_asked_and_the_next_one_is_served()
    {
        var clock = new SteppingClock();
        var bucket = new RequestBucket("portal", 2, 50, 0, new BrokenOnce(clock), clock, new ClientStatistics(), TimeSpan.Zero);

        await Assert.ThrowsAsync<IOException>(() => bucket.WaitAsync(CancellationToken.None).AsTask());
        Assert.Equal(TimeSpan.Zero, await bucket.WaitAsync(CancellationToken.None));
    }

    /// <summary>Has room for those only who may use all of it, and takes its time to say so at first.</summary>
    private sealed class GatedStore : IRequestBucketStore
    {
        public TaskCompletionSource Gate { get; } = new();

        public bool IsShared => false;

        public async ValueTask<TimeSpan> TryTakeAsync(string portal, BucketSize size, int headroom)
        {
            await Gate.Task;
            return headroom > 0 ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;
        }

        public ValueTask FillAsync(string portal, BucketSize size) => default;
    }

    /// <summary>A clock that cannot make one timer.</summary>
    private sealed class BreakingClock : FakeTimeProvider
    {
        public bool Breaks { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var breaks = Breaks;
            Breaks = false;
            return breaks ? throw new IOException("No timer.") : base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed class BrokenOnce(TimeProvider time) : IRequestBucketStore
    {
        private readonly RequestBucketsInMemory _inner = new(time);
        private bool _isMended;

        public bool IsShared => false;

        public ValueTask<TimeSpan> TryTakeAsync(string portal, BucketSize size, int headroom)
        {
            var isMended = _isMended;
            _isMended = true;
            return isMended ? _inner.TryTakeAsync(portal, size, headroom) : throw new IOException("The store is gone.");
        }

        public ValueTask FillAsync(string portal, BucketSize size) => _inner.FillAsync(portal, size);
    }
}
