using Microsoft.Extensions.Time.Testing;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class OperatingTimeTests
{
    private const string Deals = "crm.item.list";

    private readonly SteppingClock _clock = new();

    [Fact]
    public async Task Operating_time_near_the_limit_is_waited_for_until_its_oldest_part_leaves()
    {
        var operating = new OperatingTime(480, _clock);
        Observe(operating, 300, 1, _clock.GetUtcNow().AddSeconds(200));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Observe(operating, 478, 1, _clock.GetUtcNow().AddSeconds(140));

        using var granted = await _clock.RunAsync(ReserveAsync(operating, 50));
        using var other = await operating.ReserveAsync(Commands("user.get", 50), RestCaller.Unnamed, CancellationToken.None);

        Assert.Equal(140, granted.Waited.TotalSeconds, 0.01);
        Assert.Equal(TimeSpan.Zero, other.Waited);

        // The first answer's own second and what came after it.
        Assert.Equal(179, operating.UsedSeconds(Deals), 0.01);
    }

    [Fact]
    public async Task Room_is_kept_for_the_commands_about_to_be_sent()
    {
        var operating = new OperatingTime(480, _clock);
        Observe(operating, 440, 1, _clock.GetUtcNow().AddSeconds(30));

        using (var few = await ReserveAsync(operating, 40))
        {
            Assert.Equal(TimeSpan.Zero, few.Waited);
        }

        using var many = await _clock.RunAsync(ReserveAsync(operating, 50));
        Assert.Equal(30, many.Waited.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task A_batch_that_waits_for_room_is_not_passed_by_those_who_need_less_of_the_method()
    {
        var operating = new OperatingTime(480, _clock);
        Observe(operating, 440, 1, _clock.GetUtcNow().AddSeconds(30));
        using var gaveUp = new CancellationTokenSource();
        var many = ReserveAsync(operating, 50);
        var impatient = operating.ReserveAsync(Commands(Deals, 50), RestCaller.Unnamed, gaveUp.Token).AsTask();
        var few = ReserveAsync(operating, 1);
        using (var interactive = await operating.ReserveAsync(Commands(Deals, 1), new RestCaller("page", IsInteractive: true), CancellationToken.None))
        {
            using var other = await operating.ReserveAsync(Commands("user.get", 1), RestCaller.Unnamed, CancellationToken.None);
            Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (interactive.Waited, other.Waited));
        }

        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        using (var granted = await _clock.RunAsync(many))
        {
            Assert.Equal(30, granted.Waited.TotalSeconds, 0.01);
        }

        using var last = await _clock.RunAsync(few);
        Assert.Equal(30, last.Waited.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task Batches_of_several_methods_wait_in_turn_and_hold_up_only_what_has_no_room()
    {
        var operating = new OperatingTime(480, _clock);
        Observe(operating, 479, 1, _clock.GetUtcNow().AddSeconds(30));
        Dictionary<string, int> both = new() { ["user.get"] = 25, [Deals] = 25 };
        var batches = Enumerable.Range(0, 4).Select(_ => BatchAsync()).ToArray();

        using (var other = await operating.ReserveAsync(Commands("user.get", 1), RestCaller.Unnamed, CancellationToken.None))
        {
            Assert.Equal(TimeSpan.Zero, other.Waited);
        }

        Assert.DoesNotContain(batches, batch => batch.IsCompleted);
        Observe(operating, 470, 1, _clock.GetUtcNow().AddSeconds(90), "user.get");
        var waited = await _clock.RunAsync(Task.WhenAll(batches));

        Assert.All(waited, wait => Assert.Equal(90, wait.TotalSeconds, 0.01));

        async Task<TimeSpan> BatchAsync()
        {
            using var granted = await operating.ReserveAsync(both, RestCaller.Unnamed, CancellationToken.None);
            return granted.Waited;
        }
    }

    [Fact]
    public async Task A_method_that_has_room_again_is_open_though_a_batch_still_waits_for_another()
    {
        var operating = new OperatingTime(480, _clock);
        Observe(operating, 479, 1, _clock.GetUtcNow().AddSeconds(300));

        // Of a method that nobody knows, four are let go.
        var unknown = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => operating.ReserveAsync(Commands("user.get", 1), RestCaller.Unnamed, CancellationToken.None).AsTask()));
        var both = operating.ReserveAsync(new Dictionary<string, int> { ["user.get"] = 1, [Deals] = 25 }, RestCaller.Unnamed, CancellationToken.None).AsTask();
        var fifth = operating.ReserveAsync(Commands("user.get", 1), RestCaller.Unnamed, CancellationToken.None).AsTask();
        Assert.False(fifth.IsCompleted);

        Observe(operating, 1, 1, null, "user.get");
        unknown[0].Dispose();

        using (var granted = await fifth.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken))
        {
            Assert.False(both.IsCompleted);
        }

        using var last = await _clock.RunAsync(both);
        Assert.Equal(300, last.Waited.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task Callers_take_turns_however_much_one_of_them_asks_for()
    {
        var operating = new OperatingTime(480, _clock);
        Observe(operating, 479, 1, _clock.GetUtcNow().AddSeconds(30));
        var order = new List<string>();
        var asked = Enumerable.Range(0, 20).Select(_ => AskAsync("sync")).Append(AskAsync("inbox")).ToArray();

        await _clock.RunAsync(Task.WhenAll(asked));

        Assert.InRange(order.IndexOf("inbox"), 0, 1);

        async Task AskAsync(string caller)
        {
            // So much that one is under way at a time.
            using var granted = await operating.ReserveAsync(Commands(Deals, 479), new RestCaller(caller), CancellationToken.None);
            order.Add(caller);
        }
    }

    [Fact]
    public async Task Fifty_batches_at_once_do_not_cross_a_limit_that_is_near()
    {
        // The portal's own account: 0.1 s a command, what is used leaves after ten minutes.
        var charges = new List<(DateTimeOffset At, double Seconds)> { (_clock.GetUtcNow(), 400) };
        var operating = new OperatingTime(470, _clock);
        Observe(operating, 400, 0.1, null);
        var most = 0.0;

        await _clock.RunAsync(Task.WhenAll(Enumerable.Range(0, 50).Select(_ => BatchAsync())));

        Assert.InRange(most, 460, 470.1);
        Assert.Equal(51, charges.Count);

        async Task BatchAsync()
        {
            using var reservation = await ReserveAsync(operating, 50);
            var sentAt = _clock.GetUtcNow();
            await Task.Delay(TimeSpan.FromSeconds(3), _clock);
            AnswerTime[] answers;
            lock (charges)
            {
                var used = charges.Where(charge => charge.At > _clock.GetUtcNow().AddMinutes(-10)).Sum(charge => charge.Seconds);
                charges.Add((_clock.GetUtcNow(), 5));
                most = Math.Max(most, used + 5);
                answers = [.. Enumerable.Range(1, 50).Select(command => Time(used + (0.1 * command), 0.1, null))];
            }

            operating.Observe(Deals, sentAt, answers);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    [InlineData(-200)]
    public async Task What_was_spent_is_gone_when_the_portal_s_minute_of_it_leaves_by_the_portal_s_clock(int portalAhead)
    {
        // The portal's own account: 0.1 s a command, ten buckets of a minute.
        var charges = new List<(DateTimeOffset At, double Seconds)>();
        var operating = new OperatingTime(470, _clock);
        var most = 0.0;
        var began = _clock.GetUtcNow();

        await _clock.RunAsync(Task.WhenAll(Enumerable.Range(0, 250).Select(_ => BatchAsync())));

        // 94 batches fit; as many again whenever those are gone. What a batch takes each time is the price of not knowing the clock better.
        var bound = Benchmarks.LegalPace.SendTimes(began.AddSeconds(portalAhead), 250, 5, new(1000, 1000, 470))[^1].AddSeconds(-portalAhead) - began;
        Assert.Equal(470, most, 0.01);
        Assert.InRange(_clock.GetUtcNow() - began, bound, bound + TimeSpan.FromSeconds(25));

        async Task BatchAsync()
        {
            using var reservation = await ReserveAsync(operating, 50);
            var (sentAt, startedAt) = (_clock.GetUtcNow(), _clock.GetUtcNow().AddSeconds(portalAhead));
            await Task.Delay(TimeSpan.FromSeconds(5), _clock);
            AnswerTime[] answers;
            lock (charges)
            {
                var now = _clock.GetUtcNow().AddSeconds(portalAhead);
                var kept = charges.Where(charge => Minute(charge.At) > Minute(now) - 10).Append((At: now, 5)).ToArray();
                var (used, resetAt) = (kept.Sum(charge => charge.Seconds), DateTimeOffset.FromUnixTimeSeconds((kept.Min(charge => Minute(charge.At)) + 10) * 60));
                charges.Add((now, 5));
                most = Math.Max(most, used);
                answers = [.. Enumerable.Range(1, 50).Select(command => new AnswerTime(0.1, Second(startedAt), Second(now), used - 5 + (0.1 * command), resetAt))];
            }

            operating.Observe(Deals, sentAt, answers);
        }

        static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

        static DateTimeOffset Second(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Of_a_method_whose_cost_nobody_knows_few_requests_go_before_the_first_answer()
    {
        var operating = new OperatingTime(470, _clock);
        var asked = Enumerable.Range(0, 20).Select(_ => ReserveAsync(operating, 50)).ToArray();
        Assert.Equal(4, asked.Count(task => task.IsCompleted));
        Assert.True(operating.ReadyAt(Deals, 50, _clock.GetUtcNow()) > _clock.GetUtcNow());

        // A command costs one second: nine batches of fifty.
        operating.Observe(Deals, _clock.GetUtcNow(), [.. Enumerable.Range(1, 50).Select(command => Time(command, 1, null))]);
        (await asked[0]).Dispose();
        await SteppingClock.UntilAsync(() => asked.Count(task => task.IsCompleted) == 9);

        // What went before the cost was known counts too.
        Assert.True(operating.ReadyAt(Deals, 50, _clock.GetUtcNow()) > _clock.GetUtcNow());
        Assert.Equal(9, asked.Count(task => task.IsCompleted));
        Assert.Equal(50, operating.UsedSeconds(Deals));
    }

    [Fact]
    public async Task What_others_spent_before_is_not_believed_gone_at_the_reset_until_one_request_has_looked()
    {
        var operating = new OperatingTime(470, _clock);
        Observe(operating, 465, 0.1, _clock.GetUtcNow().AddSeconds(30));
        var asked = Enumerable.Range(0, 5).Select(_ => ReserveAsync(operating, 200)).ToArray();

        var first = await _clock.RunAsync(await _clock.RunAsync(Task.WhenAny(asked)));
        Assert.Equal(30, first.Waited.TotalSeconds, 0.01);
        Assert.Equal(1, asked.Count(task => task.IsCompleted));

        // Only a minute's share had left.
        operating.Observe(Deals, _clock.GetUtcNow(), [.. Enumerable.Range(1, 200).Select(command => Time(400 + (0.1 * command), 0.1, _clock.GetUtcNow().AddSeconds(60)))]);
        first.Dispose();
        await SteppingClock.UntilAsync(() => asked.Count(task => task.IsCompleted) == 3);
        Assert.True(operating.ReadyAt(Deals, 200, _clock.GetUtcNow()) > _clock.GetUtcNow());
        Assert.Equal(3, asked.Count(task => task.IsCompleted));
        Assert.Equal(420, operating.UsedSeconds(Deals), 0.01);
    }

    [Fact]
    public async Task Answers_that_come_in_another_order_than_they_were_given_do_not_make_the_portal_s_figure_smaller()
    {
        var operating = new OperatingTime(470, _clock);
        var sentAt = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(2));
        operating.Observe(Deals, sentAt, [Time(0.5, 0.5, null)]);
        operating.Observe(Deals, sentAt, [Time(1.5, 0.5, null)]);
        operating.Observe(Deals, sentAt, [Time(1, 0.5, null)]);
        Assert.Equal(1.5, operating.UsedSeconds(Deals), 0.001);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        operating.Observe(Deals, _clock.GetUtcNow(), [Time(1, 0.5, null)]);
        Assert.Equal(1, operating.UsedSeconds(Deals), 0.001);
        (await ReserveAsync(operating, 1)).Dispose();
    }

    [Fact]
    public async Task People_may_use_the_last_share_and_who_gives_up_reserves_nothing()
    {
        var operating = new OperatingTime(470, _clock, 480);
        Observe(operating, 470, 1, null);
        using var leaving = new CancellationTokenSource();
        var background = operating.ReserveAsync(Commands(Deals, 1), RestCaller.Unnamed, leaving.Token).AsTask();
        using var person = await ReserveAsync(operating, 9, isInteractive: true);
        Assert.Equal(TimeSpan.Zero, person.Waited);
        Assert.False(background.IsCompleted);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => background);
        (await ReserveAsync(operating, 1, isInteractive: true)).Dispose();
    }

    [Fact]
    public async Task The_refusals_of_one_batch_are_one_refusal_and_later_ones_wait_longer()
    {
        var operating = new OperatingTime(480, _clock);

        Assert.Equal(_clock.GetUtcNow().AddSeconds(10), operating.Refused("m"));
        Assert.Equal(_clock.GetUtcNow().AddSeconds(10), operating.Refused("m"));
        using var granted = await _clock.RunAsync(operating.ReserveAsync(Commands("m", 1), RestCaller.Unnamed, CancellationToken.None).AsTask());

        Assert.Equal(TimeSpan.FromSeconds(10), granted.Waited);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(20), operating.Refused("m"));
    }

    [Fact]
    public void The_portal_s_own_figure_corrects_what_was_believed()
    {
        var clock = new FakeTimeProvider(_clock.GetUtcNow());
        var operating = new OperatingTime(480, clock);
        operating.Observe(Deals, clock.GetUtcNow(), [Time(400, 1, null)]);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        operating.Observe(Deals, clock.GetUtcNow(), [Time(50, 1, null)]);
        Assert.Equal(50, operating.UsedSeconds(Deals), 0.001);

        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, operating.UsedSeconds(Deals));
    }

    [Fact]
    public async Task Commands_and_the_batch_itself_are_metered_where_the_portal_charges_both()
    {
        await using var portal = await StartAsync(Answer(
            """
            {"result":{"result":{"a":{},"b":{}},"result_error":[],"result_time":{
                "a":{"duration":0.25,"operating":0.25},"b":{"duration":0.25,"operating":0.5}}},
             "time":{"duration":0.6,"operating":0.6}}
            """));

        await portal.Clock.RunAsync(portal.Client.BatchAsync([new("a", Methods.UserMethods.Profile()), new("b", Methods.UserMethods.Profile())]));

        Assert.Equal(0.5, portal.Client.Operating.UsedSeconds("profile"), 0.001);
        Assert.Equal(0.6, portal.Client.Operating.UsedSeconds("batch"), 0.001);
        Assert.Equal(0.5, portal.Factory.Statistics.OperatingSeconds["profile"], 0.001);
    }

    private static Task<OperatingTime.Reservation> ReserveAsync(OperatingTime operating, int count, bool isInteractive = false) =>
        operating.ReserveAsync(Commands(Deals, count), new RestCaller(isInteractive ? "page" : "", isInteractive), CancellationToken.None).AsTask();

    private static AnswerTime Time(double used, double duration, DateTimeOffset? resetAt) => new(duration, null, null, used, resetAt);

    private static Dictionary<string, int> Commands(string method, int count) => new() { [method] = count };

    private void Observe(OperatingTime operating, double used, double duration, DateTimeOffset? resetAt, string method = Deals) =>
        operating.Observe(method, _clock.GetUtcNow(), [Time(used, duration, resetAt)]);
}
