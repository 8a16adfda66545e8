using System.Net;
using System.Net.Sockets;
using Bitrix24.Client;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Portals;
using Microsoft.Extensions.DependencyInjection;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>A name that leads into the world when it is checked and to this machine when it is called: it is judged where the connection is made.</summary>
public sealed class ChangingNameTests
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "127.0.0.1")]
    [InlineData(false, "::1")]
    [InlineData(false, "::ffff:127.0.0.1")]
    [InlineData(true, "127.0.0.1")]
    public async Task It_is_not_connected_to(bool allowsLoopback, string address)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var arrived = listener.AcceptTcpClientAsync(Stop).AsTask();
        var answers = new Queue<IPAddress[]>([[Public], [IPAddress.Parse(address)]]);
        Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
        {
            Assert.Equal("portal.example.com", name);
            return Task.FromResult(answers.Dequeue());
        }

        var guard = new PortalAddressGuard(allowsLoopback, ResolveAsync);
        var endpoint = new Uri($"https://portal.example.com:{((IPEndPoint)listener.LocalEndpoint).Port}/rest/");
        Assert.True(await guard.MayCallAsync(endpoint, Stop));

        var failure = await CallAsync(endpoint, guard, ResolveAsync);

        Assert.Equal(Bitrix24ErrorKind.Unreachable, failure.Error.Kind);
        Assert.Empty(answers);

        // Where this machine may be called, the very same call arrives: so the guard is what kept it away.
        Assert.Equal(allowsLoopback, arrived.IsCompleted);
        listener.Stop();
        await Task.WhenAny(arrived);
    }

    [Theory]
    [InlineData("https://127.0.0.1:{0}/rest/")]
    [InlineData("https://[::1]:{0}/rest/")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/rest/")]
    [InlineData("https://2130706433:{0}/rest/")]
    [InlineData("https://0177.0.0.1:{0}/rest/")]
    [InlineData("https://0x7f.1:{0}/rest/")]
    [InlineData("https://0:{0}/rest/")]
    [InlineData("https://[::]:{0}/rest/")]
    [InlineData("https://localhost:{0}/rest/")]
    [InlineData("https://LOCALHOST.:{0}/rest/")]
    public async Task A_stored_address_of_this_machine_is_not_connected_to(string address)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var arrived = listener.AcceptTcpClientAsync(Stop).AsTask();
        var guard = new PortalAddressGuard(allowsLoopback: false);
        var endpoint = new Uri(string.Format(null, address, ((IPEndPoint)listener.LocalEndpoint).Port));
        Assert.False(await guard.MayCallAsync(endpoint, Stop));

        var failure = await CallAsync(endpoint, guard, Dns.GetHostAddressesAsync);

        Assert.Equal(Bitrix24ErrorKind.Unreachable, failure.Error.Kind);
        Assert.False(arrived.IsCompleted);
        listener.Stop();
        await Task.WhenAny(arrived);
    }

    private static async Task<Bitrix24Exception> CallAsync(Uri endpoint, PortalAddressGuard guard, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        await using var services = new ServiceCollection()
            .AddBitrix24Client(options => (options.MayConnect, options.Resolve, options.MaxRetries, options.RequestTimeout) = (guard.MayConnect, resolve, 0, TimeSpan.FromSeconds(5)))
            .BuildServiceProvider();
        var client = services.GetRequiredService<Bitrix24ClientFactory>().Create(new OAuthCredentials(endpoint, new Token()));
        return await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(UserMethods.Profile(), Stop));
    }

    private sealed class Token : IAccessTokenSource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new("token");

        public ValueTask<string?> RenewAsync(string refusedToken, CancellationToken cancellationToken) => new((string?)null);
    }
}
