using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Reports;

namespace Bitrix24Addon.Tests.Reports;

/// <summary>Mondays to Fridays of March 2025 are worked; the 3rd, 10th, 17th, 24th and 31st are Mondays.</summary>
public sealed class TrendTests
{
    private static readonly Metric Calls = MetricCatalogue.ByCode[MetricCatalogue.CallsOut];

    private static readonly List<int> Working =
        [.. PortalDays.Range(20250201, 20250331).Where(day => PortalDays.ToDate(day).DayOfWeek <= NodaTime.IsoDayOfWeek.Friday)];

    [Fact]
    public void A_week_is_compared_with_the_median_of_the_four_weeks_before_it()
    {
        // 24 to 28 March against the weeks from 17, 10 and 3 March and 24 February.
        var trend = Of(20250324, 20250328, (20250325, 12), (20250318, 4), (20250311, 10), (20250304, 6), (20250226, 100), (20250219, 1000));

        Assert.Equal(new Trend(TrendGap.None, 12, 8, 50, 5, 4), trend);
    }

    [Fact]
    public void Days_off_belong_to_the_period_before_them_and_a_holiday_moves_the_earlier_periods()
    {
        // Without Friday the 21st the week holds its five days from Friday the 14th on; what is done on Saturday the 22nd counts.
        var working = Working.Where(day => day != 20250321).ToList();
        var trend = Of(20250324, 20250328, working, 20250201, (20250324, 10), (20250322, 3), (20250314, 2), (20250313, 7), (20250307, 1));

        // 14 to 23 March: 5; 7 to 13 March: 8; before them nothing.
        Assert.Equal(new Trend(TrendGap.None, 10, 2.5m, 300, 5, 4), trend);
    }

    [Fact]
    public void Two_earlier_periods_are_enough_and_one_is_not()
    {
        Assert.Equal(new Trend(TrendGap.None, 6, 3, 100, 1, 2), Of(20250307, 20250307, Working, 20250305, (20250307, 6), (20250306, 4), (20250305, 2)));
        Assert.Equal(new Trend(TrendGap.TooLittleHistory, 6, WorkingDays: 1, Periods: 1), Of(20250307, 20250307, Working, 20250306, (20250307, 6), (20250306, 4)));
    }

    [Fact]
    public void What_cannot_be_compared_says_why()
    {
        Assert.Equal(TrendGap.NotOver, Of(20250307, 20250306).Gap);
        Assert.Equal(TrendGap.NoWorkingDays, Of(20250308, 20250309).Gap);
        Assert.Equal(TrendGap.NoValue, Trend.Of(MetricCatalogue.ByCode[MetricCatalogue.CallQuality], 20250307, 20250307, Working, 20250201, []).Gap);
        Assert.Equal(TrendGap.NoValue, Trend.Of(MetricCatalogue.ByCode[MetricCatalogue.TasksOverdue], 20250307, 20250307, Working, 20250201, []).Gap);
        Assert.All(Enum.GetValues<TrendGap>(), gap => Assert.NotEmpty(new Trend(gap, 1, 1, 0, 1, 2).InWords(Calls, Texts.Russian)));
    }

    [Fact]
    public void Where_nothing_is_usual_no_percentage_is_made_up()
    {
        var trend = Of(20250307, 20250307, (20250307, 6));

        Assert.Equal(new Trend(TrendGap.None, 6, 0, null, 1, 4), trend);
    }

    private static Trend Of(int from, int to, params (int Day, long Count)[] figures) => Of(from, to, Working, 20250201, figures);

    private static Trend Of(int from, int to, List<int> working, int knownFrom, params (int Day, long Count)[] figures) => Trend.Of(
        Calls, from, to, working, knownFrom, [.. figures.Select(f => new FigureRow { Day = f.Day, UserId = 7, Metric = Calls.Code, Sum = f.Count, Count = (int)f.Count })]);
}
