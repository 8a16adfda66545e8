using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Acceptance.Live;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Bitrix24Addon.Acceptance.Health;

[Collection(nameof(OneDoorAtATime))]
public sealed class TraceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task What_a_post_told_of_is_read_in_the_trace_of_the_post(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind);
        using var test = new ActivitySource($"test {kind}");
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == test || source.Name == AddonTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        live.At("12:10:00");
        string? first;
        string? second;
        using (var post = test.StartActivity("post"))
        {
            await live.MarkAsync(InboxKind.Deal, 1);
            first = post!.Id;
        }

        await live.Addon.CollectAsync(Stop);
        var alone = Assert.Single(ended, activity => activity.OperationName == "collect" && activity.ParentId == first);
        Assert.Equal(live.Addon.Portal.Id, alone.GetTagItem("portal.id"));

        using (var post = test.StartActivity("post"))
        {
            await live.MarkAsync(InboxKind.Deal, 1);
            second = post!.Id;
        }

        using (test.StartActivity("post"))
        {
            await live.MarkAsync(InboxKind.Lead, 1);
        }

        live.At("12:11:00");
        await live.Addon.CollectAsync(Stop);
        Assert.Single(ended, activity => activity.OperationName == "collect" && activity.Links.Count() == 2
            && activity.Links.Any(link => second!.Contains(link.Context.SpanId.ToHexString(), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_collector_gets_traces_metrics_and_logs_without_secrets()
    {
        var received = new ConcurrentDictionary<string, StringBuilder>();
        await using var collector = WebApplication.CreateSlimBuilder().Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, Stop);
            var text = received.GetOrAdd(signal, _ => new StringBuilder());
            lock (text)
            {
                text.Append(Encoding.Latin1.GetString(body.ToArray()));
            }
        });
        await collector.StartAsync(Stop);
        await using (var addon = await ServedAddon.StartAsync(
            DatabaseKind.Sqlite, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("Logging:LogLevel:Default", "Debug")))
        {
            await addon.InstallAsync();
            await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=7"));
            await addon.PostAsync("events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=7", token: "wr0ng"));
        }

        Assert.Contains("bitrix24/events", received["traces"].ToString(), StringComparison.Ordinal);
        Assert.Contains("bitrix24addon.door.posts", received["metrics"].ToString(), StringComparison.Ordinal);
        Assert.Contains("A post to the door", received["logs"].ToString(), StringComparison.Ordinal);
        foreach (var secret in new[] { ServedAddon.ApplicationToken, ServedAddon.OutgoingToken, "s3cret", "wr0ng" })
        {
            Assert.DoesNotContain(received.Values, text => text.ToString().Contains(secret, StringComparison.Ordinal));
        }
    }
}
