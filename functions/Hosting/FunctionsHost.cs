using System.Globalization;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>The Azure Functions host that started this process as its custom handler, or the driver of a test in its place.</summary>
/// <param name="Port">Where it expects us, on this machine alone.</param>
internal sealed record FunctionsHost(int Port)
{
    /// <summary>The host that the environment tells of; null for none.</summary>
    /// <param name="configuration">Environment and files.</param>
    public static FunctionsHost? Of(IConfiguration configuration) =>
        int.TryParse(configuration["FUNCTIONS_CUSTOMHANDLER_PORT"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new FunctionsHost(port) : null;
}
