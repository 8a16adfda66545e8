using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>Says of each source what a reader of the figures must know: nothing is guessed, so what is missing is named.</summary>
/// <param name="db">A context opened for the portal.</param>
/// <param name="context">The portal.</param>
/// <param name="request">The report.</param>
internal sealed class CompletenessReader(AddonDbContext db, PortalContext context, ReportRequest request)
{
    /// <summary>Nothing is missing.</summary>
    public const string Complete = "complete";

    /// <summary>Metrics whose records carry what completeness tells: marks, and wins without a rate.</summary>
    public static readonly IReadOnlyList<string> MarkedMetrics = 
        [MetricCatalogue.WorkSeconds, MetricCatalogue.ProposalsSent, MetricCatalogue.DealsWon, MetricCatalogue.Payments];

    private readonly Dictionary<string, List<string>> _gaps = [];

    /// <summary>Codes by source; each has a text in <c>Texts/Completeness.resx</c>.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        List<Contribution> evidence, CancellationToken cancellationToken)
    {
        var cursors = await db.Cursors.AsNoTracking().ToDictionaryAsync(c => c.Source, cancellationToken).ConfigureAwait(false);
        foreach (var (source, name) in new[]
        {
            (Sources.Calls, "calls"), (Sources.Activities, "activities"), (Sources.Leads, "leads"), (Sources.LeadStages, "leads"),
            (Sources.Deals, "deals"), (Sources.DealStages, "deals"), (Sources.Quotes, "quotes"), (Sources.Tasks, "tasks"),
            (Sources.WorkDays, "working_days"), (Sources.Users, "users"), (Sources.Invoices, "invoices"), (Sources.InvoiceStages, "invoices"),
            (Sources.Payments, "payments"), (Sources.Calendar, "calendar"), (Sources.Absences, "absences"),
        })
        {
            AddReading(name, cursors.GetValueOrDefault(source));
        }

        if (IsBeforeInstallation)
        {
            Gap("leads", "owners_as_of_installation");
            Gap("deals", "owners_as_of_installation");
            Gap("quotes", "owners_as_of_installation");
            Gap("invoices", "owners_as_of_installation");
            Gap("payments", "owners_as_of_installation");
            Gap("quotes", "sent_before_installation_unknown");
            Gap("activities", "completed_as_of_installation");
            Gap("tasks", "last_closing_before_installation");
            Gap("tasks", "overdue_before_installation_unknown");
            Gap("departments", "membership_as_of_installation");
        }

        AddUnseenDeletions();
        await AddLostPostsAsync(cancellationToken).ConfigureAwait(false);
        AddMarks(evidence);
        await AddRatesAsync(evidence, cancellationToken).ConfigureAwait(false);
        _ = GapsOf("departments");

        return _gaps.OrderBy(g => g.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Value.Count == 0 ? Complete : string.Join(";", g.Value));
    }

    private bool IsBeforeInstallation =>
        context.Portal.HistoryStartedAtMs is not { } installed || context.Metrics.Days.StartOf(request.FromDay) < installed;

