using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Simulator;

/// <summary>A small portal on a still clock, and plain HTTP to it.</summary>
internal sealed class PortalFixture : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 18, 12, 0, 0, TimeSpan.FromHours(3));

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private PortalFixture(SimulatedPortal portal, FakeTimeProvider clock)
    {
        Portal = portal;
        Clock = clock;
    }

    public SimulatedPortal Portal { get; }

    public FakeTimeProvider Clock { get; }

    public static async Task<PortalFixture> StartAsync(Action<PortalSimulatorOptions>? configure = null, params string[] lines)
    {
        var clock = new FakeTimeProvider(Now);
        var options = new PortalSimulatorOptions { TimeProvider = clock, RecordCalls = true };
        configure?.Invoke(options);
        var portal = await SimulatedPortal.StartAsync(options, TestContext.Current.CancellationToken);
        foreach (var line in lines)
        {
            portal.ApplyLine(line);
        }
        return new PortalFixture(portal, clock);
    }

    public static string Line(string time, string op, string table, long id, string fields = "{}") =>
        $$"""{"t":"2026-03-{{time}}+03:00","op":"{{op}}","table":"{{table}}","id":{{id}},"fields":{{fields}}}""";

    public void Apply(string time, string op, string table, long id, string fields = "{}") => Portal.ApplyLine(Line(time, op, table, id, fields));

    public Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(string method, string json = "{}", Uri? webhook = null) =>
        PostAsync(new Uri(webhook ?? Portal.WebhookUrl, method), json);

    public Task<(HttpStatusCode Status, JsonNode Body)> CallV3Async(string method, string json) =>
        PostAsync(new Uri(Portal.BaseAddress, $"rest/api/1/{Portal.Options.WebhookSecret}/{method}"), json);

    public async Task<JsonNode> ResultAsync(string method, string json = "{}")
    {
        var (status, body) = await CallAsync(method, json);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return body["result"]!;
    }

    public static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(Uri address, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(address, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    public static async Task<(HttpStatusCode Status, string Body)> GetAsync(Uri address)
    {
        using var response = await Http.GetAsync(address, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task AssertErrorAsync(HttpStatusCode status, string code, string method, string json = "{}", Uri? webhook = null)
    {
        var (seen, body) = await CallAsync(method, json, webhook);
        Assert.Equal((status, code), (seen, (string)body["error"]!));
    }

    public static long[] Ids(JsonNode? rows, string field = "id") => [.. rows!.AsArray().Select(row => (long)row![field]!)];

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}
