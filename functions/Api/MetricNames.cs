using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Functions.Api;

/// <summary>What pages call metrics.</summary>
internal static class MetricNames
{
    /// <summary>
    /// The name without the form of its amounts (", h:mm:ss"), which reports need because they print bare numbers: pages write durations with their units.
    /// </summary>
    public static string NameIn(this Metric metric, Texts texts)
    {
        var name = texts.Get($"Metrics.{metric.Code}");
        return metric.Unit == MetricUnit.Seconds && name.LastIndexOf(", ", StringComparison.Ordinal) is > 0 and var comma ? name[..comma] : name;
    }
}