    private void AddReading(string name, SourceCursorRow? cursor)
    {
        _ = GapsOf(name);
        if (cursor?.Failure == PortalSync.TooMuchGone)
        {
            Gap(name, "too_much_gone");
        }
        else if (cursor?.Failure == PortalSync.ChangedOnly)
        {
            Gap(name, "changed_only");
        }
        else if (cursor?.Failure is { } failure)
        {
            Gap(name, $"unavailable:{failure}");
        }
        else if (cursor is not { Complete: true })
        {
            Gap(name, "being_read");
        }

        if (cursor is { Unreadable: > 0 })
        {
            Gap(name, $"unreadable:{cursor.Unreadable}");
        }

        if (cursor is { UnseenPeople.Length: > 0 })
        {
            Gap(name, $"people_unseen:{cursor.UnseenPeople.Length}");
        }

        if (StartOf(cursor?.Source) is { } since && context.Metrics.Days.StartOf(request.FromDay) < since)
        {
            Gap(name, $"since:{PortalDays.ToIso(context.Metrics.Days.DayOf(since))}");
        }

        if (context.Portal.LastSyncStartedAtMs is { } lastSync && context.Metrics.Days.EndOf(request.ToDay) > lastSync)
        {
            Gap(name, $"through:{DateTimeOffset.FromUnixTimeMilliseconds(lastSync):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }
    }

    /// <summary>From when a source was read; null for all of it.</summary>
    private long? StartOf(string? source) => context.Portal.HistorySinceMs
        ?? (source is Sources.Calendar or Sources.Absences ? PortalSync.CalendarStartMs(context.Portal) : null);

    /// <summary>To who is no administrator a hidden record looks like a deleted one, so only posts tell him of deletions.</summary>
    private void AddUnseenDeletions()
    {
        foreach (var source in context.Directory.OwnerIsAdministrator ? [] : Sources.All.Where(s => s.CanBeDeleted))
        {
            Gap(source.Name, "deletions_unseen");
        }
    }

    /// <summary>Lost posts of the period, with the metrics that need somebody to look at the time.</summary>
    private async Task AddLostPostsAsync(CancellationToken cancellationToken)
    {
        // A reconciliation after midnight finds what the day before lost.
        var to = PortalDays.ToDay(PortalDays.ToDate(request.ToDay).PlusDays(1));
        var counts = await db.Deliveries.Where(d => d.Day >= request.FromDay && d.Day <= to).GroupBy(d => d.Kind)
            .Select(g => new { Kind = g.Key, Received = g.Sum(d => d.Received), Lost = g.Sum(d => d.Lost) }).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (context.Portal.IsByWebhook && !await db.Deliveries.AnyAsync(d => d.Received > 0, cancellationToken).ConfigureAwait(false))
        {
            // Where no posts are sent, none is lost.
            return;
        }

        var counted = MetricFamily.All(context.Metrics).SelectMany(f => f.Metrics.Select(m => (Metric: MetricCatalogue.ByCode[m], Kinds: f.CountedFrom(m))))
            .Append((Metric: MetricCatalogue.ByCode[MetricCatalogue.TasksOverdue], Kinds: [FactKind.Task])).ToList();
        foreach (var kind in counts.Where(c => c.Lost > 0 && c.Kind != FactKind.Call))
        {
            var metrics = counted.Where(m => m.Metric.Recovery != MetricRecovery.PerUser && m.Kinds.Contains(kind.Kind)).Select(m => m.Metric.Code).Distinct();
            Gap(Sources.NameOf(kind.Kind)!, $"events_lost:{kind.Lost}:{string.Join(',', metrics.Order(StringComparer.Ordinal))}");
        }
    }

    private void AddMarks(List<Contribution> evidence)
    {
        var openDays = evidence.Count(c => c.Mark == ContributionMark.Open);
        if (openDays > 0)
        {
            Gap("working_days", $"open_days:{openDays}");
        }

        if (evidence.Exists(c => c.Mark == ContributionMark.SeenBetween))
        {
            Gap("quotes", $"seen_between:{evidence.Count(c => c.Mark == ContributionMark.SeenBetween)}");
        }
    }

    private async Task AddRatesAsync(List<Contribution> evidence, CancellationToken cancellationToken)
    {
        var facts = new FactReader(db, context.Metrics.Days);
        var won = evidence.Where(c => c.Metric == MetricCatalogue.DealsWon).Select(c => c.SourceId).ToHashSet();
        var wins = await facts.WithoutRateAsync<DealWinFact>(FactKind.DealWin, cancellationToken).ConfigureAwait(false);
        GapOfRates("deals", wins.Where(w => won.Contains(w.Data.DealId)).Select(w => w.Data.Currency));
        foreach (var (money, counted) in new[] { (FactKind.PaymentMoney, FactKind.Payment), (FactKind.InvoiceMoney, FactKind.Invoice) })
        {
            var paid = evidence.Where(c => c.Metric == MetricCatalogue.Payments && c.SourceKind == counted).Select(c => c.SourceId).ToHashSet();
            var sums = await facts.WithoutRateAsync<PaidMoneyFact>(money, cancellationToken).ConfigureAwait(false);
            GapOfRates(counted == FactKind.Payment ? "payments" : "invoices", sums.Where(m => paid.Contains(m.Id)).Select(m => m.Data.Currency));
        }
    }

    private void GapOfRates(string name, IEnumerable<string> currencies)
    {
        if (string.Join(',', currencies.Distinct().Order(StringComparer.Ordinal)) is { Length: > 0 } without)
        {
            Gap(name, $"no_rate:{without}");
        }
    }

    private void Gap(string name, string code)
    {
        if (!GapsOf(name).Contains(code))
        {
            GapsOf(name).Add(code);
        }
    }

    private List<string> GapsOf(string name)
    {
        if (!_gaps.TryGetValue(name, out var gaps))
        {
            _gaps[name] = gaps = [];
        }

        return gaps;
    }
}
