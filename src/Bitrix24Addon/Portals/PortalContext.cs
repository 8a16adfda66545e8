using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Portals;

/// <summary>Where the portal's time zone comes from.</summary>
public enum ZoneSource
{
    /// <summary>The settings name it.</summary>
    Settings,

    /// <summary>The profile of the token's owner names it.</summary>
    OwnerProfile,

    /// <summary>Derived from the server's offset.</summary>
    ServerOffset,
}

/// <summary>A portal with the settings in force: the one place where zone, service accounts and stages are decided.</summary>
public sealed class PortalContext
{
    /// <summary>Creates the context.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="settings">The settings in force.</param>
    /// <param name="calendar">The production calendar as it was known at another time; null for the one known today.</param>
    public PortalContext(PortalRow portal, PortalSettings settings, ProductionCalendar? calendar = null)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(settings);
        Portal = portal;
        Settings = settings;
        Directory = PortalDirectory.Parse(portal.Directory);
        (Zone, ZoneSource) = ChooseZone(settings, Directory);
        Calendar = calendar ?? (settings.ProductionCalendar is { } country ? ProductionCalendar.Load(country) : ProductionCalendar.Empty);
        ServiceAccounts = (settings.ServiceAccounts ?? [portal.OwnerUserId]).ToHashSet();
        Metrics = BuildMetrics();
        Basis = BuildBasis();
    }

    /// <summary>The portal.</summary>
    public PortalRow Portal { get; }

    /// <summary>The settings in force.</summary>
    public PortalSettings Settings { get; }

    /// <summary>Names, stages, currencies as last read.</summary>
    public PortalDirectory Directory { get; }

    /// <summary>The zone of the portal's days.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>Where the zone comes from.</summary>
    public ZoneSource ZoneSource { get; }

    /// <summary>The production calendar.</summary>
    public ProductionCalendar Calendar { get; }

    /// <summary>Users whose records are nobody's.</summary>
    public IReadOnlySet<long> ServiceAccounts { get; }

    /// <summary>What the metrics depend on besides facts.</summary>
    public MetricContext Metrics { get; }

    /// <summary>A fingerprint of all that the stored figures depend on besides facts.</summary>
    public string Basis { get; }

    /// <summary>The zone from the settings, else the owner's, else derived from the server's offset (Europe/Moscow for +03:00).</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="directory">What the portal told.</param>
    public static (DateTimeZone Zone, ZoneSource Source) ChooseZone(PortalSettings settings, PortalDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(directory);
        if (settings.TimeZone is { } set && DateTimeZoneProviders.Tzdb.GetZoneOrNull(set) is { } chosen)
        {
            return (chosen, ZoneSource.Settings);
        }

        if (directory.OwnerTimeZone is { } own && DateTimeZoneProviders.Tzdb.GetZoneOrNull(own) is { } owners)
        {
            return (owners, ZoneSource.OwnerProfile);
        }

        return directory.ServerOffsetMinutes == 180
            ? (DateTimeZoneProviders.Tzdb["Europe/Moscow"], ZoneSource.ServerOffset)
            : (DateTimeZone.ForOffset(Offset.FromSeconds(directory.ServerOffsetMinutes * 60)), ZoneSource.ServerOffset);
    }

    /// <summary>A person's zone: that of his schedule, else that of his profile, else the portal's.</summary>
    /// <param name="userId">The person.</param>
    /// <param name="schedule">His schedule.</param>
    internal DateTimeZone ZoneOf(long userId, WorkSchedule schedule) =>
        ZoneNamed(schedule.TimeZone) ?? ZoneNamed(Directory.UserTimeZones.GetValueOrDefault(userId)) ?? Zone;

    /// <summary>A person's working time: his schedule by the production calendar, less his absences.</summary>
    /// <param name="schedule">His schedule.</param>
    /// <param name="absences">His absences, in any order.</param>
    internal WorkingTimeCalculator WorkingTimeOf(WorkSchedule schedule, IEnumerable<AbsenceFact> absences)
    {
        var known = absences.ToList();
        var hours = known.Where(a => a.WholeDays is null && a.ToMs > a.FromMs)
            .Select(a => new Interval(Instant.FromUnixTimeMilliseconds(a.FromMs), Instant.FromUnixTimeMilliseconds(a.ToMs)));
        return new WorkingTimeCalculator(schedule, Calendar, Zone, hours, known.Select(a => a.WholeDays).OfType<DateInterval>());
    }

    /// <summary>The first day of which verdicts about people are kept, yyyymmdd.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    internal int VerdictsKeptFrom(long nowMs) => Metrics.Days.DayOf(nowMs - (long)TimeSpan.FromDays(Settings.Retention.VerdictsDays).TotalMilliseconds);

    private static DateTimeZone? ZoneNamed(string? name) => name is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);

    private MetricContext BuildMetrics()
    {
        var quoteStages = Directory.Statuses.Where(s => s.Directory == "QUOTE_STATUS").ToList();
        var sent = quoteStages.Where(s => Settings.QuoteSentStages.Contains(s.Code)).Select(s => (int?)s.Sort).ToList();
        return new MetricContext
        {
            Days = new PortalDays(Zone),
            ServiceAccounts = ServiceAccounts,
            PortalTime = new WorkingTimeCalculator(Settings.Schedules.Default, Calendar, Zone),
            MissedReturnMinutes = Settings.MissedReturnMinutes,
            CountedFunnels = Settings.CountedFunnels?.ToHashSet(),
            ContractStages = Settings.ContractStages.ToHashSet(),
            QuoteSentStages = Settings.QuoteSentStages.ToHashSet(),
            QuoteStagesAfterSent = quoteStages.Where(s => s.Sort > sent.Max() && s.Semantics != "F").Select(s => s.Code).ToHashSet(),
            QuoteStagesBeforeSent = quoteStages.Where(s => s.Sort < sent.Min() && s.Semantics != "F").Select(s => s.Code).ToHashSet(),
            FrozenThroughDay = Portal.FrozenThroughDay,
            BaseCurrency = Directory.BaseCurrency,
            RatesToBase = Directory.RatesToBase,
        };
    }

    /// <summary>Rates are left out: a win's rate is frozen in its fact.</summary>
    private string BuildBasis()
    {
        var parts = new[]
        {
            string.Join(',', MetricCatalogue.All.Select(m => m.Code)),
            MetricCatalogue.Counting.ToString(CultureInfo.InvariantCulture),
            Zone.Id,
            string.Join(',', ServiceAccounts.Order()),
            Calendar.ToDocument(),
            new PortalSettings { Schedules = new() { Default = Settings.Schedules.Default } }.ToDocument(),
            Settings.MissedReturnMinutes.ToString(CultureInfo.InvariantCulture),
            Settings.CountedFunnels is null ? "all" : string.Join(',', Settings.CountedFunnels.Order()),
            string.Join(',', Settings.ContractStages.Order()),
            string.Join(',', Settings.QuoteSentStages.Order()),
            string.Join(',', Metrics.QuoteStagesAfterSent.Order()),
            string.Join(',', Metrics.QuoteStagesBeforeSent.Order()),
        };
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', parts))));
    }
}
