using System.Diagnostics.Metrics;

namespace Bitrix24.Client.Tests;

/// <summary>Who gets the next place of a request bucket.</summary>
public sealed class CallerQueueTests
{
    private static readonly RestCaller Sync = new("sync");
    private static readonly RestCaller Inbox = new("inbox");
    private static readonly RestCaller Page = new("page", IsInteractive: true);

    private readonly SteppingClock _clock = new();
    private readonly List<string> _served = [];
    private readonly ClientStatistics _statistics = new();

    [Fact]
    public void A_caller_with_a_thousand_requests_delays_another_by_one_turn()
    {
        var queue = new CallerQueue();
        Enumerable.Range(0, 1000).ToList().ForEach(_ => Add(queue, Sync));
        queue.Take();
        Add(queue, Inbox);

        Assert.Equal(["sync", "inbox", "sync", "sync"], Take(queue, 4));
    }

    [Fact]
    public void Callers_take_turns_and_each_one_s_requests_keep_their_order()
    {
        var queue = new CallerQueue();
        QueuedRequest[] requests = [.. new[] { Sync, Sync, Sync, Inbox, Inbox, RestCaller.Unnamed }.Select(caller => Add(queue, caller))];

        var order = new List<int>();
        while (!queue.IsEmpty)
        {
            order.Add(Array.IndexOf(requests, queue.Take()));
        }

        Assert.Equal([0, 3, 5, 1, 4, 2], order);
    }

    [Fact]
    public void People_go_first_and_leave_every_fifth_place_to_the_others()
    {
        var queue = new CallerQueue();
        Add(queue, Sync);
        Add(queue, Sync);
        Enumerable.Range(0, 10).ToList().ForEach(_ => Add(queue, Page));

        Assert.Equal(["page", "page", "page", "page", "sync", "page", "page", "page", "page", "sync", "page", "page"], Take(queue, 12));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public async Task One_who_leaves_gives_the_place_up_at_once_and_those_behind_move_up()
    {
        var bucket = Bucket(threshold: 1);
        using var leaving = new CancellationTokenSource();
        var first = ServeAsync(bucket, Sync, "0");
        var second = ServeAsync(bucket, Sync, "1");
        var third = ServeAsync(bucket, Sync, "2", leaving.Token);
        var fourth = ServeAsync(bucket, Sync, "3");
        var began = _clock.GetUtcNow();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.Equal(2, _statistics.QueueLength);
        await _clock.RunAsync(Task.WhenAll(first, second, fourth));

        Assert.Equal(["0", "1", "3"], _served);
        Assert.Equal(1, (_clock.GetUtcNow() - began).TotalSeconds, 0.01);
        Assert.Equal(0, _statistics.QueueLength);
    }

    [Fact]
    public async Task When_all_have_left_the_next_one_finds_the_room_that_none_of_them_used()
    {
        var bucket = Bucket(threshold: 1);
        using var leaving = new CancellationTokenSource();
        await ServeAsync(bucket, Sync);
        var left = Enumerable.Range(0, 20).Select(_ => ServeAsync(bucket, Sync, "left", leaving.Token)).ToArray();
        await leaving.CancelAsync();
        foreach (var task in left)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.Zero, await _clock.RunAsync(bucket.WaitAsync(Sync, CancellationToken.None).AsTask()));
        Assert.DoesNotContain("left", _served);
    }

    [Fact]
    public async Task People_find_the_places_that_the_others_leave_them()
    {
        var bucket = Bucket(threshold: 50, headroom: 2);
        var background = Enumerable.Range(0, 60).Select(_ => ServeAsync(bucket, Sync)).ToArray();
        Assert.Equal(48, background.Count(task => task.IsCompleted));

        var people = Enumerable.Range(0, 3).Select(_ => bucket.WaitAsync(Page, CancellationToken.None).AsTask()).ToArray();
        await Task.WhenAll(people[..2]);
        Assert.Equal((Start, false), (_clock.GetUtcNow(), people[2].IsCompleted));
        await _clock.RunAsync(Task.WhenAll(background.Append(people[2])));
    }

    [Fact]
    public async Task The_place_that_people_leave_to_the_others_is_a_place_even_if_people_use_all_the_headroom()
    {
        var bucket = Bucket(threshold: 10, headroom: 3);
        var people = Enumerable.Range(0, 30).Select(_ => bucket.WaitAsync(Page, CancellationToken.None).AsTask()).ToArray();
        var other = bucket.WaitAsync(Sync, CancellationToken.None).AsTask();

        await _clock.RunAsync(other);
        Assert.Contains(people, task => !task.IsCompleted);
        await _clock.RunAsync(Task.WhenAll(people));
    }

    [Fact]
    public async Task People_of_another_process_cannot_starve_this_one()
    {
        var store = new RequestBucketsInMemory(_clock, isShared: true);
        var (here, there) = (Bucket(10, 3, store), Bucket(10, 3, store));
        using var end = new CancellationTokenSource();
        var people = Enumerable.Range(0, 3).Select(_ => PeopleAsync()).ToArray();
        await _clock.RunAsync(ServeAsync(there, Page));
        var began = _clock.GetUtcNow();

        await _clock.RunAsync(ServeAsync(here, Sync));

        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 0, 45);
        await end.CancelAsync();
        await _clock.RunAsync(Task.WhenAll(people));

        async Task PeopleAsync()
        {
            while (!end.IsCancellationRequested)
            {
                await there.WaitAsync(Page, CancellationToken.None);
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task How_many_wait_is_published_by_priority()
    {
        var bucket = Bucket(threshold: 1);
        await ServeAsync(bucket, Sync);
        Task[] waiting = [ServeAsync(bucket, Sync), ServeAsync(bucket, Sync), ServeAsync(bucket, Page)];
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: ClientStatistics.MeterName, Name: "bitrix24.queue" })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => seen[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        // Other tests of the process queue too.
        Assert.InRange(seen["background"], 2, long.MaxValue);
        Assert.InRange(seen["interactive"], 1, long.MaxValue);
        Assert.Equal((3, 1), (_statistics.QueueLength, _statistics.InteractiveQueueLength));
        await _clock.RunAsync(Task.WhenAll(waiting));
        Assert.Equal((0, 0), (_statistics.QueueLength, _statistics.InteractiveQueueLength));
    }

    private static readonly DateTimeOffset Start = new SteppingClock().GetUtcNow();

    private static QueuedRequest Add(CallerQueue queue, RestCaller caller)
    {
        var request = new QueuedRequest(caller, 0, findsOthersWaiting: false);
        queue.Add(request);
        return request;
    }

    private static List<string> Take(CallerQueue queue, int count) => [.. Enumerable.Range(0, count).Select(_ => queue.Take().Caller.Name)];

    private RequestBucket Bucket(int threshold, int headroom = 0, IRequestBucketStore? store = null) =>
        new("portal", 2, threshold, headroom, store ?? new RequestBucketsInMemory(_clock), _clock, _statistics, TimeSpan.Zero);

    private async Task ServeAsync(RequestBucket bucket, RestCaller caller, string? name = null, CancellationToken cancellationToken = default)
    {
        await bucket.WaitAsync(caller, cancellationToken);
        lock (_served)
        {
            _served.Add(name ?? caller.Name);
        }
    }
}
