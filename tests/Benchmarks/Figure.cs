using System.Globalization;

namespace Benchmarks;

/// <summary>A measured value beside its bound.</summary>
/// <param name="Name">What it is, with the benchmark's name in front.</param>
/// <param name="Value">The value.</param>
/// <param name="Bound">The best there can be, or the most there may be.</param>
/// <param name="Unit">The unit of both.</param>
/// <param name="Demand">The demand on value ÷ bound as the line shows it.</param>
/// <param name="IsMet">Whether it is met.</param>
internal sealed record Figure(string Name, double Value, double Bound, string Unit, string Demand, bool IsMet)
{
    /// <summary>Value ÷ bound.</summary>
    public double Ratio => Bound == 0 ? (Value == 0 ? 1 : double.PositiveInfinity) : Value / Bound;

    /// <summary>A rate that should come near its bound.</summary>
    public static Figure AtLeast(string name, double value, double bound, string unit, double share) =>
        new(name, value, bound, unit, Text($"≥ {share:0.00}"), value >= bound * share);

    /// <summary>A cost that should stay within its bound.</summary>
    public static Figure AtMost(string name, double value, double bound, string unit) => new(name, value, bound, unit, "≤ 1", value <= bound);

    /// <summary>A value without a demand, beside another one.</summary>
    public static Figure Report(string name, double value, double other, string unit) => new(name, value, other, unit, "reported", true);

    /// <summary>A cost that should be smaller than another's.</summary>
    public static Figure LessThan(string name, double value, double bound, string unit) => new(name, value, bound, unit, "< 1", value < bound);

    /// <summary>Rows of a reading that are missing or came more than once.</summary>
    public static Figure MissingRows(string name, int faults) => AtMost($"{name}/rows missing or repeated", faults, 0, "rows");

    /// <summary>Refusals by a limit, as the portal counted them.</summary>
    public static Figure Refusals(string name, int refusals) => AtMost($"{name}/refusals 503 and 429", refusals, 0, "refusals");

    /// <summary>Requests, as the portal counted them, refused ones included.</summary>
    public static Figure Requests(string name, int requests, int most) => AtMost($"{name}/requests", requests, most, "requests");

    /// <summary>The portal's time for the longest request: it cuts off after a minute.</summary>
    public static Figure LongestBatch(string name, double seconds) => AtMost($"{name}/longest batch", seconds, 60, "s");

    /// <summary>The line of the figure.</summary>
    public override string ToString() => Text(
        $"{Name,-44} {Value,12:#,0.##} {Unit,-9} bound {Bound,12:#,0.##}  ratio {Ratio,6:0.000} ({Demand})  {(IsMet ? "ok" : "MISSED")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Measures some figures. To add one, write such a class and name it in <c>Program</c>.</summary>
internal interface IBenchmark
{
    /// <summary>Begins the names of its figures; the filter of the command line is looked for in it.</summary>
    string Name { get; }

    /// <summary>Measures.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The figures.</returns>
    IAsyncEnumerable<Figure> MeasureAsync(CancellationToken cancellationToken);
}
