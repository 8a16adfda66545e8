using System.Net;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

/// <summary>A small portal on a still clock and an application beside it that records what it is told.</summary>
internal sealed class LivePortal : IAsyncDisposable
{
    private LivePortal(PortalFixture fixture, EventListener listener, string token)
    {
        Fixture = fixture;
        Listener = listener;
        Token = token;
    }

    public PortalFixture Fixture { get; }

    public SimulatedPortal Portal => Fixture.Portal;

    public EventListener Listener { get; }

    /// <summary>The administrator's access token.</summary>
    public string Token { get; }

    public static async Task<LivePortal> StartAsync(Action<PortalSimulatorOptions>? configure = null, bool isInstalled = true, params string[] lines)
    {
        var fixture = await PortalFixture.StartAsync(options =>
        {
            options.WithoutLimits().Scopes.Add("calendar");
            configure?.Invoke(options);
        }, lines);
        var live = new LivePortal(fixture, await EventListener.StartAsync(), fixture.Portal.IssueToken(1));
        if (isInstalled)
        {
            Assert.Equal(HttpStatusCode.OK, await live.Portal.InstallAsync(new Uri(live.Listener.Address, "install"), cancellationToken: TestContext.Current.CancellationToken));
            live.Listener.Clear();
        }
        return live;
    }

    public Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(string method, string json = "{}", string? token = null)
    {
        var parameters = (JsonObject)JsonNode.Parse(json)!;
        parameters["auth"] = token ?? Token;
        return PortalFixture.PostAsync(new Uri(Portal.BaseAddress, "rest/" + method), parameters.ToJsonString());
    }

    public async Task BindAsync(params string[] events)
    {
        foreach (var name in events)
        {
            var (status, body) = await CallAsync("event.bind", $$"""{"event":"{{name}}","handler":"{{Listener.Address}}events"}""");
            Assert.True(status is HttpStatusCode.OK && (bool)body["result"]!, body.ToJsonString());
        }
    }

    /// <summary>What the listener got, once everything is delivered.</summary>
    public async Task<IReadOnlyList<ReceivedPost>> DeliveredAsync()
    {
        await Portal.WaitForDeliveryAsync(TestContext.Current.CancellationToken);
        return Listener.Posts;
    }

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        await Listener.DisposeAsync();
    }
}
