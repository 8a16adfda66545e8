using Bitrix24.Client.Methods;
using Microsoft.Extensions.Time.Testing;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class AdaptiveDelayTests
{
    private static readonly Bitrix24Error Gateway = new(Bitrix24ErrorKind.NotAnAnswer, "CLIENT_NOT_JSON", "", 502);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void It_grows_with_every_round_of_refusals_up_to_an_end_and_good_answers_take_it_away()
    {
        var delay = new AdaptiveDelay(_clock, TimeSpan.FromSeconds(15));
        var seconds = new List<double>();
        for (var round = 0; round < 8; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            var sent = _clock.GetTimestamp();
            _clock.Advance(TimeSpan.FromSeconds(1));
            Enumerable.Range(0, 50).ToList().ForEach(_ => delay.Observe(sent, Gateway));
            seconds.Add(delay.Spacing.TotalSeconds);
        }

        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15, 15], seconds);
        var answers = 0;
        for (; delay.Spacing > TimeSpan.Zero; answers++)
        {
            delay.Observe(_clock.GetTimestamp(), null);
        }

        Assert.InRange(answers, 10, 20);
    }

    [Fact]
    public void It_is_no_longer_than_allowed()
    {
        var delay = new AdaptiveDelay(_clock, TimeSpan.Zero);

        delay.Observe(_clock.GetTimestamp(), Gateway);

        Assert.Equal(TimeSpan.Zero, delay.Spacing);
    }

    [Fact]
    public async Task It_goes_by_the_machine_s_clock_also_where_the_client_has_another()
    {
        using var bitrix24 = new MockBitrix24 { Refusal = number => number == 1 ? (502, "<html></html>") : null };
        var machine = new SteppingClock();
        var client = bitrix24.WebhookClient(bitrix24.Process(TimeProvider.System, options => options.MachineTime = machine));
        var write = MessengerMethods.AddMessage("5", "text");

        await Assert.ThrowsAsync<Bitrix24Exception>(() => machine.RunAsync(client.CallAsync(write)));
        Assert.Equal(0.5, client.Bucket.Delay.Spacing.TotalSeconds);
        for (var call = 0; call < 10; call++)
        {
            await machine.RunAsync(client.CallAsync(write));
        }

        Assert.Equal(TimeSpan.Zero, client.Bucket.Delay.Spacing);
    }

    [Theory]
    [InlineData(Bitrix24ErrorKind.OperatingLimit, 429)]
    [InlineData(Bitrix24ErrorKind.AccessDenied, 403)]
    [InlineData(Bitrix24ErrorKind.ServerFault, 500)]
    public void What_concerns_one_method_slows_nothing_down(Bitrix24ErrorKind kind, int status)
    {
        var delay = new AdaptiveDelay(_clock, TimeSpan.FromSeconds(15));
        delay.Observe(_clock.GetTimestamp(), new Bitrix24Error(kind, "", "", status));

        Assert.Equal(TimeSpan.Zero, delay.Spacing);
    }

    [Fact]
    public void Answers_several_times_slower_than_usual_slow_requests_down_and_uneven_ones_do_not()
    {
        var delay = new AdaptiveDelay(_clock, TimeSpan.FromSeconds(15));
        for (var answer = 0; answer < 300; answer++)
        {
            delay.Took(_clock.GetTimestamp(), "m", answer % 10 == 0 ? 2.5 : 0.05);
            Assert.Equal(TimeSpan.Zero, delay.Spacing);
        }

        for (var answer = 0; answer < 40; answer++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            delay.Took(_clock.GetTimestamp(), "m", 12);
        }

        Assert.Equal(2, delay.Spacing.TotalSeconds);
    }

    [Fact]
    public async Task After_gateway_pages_requests_are_sent_further_apart_until_the_portal_is_well_again()
    {
        var arrivals = new List<DateTimeOffset>();
        TestPortal? self = null;
        await using var portal = await StartAsync(request =>
        {
            lock (arrivals)
            {
                arrivals.Add(self!.Clock.GetUtcNow());
                return (arrivals.Count <= 2 ? Html(502) : Answer("""{"result":{}}"""))(request);
            }
        });
        self = portal;
        for (var call = 0; call < 12; call++)
        {
            await portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile()));
        }

        var gaps = arrivals.Zip(arrivals.Skip(1), (before, after) => (after - before).TotalSeconds).ToList();
        Assert.InRange(gaps[2], 0.5, 1);
        Assert.Equal(0, gaps[^1]);
        Assert.InRange(portal.Factory.Statistics.Delays, 1, 10);
        Assert.Equal(0, portal.Factory.Statistics.BucketWaits - portal.Factory.Statistics.Delays);
    }
}
