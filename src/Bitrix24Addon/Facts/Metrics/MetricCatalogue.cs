namespace Bitrix24Addon.Facts.Metrics;

/// <summary>How the cases of a metric become one value over a period and over people.</summary>
public enum MetricTotal
{
    /// <summary>Sum of the cases.</summary>
    Sum,

    /// <summary>Number of distinct cases: what is several people's counts for each of them, and once in any total.</summary>
    Distinct,

    /// <summary>Mean of the cases; null without cases.</summary>
    Mean,

    /// <summary>Median of the cases; null without cases.</summary>
    Median,

    /// <summary>The value on the last day of the period.</summary>
    LastDay,
}

/// <summary>In what a metric is measured.</summary>
public enum MetricUnit
{
    /// <summary>Pieces.</summary>
    Count,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Working minutes.</summary>
    Minutes,

    /// <summary>Minor units of a currency; printed in major units.</summary>
    Money,

    /// <summary>Points from 1 to 5.</summary>
    Points,
}

/// <summary>How far a later reading finds again what was not seen when it happened.</summary>
public enum MetricRecovery
{
    /// <summary>Only who looks at the time sees it: what was missed stays missed, or comes late.</summary>
    Observed,

    /// <summary>The figure of the company is found again; whose it was is known to who looked at the time.</summary>
    ForCompany,

    /// <summary>Everybody's figure is found again.</summary>
    PerUser,
}

/// <summary>One metric.</summary>
/// <param name="Code">The code used in reports, rules and texts.</param>
/// <param name="Total">How cases become one value.</param>
/// <param name="Unit">The unit.</param>
/// <param name="LowerIsBetter">A norm is an upper bound: as few, or as quick, as it says.</param>
/// <param name="Recovery">What a later reading finds again.</param>
public sealed record Metric(
    string Code, MetricTotal Total = MetricTotal.Sum, MetricUnit Unit = MetricUnit.Count, bool LowerIsBetter = false,
    MetricRecovery Recovery = MetricRecovery.Observed)
{
    /// <summary>A norm of the metric shrinks with the time a person has: what is to be done, not what is to be avoided, and no mean.</summary>
    public bool IsProrated => !LowerIsBetter && Total is (MetricTotal.Sum or MetricTotal.Distinct);

    /// <summary>Money by currency: printed as a map, one entry a currency.</summary>
    public bool IsByCurrency => Code == MetricCatalogue.WonSumByCurrency;

    /// <summary>An amount of the metric: durations as hours, minutes and seconds, other amounts as numbers; a dash for none.</summary>
    /// <param name="amount">The amount; money in major units.</param>
    /// <param name="texts">The language.</param>
    public string InWords(decimal? amount, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return amount is not { } known ? "–"
            : Unit == MetricUnit.Seconds ? texts.HoursMinutesSeconds((long)known)
            : known.ToString("#,0.####", texts.Culture);
    }
}

/// <summary>The metrics that facts give today, in the order they are shown.</summary>
public static class MetricCatalogue
{
    /// <summary>Raise it when a metric counts something else than before: the figures of every portal are then made anew from its facts.</summary>
    public const int Counting = 1;

#pragma warning disable CS1591 // The codes are defined, to the letter, in the metric texts and the reference they follow.
    public const string CallsOut = "calls_out";
    public const string CallsIn = "calls_in";
    public const string CallsConnected = "calls_connected";
    public const string CallsOver30S = "calls_over_30s";
    public const string CallsOutOver30S = "calls_out_over_30s";
    public const string CallsInOver30S = "calls_in_over_30s";
    public const string TalkSeconds = "talk_seconds";
    public const string Callbacks = "callbacks";
    public const string InfoCalls = "info_calls";
    public const string MissedCalls = "missed_calls";
    public const string MissedReturned = "missed_returned";
    public const string CallQuality = "call_quality";
    public const string Meetings = "meetings";
    public const string MeetingsPlannedPast = "meetings_planned_past";
    public const string Presentations = "presentations";
    public const string FieldSeconds = "field_seconds";
    public const string ChatSessions = "chat_sessions";
    public const string ProposalsCreated = "proposals_created";
    public const string ProposalsSent = "proposals_sent";
    public const string LeadsCreated = "leads_created";
    public const string LeadsProcessed = "leads_processed";
    public const string DealsWon = "deals_won";
    public const string WonSum = "won_sum";
    public const string WonSumByCurrency = "won_sum_by_currency";
    public const string DealsLost = "deals_lost";
    public const string Contracts = "contracts";
    public const string Payments = "payments";
    public const string PaymentsSum = "payments_sum";
    public const string TasksClosed = "tasks_closed";
    public const string TasksClosedLate = "tasks_closed_late";
    public const string TasksOverdue = "tasks_overdue";
    public const string WorkSeconds = "work_seconds";
    public const string FirstActionMinutes = "first_action_minutes";
#pragma warning restore CS1591

    /// <summary>All metrics, in the order they are shown.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new(CallsOut, Recovery: MetricRecovery.PerUser),
        new(CallsIn, Recovery: MetricRecovery.PerUser),
        new(CallsConnected, Recovery: MetricRecovery.PerUser),
        new(CallsOver30S, Recovery: MetricRecovery.PerUser),
        new(CallsOutOver30S, Recovery: MetricRecovery.PerUser),
        new(CallsInOver30S, Recovery: MetricRecovery.PerUser),
        new(TalkSeconds, Unit: MetricUnit.Seconds, Recovery: MetricRecovery.PerUser),
        new(Callbacks, Recovery: MetricRecovery.PerUser),
        new(InfoCalls, Recovery: MetricRecovery.PerUser),
        new(MissedCalls, MetricTotal.Distinct, LowerIsBetter: true, Recovery: MetricRecovery.PerUser),
        new(MissedReturned, MetricTotal.Distinct, Recovery: MetricRecovery.PerUser),
        new(CallQuality, MetricTotal.Mean, MetricUnit.Points),
        new(Meetings),
        new(MeetingsPlannedPast),
        new(Presentations),
        new(FieldSeconds, Unit: MetricUnit.Seconds),
        new(ChatSessions),
        new(ProposalsCreated, Recovery: MetricRecovery.ForCompany),
        new(ProposalsSent),
        new(LeadsCreated, Recovery: MetricRecovery.PerUser),
        new(LeadsProcessed, Recovery: MetricRecovery.ForCompany),
        new(DealsWon, Recovery: MetricRecovery.ForCompany),
        new(WonSum, Unit: MetricUnit.Money, Recovery: MetricRecovery.ForCompany),
        new(WonSumByCurrency, Unit: MetricUnit.Money, Recovery: MetricRecovery.ForCompany),
        new(DealsLost, LowerIsBetter: true, Recovery: MetricRecovery.ForCompany),
        new(Contracts, Recovery: MetricRecovery.ForCompany),
        new(Payments),
        new(PaymentsSum, Unit: MetricUnit.Money),
        new(TasksClosed, Recovery: MetricRecovery.PerUser),
        new(TasksClosedLate, LowerIsBetter: true, Recovery: MetricRecovery.PerUser),
        new(TasksOverdue, MetricTotal.LastDay, LowerIsBetter: true),
        new(WorkSeconds, Unit: MetricUnit.Seconds, Recovery: MetricRecovery.PerUser),
        new(FirstActionMinutes, MetricTotal.Median, MetricUnit.Minutes, LowerIsBetter: true),
    ];

    /// <summary>Metrics by code.</summary>
    public static IReadOnlyDictionary<string, Metric> ByCode { get; } = All.ToDictionary(m => m.Code);
}
