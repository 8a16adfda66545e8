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
        AddHttpClient(services, PortalTransport.HttpClientName, isGuarded: false);
        AddHttpClient(services, PortalTransport.GuardedHttpClientName, isGuarded: true);
        return services;
    }

    private static void AddHttpClient(IServiceCollection services, string name, bool isGuarded) => services
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
            ConnectCallback = provider.GetRequiredService<IOptions<Bitrix24ClientOptions>>().Value is { MayConnect: { } mayConnect } options && isGuarded
                ? (context, cancellationToken) => ConnectAsync(context, options.Resolve, mayConnect, cancellationToken)
                : null,
        })
        .RemoveAllLoggers();

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPAddress, bool> mayConnect, CancellationToken cancellationToken)
    {
        // An address of the sixth version comes in brackets here, and without them in the request's address.
        var (host, port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);

        // A proxy is the operator's own choice; it resolves the portal's name itself.
        var isProxy = context.InitialRequestMessage.RequestUri is { } address && HttpClient.DefaultProxy.GetProxy(address) is { } proxy
            && string.Equals(proxy.IdnHost, host, StringComparison.OrdinalIgnoreCase) && proxy.Port == port;
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
