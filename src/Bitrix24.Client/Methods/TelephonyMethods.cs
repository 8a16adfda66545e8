using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>Telephony.</summary>
public static class TelephonyMethods
{
    /// <summary>
    /// <c>voximplant.statistic.get</c>: finished calls; needs the right to view call statistics. Rows: <see cref="Rows.CallStatistic"/>.
    /// Errors: <c>ACCESS_DENIED</c>, status 403 (without the right to view call statistics).
    /// </summary>
    public static readonly RestMethod StatisticGet = new(
        "voximplant.statistic.get", "api-reference/telephony/voximplant/voximplant-statistic-get.md", "telephony", IsRead: true);

    /// <summary>Reads call statistics by id. Parameters are upper-case, the field to sort by and its direction are texts.</summary>
    public static readonly ListMethod Statistics = new(StatisticGet)
    {
        FilterName = "FILTER", SortName = "SORT", OrderName = "ORDER", SelectName = null,
    };
}
