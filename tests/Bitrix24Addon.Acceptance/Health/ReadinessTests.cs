using System.Net;
using System.Text.Json.Nodes;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Health;

[Collection(nameof(OneDoorAtATime))]
public sealed class ReadinessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_server_is_ready_when_its_database_answers_and_its_calendar_runs(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind, ("App:BackgroundWork", "true"), ("Bitrix24:WebhookUrl", null));

        var (status, body) = await UntilAsync(addon, answer => (string?)answer["scheduler"] == "ok");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("ready", "ok", "ok", 0), ((string?)body["status"], (string?)body["database"], (string?)body["queue"], (int)body["backlogSeconds"]!));
    }

    [Theory, EveryDatabase]
    public async Task A_backlog_is_told_and_does_not_shut_the_doors(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind);
        await addon.InstallAsync();
        await using (var db = addon.Storage.Open())
        {
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.HistoryStartedAtMs, 1), Stop);
            var hourAgo = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-1));
            await new InboxWriter(addon.Storage, hourAgo).MarkAsync((await db.Portals.SingleAsync(Stop)).Id, [new InboxMark(InboxKind.Deal, "1")], Stop);
        }

        var (status, body) = await ReadyAsync(addon);

        Assert.Equal((HttpStatusCode.OK, "elsewhere"), (status, (string?)body["scheduler"]));
        Assert.InRange((double)body["backlogSeconds"]!, 3600, 3660);
    }

    [Fact]
    public async Task A_server_whose_database_is_gone_is_not_ready_and_lives()
    {
        await using var addon = await ServedAddon.StartAsync();
        await using (var db = addon.Storage.Open())
        {
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE inbox RENAME TO lost", Stop);
        }

        var (status, body) = await ReadyAsync(addon);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready", "failed"), (status, (string?)body["status"], (string?)body["database"]));
        Assert.Equal((HttpStatusCode.OK, "live"), await addon.GetAsync("health/live"));
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> ReadyAsync(ServedAddon addon)
    {
        var (status, body) = await addon.GetAsync("health/ready");
        return (status, JsonNode.Parse(body)!);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> UntilAsync(ServedAddon addon, Predicate<JsonNode> isReached)
    {
        for (var ticks = 0; ; ticks++)
        {
            var answer = await ReadyAsync(addon);
            if (isReached(answer.Body) || ticks == 300)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
        }
    }
}
