using Bitrix24.PortalSimulator.Generator;
using Bitrix24.PortalSimulator.Timeline;
using Bitrix24Addon.WorkingTime;
using NodaTime;
using NodaTime.Extensions;

namespace Bitrix24Addon.Demo;

/// <summary>The day that is played: the last working day that is over, with the six weeks before it.</summary>
internal sealed class DemoDay
{
    private const int Seed = 1;
    private static readonly LocalTime Morning = new(8, 0);

    // The department that is made up lives by Moscow time.
    private static readonly DateTimeZone Moscow = DateTimeZoneProviders.Tzdb["Europe/Moscow"];

    /// <param name="now">The moment; the day lies before it.</param>
    /// <param name="managers">How many managers the department has.</param>
    public DemoDay(DateTimeOffset now, int managers)
    {
        var date = now.ToInstant().InZone(Moscow).Date.PlusDays(-1);
        while (!ProductionCalendar.Russia.IsWorkingDay(date))
        {
            date = date.PlusDays(-1);
        }

        Date = date;
        Start = At(Morning);
        var operations = DepartmentGenerator.Generate(Seed, At(LocalTime.MaxValue), managers);
        History = [.. operations.TakeWhile(o => o.Time < Start)];
        ToCome = [.. operations.Skip(History.Count)];
    }

    public LocalDate Date { get; }

    /// <summary>When the demonstration begins, before the department comes to work.</summary>
    public DateTimeOffset Start { get; }

    public IReadOnlyList<TimelineOperation> History { get; }

    public IReadOnlyList<TimelineOperation> ToCome { get; }

    /// <summary>A moment of the day.</summary>
    public DateTimeOffset At(LocalTime time) => Date.At(time).InZoneStrictly(Moscow).ToDateTimeOffset();
}
