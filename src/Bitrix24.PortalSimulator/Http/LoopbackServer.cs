using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Bitrix24.PortalSimulator.Http;

/// <summary>A Kestrel host on 127.0.0.1: the portal is one, its OAuth server another.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    /// <summary>100 MB of file in Base64, and some for the rest of the body.</summary>
    private const long MaximumBodyBytes = 150L * 1024 * 1024;

    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<LoopbackServer> StartAsync(
        int port, X509Certificate2? certificate, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
            kestrel.Limits.MaxRequestBodySize = MaximumBodyBytes;
            kestrel.AddServerHeader = false;
        });
        var application = builder.Build();
        application.Run(handle);
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
        return new LoopbackServer(application, new Uri(address + "/"));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
