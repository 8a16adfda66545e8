using Bitrix24.Client;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bitrix24Addon.Functions.Health;

/// <summary>Sends metrics, traces and logs to an OpenTelemetry collector when the standard <c>OTEL_EXPORTER_OTLP_*</c> settings name one.</summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";

    /// <summary>Sets it up.</summary>
    /// <param name="services">The server's parts.</param>
    /// <param name="configuration">The settings.</param>
    /// <remarks>Calls of HttpClient are not traced by the library: their addresses hold the secrets of webhooks. The client tells of its own calls.</remarks>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[Endpoint] is { Length: > 0 })
        {
            Export(services, configuration);
        }
    }

    // By itself, so that a server that exports nothing does not load what exports.
    private static void Export(IServiceCollection services, IConfiguration configuration) =>
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                configuration[ServiceName] is { Length: > 0 } name ? name : "bitrix24addon", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics.AddMeter(
                AddonTelemetry.Name, ClientStatistics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"))
            .WithTracing(traces => traces.AddSource(AddonTelemetry.Name, ClientStatistics.MeterName).AddAspNetCoreInstrumentation(
                options => options.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)))
            .WithLogging()
            .UseOtlpExporter();
}
