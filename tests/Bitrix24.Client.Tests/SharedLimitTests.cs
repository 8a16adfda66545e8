using System.Text.Json.Nodes;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

/// <summary>What clients of one portal share, through real requests.</summary>
public sealed class SharedLimitTests
{
    [Fact]
    public async Task A_page_is_answered_at_once_while_a_hundred_calls_of_a_sync_wait()
    {
        await using var portal = await StartAsync(Answer("""{"result":{}}"""));

        // The meter knows the method, so that all hundred come to wait for the bucket.
        await portal.Client.CallAsync(UserMethods.Profile());
        using var end = new CancellationTokenSource();
        var sync = portal.Client.For(new RestCaller("sync"));
        var calls = Enumerable.Range(0, 100).Select(_ => sync.CallAsync(UserMethods.Profile(), end.Token)).ToArray();
        await SteppingClock.UntilAsync(() => portal.Factory.Statistics.QueueLength == 53);
        var began = portal.Clock.GetUtcNow();

        await portal.Client.For(new RestCaller("page", IsInteractive: true)).CallAsync(UserMethods.Profile());

        Assert.Equal(began, portal.Clock.GetUtcNow());
        Assert.Equal(53, portal.Factory.Statistics.QueueLength);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(calls));
        Assert.Equal(0, portal.Factory.Statistics.QueueLength);
    }

    [Fact]
    public async Task Fifty_batches_of_a_method_that_has_used_most_of_its_time_are_sent_at_once_and_none_is_refused()
    {
        // The portal's own account: 0.1 s a command, 440 s used before; refused above 480.
        var charges = new List<(DateTimeOffset At, double Seconds)>();
        TestPortal? self = null;
        var most = 0.0;
        await using var portal = await StartAsync(request =>
        {
            var (results, times, errors) = (new JsonObject(), new JsonObject(), new JsonObject());
            lock (charges)
            {
                var now = self!.Clock.GetUtcNow();
                foreach (var (key, _) in request.Body["cmd"]!.AsObject())
                {
                    var used = charges.Where(charge => charge.At > now.AddMinutes(-10)).Sum(charge => charge.Seconds);
                    if (used >= 480)
                    {
                        errors[key] = new JsonObject { ["error"] = "OPERATION_TIME_LIMIT" };
                        continue;
                    }

                    charges.Add((now, 0.1));
                    most = Math.Max(most, used + 0.1);
                    results[key] = new JsonObject();
                    times[key] = new JsonObject { ["duration"] = 0.1, ["operating"] = used + 0.1 };
                }
            }

            var result = new JsonObject { ["result"] = results, ["result_error"] = errors, ["result_time"] = times };
            return Answer(new JsonObject { ["result"] = result }.ToJsonString())(request);

            // The clock steps over ten minutes while answers are on their way.
        }, options => options.RequestTimeout = SteppingClock.NeverMeant);
        self = portal;
        charges.Add((portal.Clock.GetUtcNow(), 440));
        KeyValuePair<string, RestCall>[] batch = [.. Enumerable.Range(0, 50).Select(index => KeyValuePair.Create($"c{index}", UserMethods.Profile()))];
        await portal.Client.BatchAsync(batch);

        await portal.Clock.RunAsync(Task.WhenAll(Enumerable.Range(0, 50).Select(_ => portal.Client.BatchAsync(batch))));

        Assert.Equal(0, portal.Factory.Statistics.OperatingLimitRefusals);

        // Tenths add up unevenly.
        Assert.True(most < 475.001, $"{most} s were used.");
        Assert.Equal(1 + (51 * 50), charges.Count);
        Assert.True(portal.Factory.Statistics.OperatingWaits > 0);
    }
}
