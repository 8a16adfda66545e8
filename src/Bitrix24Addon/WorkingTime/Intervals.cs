using NodaTime;

namespace Bitrix24Addon.WorkingTime;

/// <summary>Arithmetic on stretches of time. Lists that come out are ordered and free of overlaps.</summary>
internal static class Intervals
{
    /// <summary>The same time without overlaps, in order. Open ends are taken as the earliest and latest moment.</summary>
    public static List<Interval> Union(IEnumerable<Interval> intervals)
    {
        var union = new List<Interval>();
        foreach (var next in intervals.Select(Closed).OrderBy(interval => interval.Start))
        {
            if (union is [.., var last] && next.Start <= last.End)
            {
                union[^1] = new Interval(last.Start, Instant.Max(last.End, next.End));
            }
            else
            {
                union.Add(next);
            }
        }

        return union;
    }

    /// <summary>What is left of <paramref name="whole"/> without <paramref name="taken"/>; both ordered and free of overlaps.</summary>
    public static List<Interval> Subtract(List<Interval> whole, List<Interval> taken)
    {
        if (whole.Count == 0)
        {
            return whole;
        }

        var left = new List<Interval>();
        foreach (var stretch in whole)
        {
            var start = stretch.Start;
            foreach (var cut in taken.Skip(FirstEndingAfter(taken, start)).TakeWhile(cut => cut.Start < stretch.End))
            {
                if (cut.Start > start)
                {
                    left.Add(new Interval(start, cut.Start));
                }

                start = Instant.Max(start, cut.End);
            }

            if (start < stretch.End)
            {
                left.Add(new Interval(start, stretch.End));
            }
        }

        return left;
    }

    /// <summary>Takes so much time off the end, from several stretches if the last is too short.</summary>
    public static List<Interval> WithoutLast(List<Interval> intervals, Duration cut)
    {
        var left = new List<Interval>(intervals);
        while (left is [.., var last] && cut > Duration.Zero)
        {
            left.RemoveAt(left.Count - 1);
            if (last.Duration > cut)
            {
                left.Add(new Interval(last.Start, last.End - cut));
            }

            cut -= last.Duration;
        }

        return left;
    }

    /// <summary>The sum of the lengths.</summary>
    public static Duration Total(IEnumerable<Interval> intervals) =>
        intervals.Aggregate(Duration.Zero, (sum, interval) => sum + interval.Duration);

    private static Interval Closed(Interval interval) => new(
        interval.HasStart ? interval.Start : Instant.MinValue,
        interval.HasEnd ? interval.End : Instant.MaxValue);

    private static int FirstEndingAfter(List<Interval> ordered, Instant moment)
    {
        var (low, high) = (0, ordered.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ordered[middle].End > moment ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
