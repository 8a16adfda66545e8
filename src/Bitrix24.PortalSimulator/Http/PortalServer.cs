using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Bitrix24.PortalSimulator.Http;

/// <summary>The Kestrel host of a portal.</summary>
internal sealed class PortalServer : IAsyncDisposable
{
    /// <summary>100 MB of file in Base64, and some for the rest of the body.</summary>
    private const long MaximumBodyBytes = 150L * 1024 * 1024;

    private readonly WebApplication _application;

    private PortalServer(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<PortalServer> StartAsync(SimulatedPortal portal, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, portal.Options.Port);
            kestrel.Limits.MaxRequestBodySize = MaximumBodyBytes;
            kestrel.AddServerHeader = false;
        });
        var application = builder.Build();
        var rest = new RestEndpoint(portal);
        var home = new HomePage(portal);
        application.Run(context => context.Request.Path.StartsWithSegments("/rest", StringComparison.Ordinal)
            ? rest.HandleAsync(context)
            : home.HandleAsync(context));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new PortalServer(application, new Uri(address + "/"));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
