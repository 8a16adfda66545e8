using Benchmarks;

namespace Bitrix24.Client.Tests;

/// <summary>The bound that bulk reading is measured by: no schedule that the portal would accept ends earlier.</summary>
public sealed class LegalPaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 20, TimeSpan.Zero);

    [Fact]
    public void Fifty_go_at_once_and_then_two_a_second()
    {
        var times = Seconds(LegalPace.SendTimes(Start, 160, 0, new PortalPace()));

        Assert.All(times[..50], time => Assert.Equal(0, time));
        Assert.Equal([0.5, 1, 1.5], times[50..53]);
        Assert.Equal(55, times[^1]);
    }

    [Fact]
    public void Operating_time_is_free_again_when_the_minute_it_was_spent_in_leaves_the_window()
    {
        var times = Seconds(LegalPace.SendTimes(Start, 120, 5, new PortalPace()));

        // 480 s are 96 batches; the minute they began in leaves ten minutes after its own beginning, twenty seconds before ours.
        Assert.Equal(23, times[95]);
        Assert.All(times[96..], time => Assert.Equal(580, time));
    }

    [Fact]
    public void No_accepted_schedule_of_whole_seconds_is_faster()
    {
        foreach (var (drain, threshold, limit, cost, batches, offset) in Cases())
        {
            var pace = new PortalPace(drain, threshold, limit, WindowMinutes: 1);
            var start = DateTimeOffset.UnixEpoch.AddSeconds(offset);
            var times = Seconds(LegalPace.SendTimes(start, batches, cost, pace), start);

            Assert.True(IsAccepted(times, start, cost, pace), $"drain {drain}, threshold {threshold}, limit {limit}: {string.Join(' ', times)}");
            Assert.Empty(Schedules(batches, (int)times[^1], schedule => IsAccepted(schedule, start, cost, pace)));
        }
    }

    // A drain of one a second and starts at whole seconds make every best moment a whole second.
    private static IEnumerable<(double Drain, int Threshold, double Limit, double Cost, int Batches, int Offset)> Cases() =>
        from threshold in new[] { 1, 3 }
        from limit in new[] { 5.0, 10 }
        from batches in new[] { 2, 3 }
        from offset in new[] { 25, 59 }
        select (1.0, threshold, limit, 5.0, batches, offset);

    /// <summary>Every schedule before the horizon that the portal accepts, built up batch by batch so that what is refused early is not looked at further.</summary>
    private static IEnumerable<double[]> Schedules(int batches, int horizon, Predicate<double[]> isAccepted)
    {
        IEnumerable<double[]> schedules = [[]];
        for (var batch = 0; batch < batches; batch++)
        {
            schedules = schedules.SelectMany(schedule => Enumerable.Range((int)schedule.LastOrDefault(), horizon - (int)schedule.LastOrDefault())
                .Select(second => schedule.Append(second).ToArray()).Where(longer => isAccepted(longer)));
        }

        return schedules;
    }

    /// <summary>The portal's two rules, as limits.md words them.</summary>
    private static bool IsAccepted(double[] times, DateTimeOffset start, double cost, PortalPace pace)
    {
        var level = 0.0;
        for (var index = 0; index < times.Length; index++)
        {
            level = Math.Max(0, level - (index == 0 ? 0 : (times[index] - times[index - 1]) * pace.DrainPerSecond)) + 1;
            var minute = Minute(times[index]);
            var used = times[..index].Where(time => Minute(time) > minute - pace.WindowMinutes).Sum(_ => cost);
            if (level > pace.Threshold || used + cost > pace.OperatingSeconds)
            {
                return false;
            }
        }

        return true;

        long Minute(double time) => start.AddSeconds(time).ToUnixTimeSeconds() / 60;
    }

    private static double[] Seconds(IEnumerable<DateTimeOffset> times, DateTimeOffset? start = null) =>
        [.. times.Select(time => (time - (start ?? Start)).TotalSeconds)];
}
