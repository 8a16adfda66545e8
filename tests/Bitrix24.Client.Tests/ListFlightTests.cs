using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

/// <summary>Many batches at once: how many, what a slow caller holds up, and what becomes of those that fail.</summary>
public sealed class ListFlightTests
{
    private const string Calls = "voximplant.statistic.get";
    private const string Activities = "crm.activity.list";

    [Theory]
    [InlineData(50, 10)]
    [InlineData(3, 3)]
    public async Task Many_batches_are_under_way_at_once_and_no_more_than_allowed(int allowed, int reached)
    {
        // Batches after the survey are not answered before so many are there.
        var lists = new ListPortal().With(Calls, Range(1, 40_000));
        var arrived = new TaskCompletionSource();
        lists.Delay = number =>
        {
            if (lists.MostInFlight >= reached)
            {
                arrived.TrySetResult();
            }

            return number < 2 ? Task.CompletedTask : arrived.Task;
        };

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)], null, options => options.ListBatches = allowed);

        Assert.Equal(Range(1, 40_000), read.Ids("k"));
        Assert.InRange(lists.MostInFlight, reached, allowed);
    }

    [Fact]
    public async Task A_larger_bucket_lets_more_batches_go_at_once()
    {
        // What the bucket of every other plan holds goes out first; on Enterprise there is no pause after it.
        var lists = new ListPortal().With(Calls, Range(1, 250_000));
        await using var portal = await TestPortal.StartAsync(lists.Answer);
        portal.Client.UsePlan("ent");
        var arrived = new TaskCompletionSource();
        lists.Delay = number =>
        {
            if (lists.MostInFlight > 55)
            {
                arrived.TrySetResult();
            }

            return number < 2 ? Task.CompletedTask : arrived.Task;
        };
        var rows = 0;

        await portal.Clock.RunAsync(ReadAsync());

        Assert.Equal(250_000, rows);

        async Task ReadAsync()
        {
            await foreach (var batch in new ListReader(portal.Client).ReadAsync([new ListQuery("k", TelephonyMethods.Statistics)]))
            {
                rows += batch.Pages.Sum(page => page.Rows.Count);
            }
        }
    }

    [Fact]
    public async Task Rows_wait_for_a_slow_caller_in_bounded_memory()
    {
        var lists = new ListPortal().With(Calls, Range(1, 60_000));
        await using var portal = await TestPortal.StartAsync(lists.Answer, options => options.ListBatches = 4);
        var delivered = 0;
        var mostAhead = 0;

        await portal.Clock.RunAsync(ReadAsync());

        Assert.Equal(60_000, delivered);
        Assert.InRange(mostAhead, 2, 8);

        async Task ReadAsync()
        {
            await foreach (var batch in new ListReader(portal.Client).ReadAsync([new ListQuery("k", TelephonyMethods.Statistics)]))
            {
                delivered += batch.Pages.Sum(page => page.Rows.Count);
                mostAhead = Math.Max(mostAhead, lists.BatchSizes.Count - (delivered / 2500));
            }
        }
    }

    [Theory]
    [InlineData(504, 1)]
    [InlineData(504, 50)]
    [InlineData(502, 1)]
    [InlineData(502, 50)]
    [InlineData(0, 1)]
    [InlineData(0, 50)]
    public async Task A_batch_that_is_too_much_is_asked_for_again_in_smaller_ones(int status, int batches)
    {
        var lists = new ListPortal().With(Calls, Range(1, 9000));
        lists.Refuse = (_, commands) => commands <= 20 ? null : status == 0 ? BreakOffAsync : TestPortal.Html(status);

        var read = await ListTests.ReadAsync(
            lists, [new ListQuery("k", TelephonyMethods.Statistics)], null, options => (options.MaxRetries, options.ListBatches) = (0, batches));

        Assert.Equal(Range(1, 9000), read.Ids("k"));
        Assert.Null(read.Pages[^1].Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_portal_that_hangs_on_large_batches_or_refuses_them_is_read_whole(bool hangs)
    {
        var lists = new ListPortal().With(Calls, Range(1, 9000));
        Func<Received, Task> tooMuch = hangs
            ? request => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Context.RequestAborted)
            : TestPortal.Error(400, "ERROR_BATCH_LENGTH_EXCEEDED");
        lists.Refuse = (_, commands) => commands > 20 ? tooMuch : null;

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)], null, options =>
        {
            // What hangs is given up by the machine's clock: the other one steps ahead while answers are on their way.
            options.MachineTime = TimeProvider.System;
            options.RequestTimeout = TimeSpan.FromSeconds(3);
        });

        Assert.Equal(Range(1, 9000), read.Ids("k"));
        Assert.Null(read.Pages[^1].Error);
    }

    [Fact]
    public async Task A_list_whose_method_others_wait_for_does_not_hold_up_another_list()
    {
        var lists = new ListPortal().With(Calls, Range(1, 3000)).With(Activities, Range(1, 9000));
        await using var portal = await TestPortal.StartAsync(lists.Answer);
        var operating = portal.Client.Operating;
        var begin = portal.Clock.GetUtcNow();
        operating.Observe(Calls, begin, [new AnswerTime(0.1, null, null, 440, begin.AddSeconds(300))]);
        var others = operating.ReserveAsync(new Dictionary<string, int> { [Calls] = 450 }, RestCaller.Unnamed, CancellationToken.None).AsTask();

        // Nobody moves the clock.
        await ReadAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.False(others.IsCompleted);

        async Task ReadAsync()
        {
            await foreach (var batch in new ListReader(portal.Client).ReadAsync([new ListQuery("calls", TelephonyMethods.Statistics), new ListQuery("activities", CrmMethods.Activities)]))
            {
                if (batch.Pages.Any(page => page is { QueryKey: "activities", IsLast: true, Error: null }))
                {
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task A_portal_that_breaks_off_before_it_ever_answered_is_not_asked_for_less()
    {
        var lists = new ListPortal().With(Calls, Range(1, 9000)).With(Activities, Range(1, 9000));
        lists.Refuse = (_, _) => BreakOffAsync;

        await Assert.ThrowsAsync<Bitrix24Exception>(() => ListTests.ReadAsync(
            lists,
            [new ListQuery("calls", TelephonyMethods.Statistics), new ListQuery("activities", CrmMethods.Activities)],
            null,
            options => options.MaxRetries = 0));

        Assert.Equal([4], lists.BatchSizes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task A_portal_that_breaks_off_while_it_is_read_is_asked_once_more_for_one_page(int batches)
    {
        var lists = new ListPortal().With(Calls, Range(1, 20_000));
        lists.Refuse = (number, _) => number > 0 ? BreakOffAsync : null;

        await Assert.ThrowsAsync<Bitrix24Exception>(() => ListTests.ReadAsync(
            lists, [new ListQuery("k", TelephonyMethods.Statistics)], null, options => (options.MaxRetries, options.ListBatches) = (0, batches)));

        Assert.Equal([2, .. Enumerable.Repeat(50, lists.BatchSizes.Count - 2), 1], lists.BatchSizes);
    }

    [Fact]
    public async Task What_left_before_the_portal_broke_off_does_not_stand_for_its_being_back()
    {
        var lists = new ListPortal().With(Calls, Range(1, 20_000));
        var broken = new TaskCompletionSource();
        lists.Delay = number => number == 2 ? broken.Task : Task.CompletedTask;
        lists.Refuse = (number, _) => number is 0 or 2 ? null : request =>
        {
            broken.TrySetResult();
            return BreakOffAsync(request);
        };

        await Assert.ThrowsAsync<Bitrix24Exception>(() => ListTests.ReadAsync(
            lists, [new ListQuery("k", TelephonyMethods.Statistics)], null, options => (options.MaxRetries, options.ListBatches) = (0, 2)));

        Assert.Equal([2, 50, 50, 1], lists.BatchSizes);
    }

    [Fact]
    public async Task A_list_ends_where_a_single_page_is_too_much_and_the_others_go_on()
    {
        var lists = new ListPortal().With(Calls, Range(1, 3000)).With(Activities, Range(1, 3000));
        await using var portal = await TestPortal.StartAsync(async request =>
        {
            if (request.Body["cmd"]!.ToJsonString().Contains("FILTER[%3EID]=1000\\u0026", StringComparison.Ordinal))
            {
                await TestPortal.Html(504)(request);
                return;
            }

            await lists.Answer(request);
        });
        var pages = new List<ListPage>();

        await portal.Clock.RunAsync(ReadAsync());

        Assert.Equal(1000, pages.Last(page => page.QueryKey == "calls").LastId);
        Assert.Equal(Bitrix24ErrorKind.NotAnAnswer, pages.Last(page => page.QueryKey == "calls").Error!.Kind);
        Assert.Equal(3000, pages.Where(page => page.QueryKey == "activities").Sum(page => page.Rows.Count));

        async Task ReadAsync()
        {
            await foreach (var batch in new ListReader(portal.Client).ReadAsync(
                [new ListQuery("calls", TelephonyMethods.Statistics), new ListQuery("activities", CrmMethods.Activities)]))
            {
                pages.AddRange(batch.Pages);
            }
        }
    }

    [Fact]
    public async Task A_batch_that_fails_wholly_is_thrown_after_what_lies_before_it()
    {
        var lists = new ListPortal().With(Calls, Range(1, 20_000));
        lists.Refuse = (number, _) => number == 5 ? TestPortal.Error(403, "ACCESS_DENIED") : null;
        await using var portal = await TestPortal.StartAsync(lists.Answer);
        var ids = new List<long>();

        var failure = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(ReadAsync()));

        Assert.Equal(Bitrix24ErrorKind.AccessDenied, failure.Error.Kind);
        Assert.Equal(Range(1, ids.Count), ids);
        Assert.InRange(ids.Count, 50, 19_999);

        async Task ReadAsync()
        {
            await foreach (var batch in new ListReader(portal.Client).ReadAsync([new ListQuery("k", TelephonyMethods.Statistics)]))
            {
                ids.AddRange(batch.Pages.SelectMany(page => page.Rows).Select(row => TelephonyMethods.Statistics.Id(row)!.Value));
            }
        }
    }

    [Fact]
    public async Task A_caller_who_leaves_leaves_nothing_behind()
    {
        var lists = new ListPortal().With(Calls, Range(1, 40_000));
        var aborted = 0;
        lists.Refuse = (number, _) => number == 0 ? null : async request =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref aborted);
        };
        await using var portal = await TestPortal.StartAsync(lists.Answer);
        using var leaving = new CancellationTokenSource();

        var reading = portal.Clock.RunAsync(Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ListReader(portal.Client)
            .ReadAsync([new ListQuery("k", TelephonyMethods.Statistics)], cancellationToken: leaving.Token).ToListAsync().AsTask()));
        await SteppingClock.UntilAsync(() => lists.BatchSizes.Count > 4);
        await leaving.CancelAsync();
        await reading;

        await SteppingClock.UntilAsync(() => Volatile.Read(ref aborted) == lists.BatchSizes.Count - 1);
    }

    [Fact]
    public async Task A_portal_without_upper_bounds_is_read_from_page_to_page()
    {
        var lists = new ListPortal { IgnoresUpperBound = true }.With(Calls, Range(1, 9000).Where(id => id % 7 != 3));

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Range(1, 9000).Where(id => id % 7 != 3), read.Ids("k"));
        Assert.Null(read.Pages[^1].Error);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_portal_without_upper_bounds_still_gives_full_batches(int gap)
    {
        var ids = Range(1, 60_000).Where(id => gap == 1 || id % gap != 3).Take(51_428).ToArray();
        var lists = new ListPortal { IgnoresUpperBound = true }.With(Calls, ids);
        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids, read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
        Assert.InRange(lists.BatchSizes.Count, 21, 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Without_upper_bounds_answers_may_come_in_any_order(int gap)
    {
        var ids = Range(1, 30_000).Where(id => gap == 1 || id % gap != 3).ToArray();
        var lists = new ListPortal { IgnoresUpperBound = true }.With(Calls, ids);
        var overtaken = new TaskCompletionSource();
        lists.Delay = number =>
        {
            if (number == 5)
            {
                overtaken.TrySetResult();
            }

            return number is 2 or 4 ? overtaken.Task : Task.CompletedTask;
        };

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids, read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
    }

    [Fact]
    public async Task Rows_are_as_old_as_the_request_that_was_answered_and_not_as_its_wait()
    {
        var lists = new ListPortal().With(Calls, Range(1, 9000));
        var arrivals = new List<DateTimeOffset>();
        lists.Refuse = (number, _) => number == 2 ? TestPortal.Error(503, "QUERY_LIMIT_EXCEEDED") : null;
        TestPortal? running = null;
        await using var portal = running = await TestPortal.StartAsync(
            request =>
            {
                arrivals.Add(running!.Clock.GetUtcNow());
                return lists.Answer(request);
            },
            options => (options.ListBatches, options.RequestThreshold, options.DrainPerSecond, options.InteractiveRequests) = (1, 1, 0.1, 0));

        var reading = new ListReader(portal.Client).ReadAsync([new ListQuery("k", TelephonyMethods.Statistics)]).ToListAsync().AsTask();
        var batches = await portal.Clock.RunAsync(reading);

        Assert.Equal(Range(1, 9000).Count(), batches.Sum(batch => batch.Pages.Sum(page => page.Rows.Count)));
        Assert.Equal(arrivals.Where((_, number) => number != 2), batches.Select(batch => batch.AskedAt));
    }

    [Fact]
    public async Task A_bound_of_the_callers_own_is_kept()
    {
        var lists = new ListPortal().With(Calls, Range(1, 9000));
        var query = new ListQuery("k", TelephonyMethods.Statistics) { Filter = new() { ["<=ID"] = 700 } };

        var read = await ListTests.ReadAsync(lists, [query]);

        Assert.Equal(Range(1, 700), read.Ids("k"));
    }

    [Fact]
    public async Task Rows_come_typed_one_by_one()
    {
        var lists = new ListPortal().With(Calls, Range(1, 6000));
        await using var portal = await TestPortal.StartAsync(lists.Answer);
        var ids = new List<long>();

        await portal.Clock.RunAsync(ReadAsync());

        Assert.Equal(Range(1, 6000), ids);

        async Task ReadAsync()
        {
            var query = new ListQuery("k", TelephonyMethods.Statistics);
            await foreach (var call in portal.Client.ReadRowsAsync(query, Json.Bitrix24JsonContext.Default.CallStatistic))
            {
                ids.Add(call.Id);
            }
        }
    }

    private static IEnumerable<long> Range(long first, int count) => Enumerable.Range(0, count).Select(index => first + index);

    private static Task BreakOffAsync(Received request)
    {
        request.Context.Abort();
        return Task.CompletedTask;
    }
}
