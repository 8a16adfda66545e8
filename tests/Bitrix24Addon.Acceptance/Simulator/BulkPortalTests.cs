using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

/// <summary>What measuring needs: many rows, counters for programs, https, answers that take their time.</summary>
public sealed class BulkPortalTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_are_filled_with_rows_that_lists_give()
    {
        await using var fixture = await PortalFixture.StartAsync(options =>
        {
            options.Rows["call"] = 120;
            options.Rows["activity"] = 70;
            options.Rows["lead"] = 1;
            options.Rows["deal"] = 51;
        });

        var calls = await fixture.ResultAsync("voximplant.statistic.get", """{"FILTER":{">ID":100},"SORT":"ID","ORDER":"ASC","start":-1}""");
        Assert.Equal(Enumerable.Range(101, 20).Select(id => (long)id), calls.AsArray().Select(row => long.Parse((string)row!["ID"]!, provider: null)));
        Assert.All(calls.AsArray(), row => Assert.True((string?)row!["CALL_START_DATE"] is { Length: > 0 } && (string?)row["PHONE_NUMBER"] is { Length: > 0 }));
        Assert.Equal(70, (int)(await fixture.CallAsync("crm.activity.list")).Body["total"]!);
        var deals = (await fixture.CallAsync("crm.item.list", """{"entityTypeId":2,"order":{"id":"DESC"}}""")).Body;
        Assert.Equal((51, 51, "EXECUTING"), ((int)deals["total"]!, (long)deals["result"]!["items"]![0]!["id"]!, (string)deals["result"]!["items"]![0]!["stageId"]!));
        Assert.Single((await fixture.ResultAsync("crm.item.list", """{"entityTypeId":1}"""))["items"]!.AsArray());
    }

    [Fact]
    public async Task Only_known_tables_are_filled()
    {
        var options = new PortalSimulatorOptions { Rows = { ["quote"] = 1 } };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => SimulatedPortal.StartAsync(options, Stop));

        Assert.Contains("activity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_are_missing_as_deletions_leave_them()
    {
        await using var fixture = await PortalFixture.StartAsync(options =>
        {
            options.WithoutLimits();
            options.Rows["call"] = options.Rows["deal"] = options.Rows["lead"] = 4_000;
            options.Gaps["deal"] = options.Gaps["lead"] = 0.2;
        });

        var calls = await IdsAsync(fixture, "voximplant.statistic.get?SORT=ID&ORDER=ASC&FILTER", "ID");
        var deals = await IdsAsync(fixture, "crm.item.list?entityTypeId=2&order[id]=ASC&filter", "id");
        var leads = await IdsAsync(fixture, "crm.item.list?entityTypeId=1&order[id]=ASC&filter", "id");

        Assert.Equal(Enumerable.Range(1, 4_000).Select(id => (long)id), calls);
        Assert.NotEqual(deals, leads);
        Assert.All([deals, leads], ids =>
        {
            var gaps = ids.Prepend(0).Zip(ids, (before, id) => id - before - 1).ToList();
            Assert.Equal(4_000, ids.Count);
            Assert.InRange(1 - (4_000.0 / ids[^1]), 0.1, 0.3);
            Assert.InRange(gaps.Count(gap => gap is > 0 and < 10), 300, 600);
            Assert.InRange(gaps.Max(), 100, 1_010);
        });
    }

    [Fact]
    public async Task Counters_are_read_as_json()
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.RequestBurst = 1);
        await fixture.ResultAsync("batch", """{"cmd":["crm.status.list","crm.status.list","server.time"]}""");
        await fixture.CallAsync("server.time");

        var (status, body) = await PortalFixture.GetAsync(new Uri(fixture.Portal.BaseAddress, "counters"));

        var counters = JsonNode.Parse(body)!;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((2, 1, 0), ((int)counters["requests"]!, (int)counters["requestLimitRefusals"]!, (int)counters["operatingLimitRefusals"]!));
        Assert.Equal(0.21, (double)counters["longestRequestSeconds"]!, 0.0001);
        Assert.Equal(1, (double)counters["requestsInBucket"]!);
        fixture.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(0, fixture.Portal.Counters.RequestsInBucket);
        Assert.Equal(2, (int)counters["commands"]!["crm.status.list"]!);
    }

    [Fact]
    public async Task An_answer_comes_when_its_time_is_over()
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.TakesTime = true);

        var call = fixture.CallAsync("batch", """{"cmd":["crm.status.list","crm.status.list"]}""");
        while (fixture.Portal.Counters.LongestRequestSeconds == 0)
        {
            await Task.Yield();
        }
        fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(call.IsCompleted);
        // The portal may only now begin to wait.
        while (!call.IsCompleted)
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }

        Assert.Equal(HttpStatusCode.OK, (await call).Status);
    }

    [Fact]
    public async Task Https_is_trusted_by_its_certificate_alone()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Https = true }, Stop);
        using var certificate = X509CertificateLoader.LoadCertificate(portal.Certificate!.Export(X509ContentType.Cert));
        using var trusting = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate }, RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        using var strange = new HttpClient();

        Assert.Equal(("https", HttpStatusCode.OK), (portal.WebhookUrl.Scheme, (await trusting.GetAsync(new Uri(portal.WebhookUrl, "server.time"), Stop)).StatusCode));
        await Assert.ThrowsAsync<HttpRequestException>(() => strange.GetAsync(new Uri(portal.WebhookUrl, "server.time"), Stop));
    }

    private static async Task<List<long>> IdsAsync(PortalFixture fixture, string list, string id)
    {
        var ids = new List<long>();
        int before;
        do
        {
            before = ids.Count;
            var command = string.Create(CultureInfo.InvariantCulture, $"{list}[%3E{id}]={ids.LastOrDefault()}&start=-1");
            var page = (await fixture.ResultAsync("batch", $$"""{"cmd":["{{command}}"]}"""))["result"]![0]!;
            ids.AddRange((page as JsonArray ?? page["items"]!.AsArray()).Select(row => long.Parse(row![id]!.ToString(), CultureInfo.InvariantCulture)));
        }
        while (ids.Count > before);
        return ids;
    }
}
