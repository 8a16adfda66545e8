using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.WorkingTime;

/// <summary>
/// A country's holidays, moved days off and shortened days, read from a data file (<c>Calendars/ru.json</c>).
/// Weekends are not its business: the schedule knows them.
/// </summary>
public sealed class ProductionCalendar
{
    private static readonly Lazy<ProductionCalendar> RussiaLoaded = new(() => Load("ru"));

    private readonly CalendarFile _file;
    private readonly FrozenSet<AnnualDate> _holidays;
    private readonly FrozenSet<LocalDate> _daysOff;
    private readonly FrozenSet<LocalDate> _workingDays;
    private readonly FrozenSet<LocalDate> _shortenedDays;
    private readonly FrozenSet<int> _knownYears;

    private ProductionCalendar(CalendarFile file)
    {
        _file = file;
        _holidays = file.Holidays.Select(day => AnnualDatePattern.Iso.Parse(day).Value).ToFrozenSet();
        _daysOff = DaysOf(file, year => year.DaysOff);
        _workingDays = DaysOf(file, year => year.WorkingDays);
        _shortenedDays = DaysOf(file, year => year.ShortenedDays);
        _knownYears = file.Years.Where(year => year.TransfersKnown).Select(year => year.Year).ToFrozenSet();
    }

    /// <summary>The Russian production calendar.</summary>
    public static ProductionCalendar Russia => RussiaLoaded.Value;

    /// <summary>No holidays at all and no year known: for a country without a data file.</summary>
    public static ProductionCalendar Empty { get; } = new(new CalendarFile([], []));

    /// <summary>Reads the data file of a country.</summary>
    /// <param name="country">Two-letter ISO 3166 code in any case, as <c>ru</c>.</param>
    /// <exception cref="ArgumentException">There is no data file for the country.</exception>
    public static ProductionCalendar Load(string country)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(country);
        var name = $"Bitrix24Addon.WorkingTime.Calendars.{country.ToLowerInvariant()}.json";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new ArgumentException(
                $"There is no production calendar for '{country}'; add WorkingTime/Calendars/{country.ToLowerInvariant()}.json.", nameof(country));
        return Parse(stream);
    }

    /// <summary>Reads a calendar in the form described in this folder's README.</summary>
    /// <param name="json">The data file.</param>
    /// <exception cref="JsonException">The file does not have that form, or a day stands in the list of another year.</exception>
    public static ProductionCalendar Parse(Stream json)
    {
        var file = JsonSerializer.Deserialize(json, CalendarJson.Default.CalendarFile)
            ?? throw new JsonException("The production calendar is empty.");
        try
        {
            return new ProductionCalendar(file);
        }
        catch (UnparsableValueException unreadable)
        {
            throw new JsonException($"A day of the production calendar cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Reads what <see cref="ToDocument"/> wrote.</summary>
    /// <param name="document">JSON.</param>
    /// <exception cref="JsonException">It is no calendar.</exception>
    public static ProductionCalendar Parse(string document) => Parse(new MemoryStream(Encoding.UTF8.GetBytes(document)));

    /// <summary>Writes the calendar, so that what was counted by it can be counted again when the data file says something else.</summary>
    public string ToDocument() => JsonSerializer.Serialize(_file, CalendarJson.Default.CalendarFile);

    /// <summary>
    /// Whether the year's moved days are officially known. If not, only holidays fixed by law are applied, and a figure that
    /// depends on the year should say so.
    /// </summary>
    /// <param name="year">Calendar year.</param>
    public bool IsKnown(int year) => _knownYears.Contains(year);

    /// <summary>Whether nobody on an ordinary schedule works on the day: a holiday, or a day off moved here.</summary>
    /// <param name="date">The local day.</param>
    public bool IsDayOff(LocalDate date) =>
        _holidays.Contains(new AnnualDate(date.Month, date.Day)) || _daysOff.Contains(date);

    /// <summary>Whether a day of the weekend was made a working day.</summary>
    /// <param name="date">The local day.</param>
    public bool IsMovedWorkingDay(LocalDate date) => _workingDays.Contains(date);

    /// <summary>Whether the working day is one hour shorter because a holiday follows.</summary>
    /// <param name="date">The local day.</param>
    public bool IsShortened(LocalDate date) => _shortenedDays.Contains(date);

    /// <summary>Whether the day is worked in a week of five days.</summary>
    /// <param name="date">The local day.</param>
    public bool IsWorkingDay(LocalDate date) =>
        IsMovedWorkingDay(date) || (date.DayOfWeek < IsoDayOfWeek.Saturday && !IsDayOff(date));

    private static FrozenSet<LocalDate> DaysOf(CalendarFile file, Func<CalendarYear, IReadOnlyList<string>> days) =>
        file.Years.SelectMany(year => days(year).Select(day => DayOf(year.Year, day))).ToFrozenSet();

    private static LocalDate DayOf(int year, string text)
    {
        var day = LocalDatePattern.Iso.Parse(text).Value;
        return day.Year == year ? day : throw new JsonException($"The day {text} stands in the list of {year}.");
    }
}

/// <summary>The data file of a country.</summary>
/// <param name="Holidays">Fixed days of every year, as <c>01-01</c>.</param>
/// <param name="Years">What differs from year to year.</param>
internal sealed record CalendarFile(IReadOnlyList<string> Holidays, IReadOnlyList<CalendarYear> Years);

/// <summary>One year of a country, days as <c>2025-11-01</c>.</summary>
/// <param name="Year">Calendar year.</param>
/// <param name="Source">The act the days are taken from.</param>
/// <param name="TransfersKnown">Whether the act on moved days is published.</param>
/// <param name="DaysOff">Working days made free.</param>
/// <param name="WorkingDays">Days of the weekend made working days.</param>
/// <param name="ShortenedDays">Working days with one hour less.</param>
internal sealed record CalendarYear(
    int Year,
    string Source,
    bool TransfersKnown,
    IReadOnlyList<string> DaysOff,
    IReadOnlyList<string> WorkingDays,
    IReadOnlyList<string> ShortenedDays);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CalendarFile))]
internal sealed partial class CalendarJson : JsonSerializerContext;
