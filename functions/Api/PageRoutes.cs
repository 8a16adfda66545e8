using Bitrix24Addon.Functions.Doors;

namespace Bitrix24Addon.Functions.Api;

/// <summary>All routes of the pages.</summary>
internal static class PageRoutes
{
    /// <summary>Opens them.</summary>
    /// <param name="application">The server.</param>
    /// <param name="addon">The parts of the add-on.</param>
    /// <param name="failures">Limits sessions that fail.</param>
    public static void MapPageApi(this WebApplication application, Cli.Addon addon, FailureLimiter failures)
    {
        var api = new PageApi(application, addon, application.Logger);
        SessionRoute.Map(application, addon, api, failures);
        NormRoutes.Map(api, addon);
        ReportRoutes.Map(api, addon);
        SetupRoutes.Map(api, addon);
        HealthRoutes.Map(api, addon);
    }
}
