using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bitrix24.Client;

/// <summary>Registers the client.</summary>
public static class Bitrix24ClientServices
{
    /// <summary>Registers <see cref="Bitrix24ClientFactory"/> and its named HttpClient.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddBitrix24Client(
        this IServiceCollection services, Action<Bitrix24ClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLogging();
        services.AddOptions<Bitrix24ClientOptions>().Configure(configure ?? (_ => { }));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Bitrix24ClientFactory>();
        AddHttpClient(services, PortalTransport.HttpClientName, _ => null);
        AddHttpClient(services, PortalTransport.GuardedHttpClientName, options => options.MayConnect);
        return services;
    }

    private static void AddHttpClient(
        IServiceCollection services, string name, Func<Bitrix24ClientOptions, Func<IPAddress, bool>?> guard) => services
        .AddHttpClient(name)
        .ConfigureHttpClient((provider, client) =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.MaxResponseContentBufferSize = provider.GetRequiredService<IOptions<Bitrix24ClientOptions>>().Value.AnswerBytes;
        })
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            // A redirect would turn the POST into a GET and carry the secret to another host.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),

            // The runtime's own tracing would record the address, and with it a webhook's secret.
            ActivityHeadersPropagator = null,
            ConnectCallback = guard(provider.GetRequiredService<IOptions<Bitrix24ClientOptions>>().Value) is { } mayConnect
                ? (context, cancellationToken) => ConnectAsync(context, mayConnect, cancellationToken)
                : null,
        })
        .RemoveAllLoggers();

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, Func<IPAddress, bool> mayConnect, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);

        // A proxy is the operator's own choice; it resolves the portal's name itself.
        var isProxy = !string.Equals(host, context.InitialRequestMessage.RequestUri?.IdnHost, StringComparison.OrdinalIgnoreCase);
        var allowed = isProxy ? addresses : Array.FindAll(addresses, address => mayConnect(address));
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{host} has no address that may be called.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
