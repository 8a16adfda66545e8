using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Reports;

/// <summary>Why a trend cannot be told.</summary>
public enum TrendGap
{
    /// <summary>It can.</summary>
    None,

    /// <summary>No day of the period is over yet; half a day compares with nothing.</summary>
    NotOver,

    /// <summary>He had no working day in the period.</summary>
    NoWorkingDays,

    /// <summary>Fewer than two earlier periods of his are known.</summary>
    TooLittleHistory,

    /// <summary>The metric has no value in the period, or is a state that periods do not have.</summary>
    NoValue,
}

/// <summary>
/// Somebody against his own past. Compared are the days of the period that are over. If they hold N of his working days, each earlier
/// period holds N of them too, with the days off between them: the first lies right before the period, the next right before that one, and
/// so on, at most four. What is usual for him is the median of their values.
/// </summary>
/// <param name="Gap">Why there is none.</param>
/// <param name="Value">His value over the days of the period that are over; money in major units.</param>
/// <param name="Usual">What is usual for him; null without a trend.</param>
/// <param name="ChangePercent">By how much the value differs from the usual, in whole percent; null without a trend, or when the usual is 0.</param>
/// <param name="WorkingDays">His working days in the period as far as it is over.</param>
/// <param name="Periods">How many earlier periods the usual rests on.</param>
public sealed record Trend(TrendGap Gap, decimal? Value = null, decimal? Usual = null, int? ChangePercent = null, int WorkingDays = 0, int Periods = 0)
{
    /// <summary>So many earlier periods are looked at.</summary>
    internal const int MostPeriods = 4;

    /// <summary>With fewer there is no trend.</summary>
    internal const int LeastPeriods = 2;

    /// <summary>What it says.</summary>
    /// <param name="metric">The metric, for its unit.</param>
    /// <param name="texts">The language.</param>
    public string InWords(Metric metric, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(texts);
        return Gap switch
        {
            TrendGap.None => texts.Get(
                "Reports.trend", texts.Count("Reports.working_days", WorkingDays), metric.InWords(Value, texts), texts.Count("Reports.earlier_periods", Periods), metric.InWords(Usual, texts)),
            TrendGap.NotOver => texts.Get("Reports.trend_not_over"),
            TrendGap.NoWorkingDays => texts.Get("Reports.trend_no_working_days"),
            TrendGap.TooLittleHistory => texts.Get("Reports.trend_too_little_history"),
            _ => texts.Get("Reports.trend_no_value"),
        };
    }

    /// <summary>Compares.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="fromDay">First day of the period, yyyymmdd.</param>
    /// <param name="toDay">Its last day that is over; before the first when none is.</param>
    /// <param name="working">His working days of the period and before it, oldest first.</param>
    /// <param name="knownFromDay">From which day on his past is known.</param>
    /// <param name="figures">His figures of the metric, of all those days.</param>
    public static Trend Of(Metric metric, int fromDay, int toDay, IReadOnlyList<int> working, int knownFromDay, IReadOnlyList<FigureRow> figures)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(working);
        ArgumentNullException.ThrowIfNull(figures);
        var count = working.Count(day => day >= fromDay && day <= toDay);
        if (toDay < fromDay || count == 0)
        {
            return new Trend(toDay < fromDay ? TrendGap.NotOver : TrendGap.NoWorkingDays);
        }

        if (metric.Total == MetricTotal.LastDay || ValueOf(metric, fromDay, toDay, figures) is not { } value)
        {
            return new Trend(TrendGap.NoValue, WorkingDays: count);
        }

        var past = new List<decimal>();
        var earlier = working.Where(day => day < fromDay).ToList();
        var end = PortalDays.ToDay(PortalDays.ToDate(fromDay).PlusDays(-1));
        for (var left = earlier.Count - count; left >= 0 && past.Count < MostPeriods && earlier[left] >= knownFromDay; left -= count)
        {
            if (ValueOf(metric, earlier[left], end, figures) is { } before)
            {
                past.Add(before);
            }

            end = PortalDays.ToDay(PortalDays.ToDate(earlier[left]).PlusDays(-1));
        }

        if (past.Count < LeastPeriods)
        {
            return new Trend(TrendGap.TooLittleHistory, value, WorkingDays: count, Periods: past.Count);
        }

        var usual = FigureSet.MedianOf(past)!.Value;
        var change = usual == 0 ? (int?)null : (int)decimal.Clamp(decimal.Round((value - usual) / usual * 100, MidpointRounding.AwayFromZero), -9999, 9999);
        return new Trend(TrendGap.None, value, usual, change, count, past.Count);
    }

    private static decimal? ValueOf(Metric metric, int fromDay, int toDay, IReadOnlyList<FigureRow> figures) =>
        FigureSet.Of(figures.Where(f => f.Day >= fromDay && f.Day <= toDay)).ValueOf(metric);
}
