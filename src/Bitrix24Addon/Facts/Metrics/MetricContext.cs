using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Facts.Metrics;

/// <summary>What the metrics of a portal depend on besides its facts.</summary>
public sealed record MetricContext
{
    /// <summary>The portal's calendar days.</summary>
    public required PortalDays Days { get; init; }

    /// <summary>Users whose records are nobody's: the owner of the token or webhook, and whom the settings name.</summary>
    public required IReadOnlySet<long> ServiceAccounts { get; init; }

    /// <summary>The portal's working time, for minutes that are no person's.</summary>
    public required WorkingTimeCalculator PortalTime { get; init; }

    /// <summary>Working minutes within which a missed call must be returned.</summary>
    public required int MissedReturnMinutes { get; init; }

    /// <summary>Deal funnels that count; null for all.</summary>
    public required IReadOnlySet<int>? CountedFunnels { get; init; }

    /// <summary>Deal stages that mean "contract signed".</summary>
    public required IReadOnlySet<string> ContractStages { get; init; }

    /// <summary>Quote stages that mean "sent".</summary>
    public required IReadOnlySet<string> QuoteSentStages { get; init; }

    /// <summary>Quote stages that come after "sent" and are no failure.</summary>
    public required IReadOnlySet<string> QuoteStagesAfterSent { get; init; }

    /// <summary>Quote stages that come before "sent" and are no failure.</summary>
    public required IReadOnlySet<string> QuoteStagesBeforeSent { get; init; }

    /// <summary>The base currency, or empty when the portal does not tell it.</summary>
    public required string BaseCurrency { get; init; }

    /// <summary>What the conversion of won sums needs.</summary>
    public required IReadOnlyDictionary<string, decimal> RatesToBase { get; init; }

    /// <summary>The last day whose figures are final because what they were made of is forgotten, yyyymmdd; 0 for none.</summary>
    public int FrozenThroughDay { get; init; }

    /// <summary>Whether a deal's funnel counts.</summary>
    /// <param name="categoryId">The funnel.</param>
    public bool Counts(int categoryId) => CountedFunnels is null || CountedFunnels.Contains(categoryId);

    /// <summary>Whose a record is: null for nobody's.</summary>
    /// <param name="userId">The user the record names.</param>
    public long? Attributed(long? userId) => userId is { } id && id > 0 && !ServiceAccounts.Contains(id) ? id : null;
}
