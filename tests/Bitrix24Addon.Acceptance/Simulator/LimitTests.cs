using System.Net;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class LimitTests
{
    private static void CostOfStatuses(PortalSimulatorOptions options, double seconds)
    {
        options.RequestTimeLimit = false;
        options.MethodCostSeconds["crm.status.list"] = seconds;
    }

    [Fact]
    public async Task The_bucket_holds_fifty_and_drains_two_a_second()
    {
        await using var fixture = await PortalFixture.StartAsync();
        for (var count = 0; count < 50; count++)
        {
            await fixture.ResultAsync("server.time");
        }
        await fixture.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "QUERY_LIMIT_EXCEEDED", "server.time");
        Assert.Equal(1, fixture.Portal.Counters.RequestLimitRefusals);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await fixture.ResultAsync("server.time");
        await fixture.ResultAsync("server.time");
        await fixture.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "QUERY_LIMIT_EXCEEDED", "server.time");
        Assert.Equal((54, 52), (fixture.Portal.Counters.Requests, fixture.Portal.Counters.Commands["server.time"]));
    }

    [Fact]
    public async Task Operating_time_is_counted_per_method_and_leaves_by_minutes()
    {
        await using var fixture = await PortalFixture.StartAsync(options => CostOfStatuses(options, 200));
        var (_, first) = await fixture.CallAsync("crm.status.list");
        Assert.Equal(200, (double)first["time"]!["operating"]!);
        Assert.Equal(PortalFixture.Now.AddMinutes(10).ToUnixTimeSeconds(), (long)first["time"]!["operating_reset_at"]!);
        fixture.Clock.Advance(TimeSpan.FromMinutes(2));
        await fixture.ResultAsync("crm.status.list");
        // The call that crosses the limit still finishes.
        Assert.Equal(600, (double)(await fixture.CallAsync("crm.status.list")).Body["time"]!["operating"]!);
        await fixture.AssertErrorAsync(HttpStatusCode.TooManyRequests, "OPERATION_TIME_LIMIT", "crm.status.list");
        await fixture.ResultAsync("crm.currency.list");
        var batch = await fixture.ResultAsync("batch", """{"cmd":{"a":"crm.status.list","b":"server.time"}}""");
        Assert.Equal("OPERATION_TIME_LIMIT", (string)batch["result_error"]!["a"]!["error"]!);
        Assert.Equal(2, fixture.Portal.Counters.OperatingLimitRefusals);
        fixture.Clock.Advance(TimeSpan.FromMinutes(8));
        await fixture.ResultAsync("crm.status.list");
    }

    [Fact]
    public async Task Another_webhook_has_its_own_operating_time()
    {
        await using var fixture = await PortalFixture.StartAsync(options => CostOfStatuses(options, 500));
        await fixture.ResultAsync("crm.status.list");
        await fixture.AssertErrorAsync(HttpStatusCode.TooManyRequests, "OPERATION_TIME_LIMIT", "crm.status.list");
        var (status, _) = await fixture.CallAsync("crm.status.list", "{}", fixture.Portal.AddWebhook(1));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_batch_beyond_sixty_seconds_of_work_is_cut_off()
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.MethodCostSeconds["crm.currency.list"] = 25);
        var address = new Uri(fixture.Portal.WebhookUrl, "batch?cmd[]=crm.currency.list&cmd[]=crm.currency.list");
        Assert.Equal(HttpStatusCode.OK, (await PortalFixture.GetAsync(address)).Status);
        var (status, body) = await PortalFixture.GetAsync(new Uri(address + "&cmd[]=crm.currency.list"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, status);
        Assert.Contains("<html>", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_can_be_switched_off()
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().MethodCostSeconds["server.time"] = 100);
        for (var count = 0; count < 60; count++)
        {
            await fixture.ResultAsync("server.time");
        }
        Assert.Equal(0, fixture.Portal.Counters.RequestLimitRefusals + fixture.Portal.Counters.OperatingLimitRefusals);
    }
}
