using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        services.AddHttpClient(PortalTransport.HttpClientName)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A redirect would turn the POST into a GET and carry the secret to another host.
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(15),

                // The runtime's own tracing would record the address, and with it a webhook's secret.
                ActivityHeadersPropagator = null,
            })
            .RemoveAllLoggers();
        return services;
    }
}
