using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Facts;

/// <content>Money is frozen as facts of its own when a win or a payment is first seen: what was counted must not change later.</content>
public sealed partial class FactStore
{
    /// <summary>
    /// Freezes amount, currency and rate of wins that are seen for the first time: a later edit of the deal or of the rate must
    /// not change what was counted. A deal read before the win does not tell the win's amount yet; the win changed the deal, so it
    /// will be read again.
    /// </summary>
    private async Task<List<FactChange>> FreezeWinsAsync(
        List<FactChange> changes, IReadOnlyList<Observation> observations, long readStartedAtMs, long? knownAtMs, CancellationToken cancellationToken)
    {
        var facts = new FactReader(db, context.Days);
        var dealIds = observations.Where(o => o is { Kind: FactKind.Deal, Payload: not null }).Select(o => o.SourceId)
            .Concat(changes.Where(c => c.Kind == FactKind.DealStage).SelectMany(c => c.Payloads<StageFact>())
                .Where(s => s.Semantic == "S").Select(s => s.OwnerId)).ToHashSet();
        var moves = (await StageMoves.OfAsync(facts, FactKind.DealStage, dealIds, cancellationToken).ConfigureAwait(false))
            .Where(m => m.Data.Semantic == "S").ToList();
        var frozen = await CurrentAsync(FactKind.DealWin, moves.Select(m => m.Id), cancellationToken).ConfigureAwait(false);
        var deals = (await CurrentAsync(FactKind.Deal, moves.Select(m => m.Data.OwnerId).Distinct(), cancellationToken).ConfigureAwait(false))
            .Where(d => !d.Value.Deleted).ToDictionary(d => d.Key, d => d.Value);

        var wins = moves.Where(m => !frozen.ContainsKey(m.Id) && deals.TryGetValue(m.Data.OwnerId, out var deal)
                && Tells(deal, m))
            .Select(m => new Observation(FactKind.DealWin, m.Id, m.OccurredAtMs, Win(m.Data.OwnerId, deals[m.Data.OwnerId].As<DealFact>()))).ToList();
        var written = wins.ConvertAll(w => new FactChange(null, NextVersion(null, w, readStartedAtMs, knownAtMs)));
        await WriteAsync(written, wins, cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>
    /// Freezes the money of payments seen paid. One that was seen taken back and is paid anew is another paying; where only the date of a paying
    /// was corrected, its money stays what it was and moves to the other day.
    /// </summary>
    private async Task<List<FactChange>> FreezePaymentsAsync(
        List<FactChange> changes, long readStartedAtMs, long? knownAtMs, CancellationToken cancellationToken)
    {
        var paid = changes.Where(c => c.Kind == FactKind.Payment && !c.After.Deleted && c.After.As<PaymentFact>().Paid).ToList();
        var frozen = await CurrentAsync(FactKind.PaymentMoney, paid.Select(c => c.SourceId), cancellationToken).ConfigureAwait(false);
        var payings = paid.Where(c => frozen.GetValueOrDefault(c.SourceId)?.OccurredAtMs != c.After.OccurredAtMs)
            .Select(c => (Row: c.After, Payment: c.After.As<PaymentFact>(), Frozen: c.Before?.As<PaymentFact>() is { Paid: true } ? frozen.GetValueOrDefault(c.SourceId) : null))
            .Select(p => p.Frozen is { } known
                ? new Observation(FactKind.PaymentMoney, known.SourceId, p.Row.OccurredAtMs, known.As<PaidMoneyFact>())
                : Paid(FactKind.PaymentMoney, p.Row.SourceId, p.Row.OccurredAtMs, p.Payment.AmountMinor, p.Payment.Currency)).ToList();
        return await FreezeAsync(payings, frozen, readStartedAtMs, knownAtMs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Freezes the money of invoices whose first success is seen, in the way of wins.</summary>
    private async Task<List<FactChange>> FreezeInvoicesAsync(
        List<FactChange> changes, IReadOnlyList<Observation> observations, long readStartedAtMs, long? knownAtMs, CancellationToken cancellationToken)
    {
        var ids = observations.Where(o => o is { Kind: FactKind.Invoice, Payload: not null }).Select(o => o.SourceId)
            .Concat(changes.Where(c => c.Kind == FactKind.InvoiceStage).SelectMany(c => c.Payloads<StageFact>()).Select(s => s.OwnerId)).ToHashSet();
        var successes = (await StageMoves.OfAsync(new FactReader(db, context.Days), FactKind.InvoiceStage, ids, cancellationToken).ConfigureAwait(false))
            .Where(m => m.Data.Semantic == "S").GroupBy(m => m.Data.OwnerId).Select(g => g.MinBy(m => (m.OccurredAtMs, m.Id))!).ToList();
        var frozen = await CurrentAsync(FactKind.InvoiceMoney, ids, cancellationToken).ConfigureAwait(false);
        var invoices = await CurrentAsync(FactKind.Invoice, ids, cancellationToken).ConfigureAwait(false);
        var payings = successes
            .Where(m => !frozen.ContainsKey(m.Data.OwnerId) && invoices.GetValueOrDefault(m.Data.OwnerId) is { Deleted: false } invoice && Tells(invoice, m))
            .Select(m => (Move: m, Invoice: invoices[m.Data.OwnerId].As<InvoiceFact>()))
            .Select(p => Paid(FactKind.InvoiceMoney, p.Move.Data.OwnerId, p.Move.OccurredAtMs, p.Invoice.AmountMinor, p.Invoice.Currency)).ToList();
        return await FreezeAsync(payings, frozen, readStartedAtMs, knownAtMs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether an object was read after it moved: before, it does not tell the amount of that moment.</summary>
    private static bool Tells(FactRow item, Fact<StageFact> move) =>
        item.EffectiveAtMs >= move.OccurredAtMs || item.ReadStartedAtMs > move.OccurredAtMs + ClockTolerance;

    private async Task<List<FactChange>> FreezeAsync(
        List<Observation> money, Dictionary<long, FactRow> frozen, long readStartedAtMs, long? knownAtMs, CancellationToken cancellationToken)
    {
        var written = money.ConvertAll(
            m => new FactChange(frozen.GetValueOrDefault(m.SourceId), NextVersion(frozen.GetValueOrDefault(m.SourceId), m, readStartedAtMs, knownAtMs)));
        await WriteAsync(written, money, cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>Prices wins and payments whose currency had no rate when they were frozen and has one now. The caller holds the transaction.</summary>
    /// <param name="readStartedAtMs">When the rates were read, Unix milliseconds.</param>
    /// <param name="leaveFigures">The caller rebuilds the figures afterwards.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public async Task PriceWinsAsync(long readStartedAtMs, bool leaveFigures, CancellationToken cancellationToken)
    {
        var facts = new FactReader(db, context.Days);
        var priced = (await facts.WithoutRateAsync<DealWinFact>(FactKind.DealWin, cancellationToken).ConfigureAwait(false))
            .Where(w => context.RatesToBase.ContainsKey(w.Data.Currency))
            .Select(w => new Observation(FactKind.DealWin, w.Id, w.OccurredAtMs, Priced(w.Data))).ToList();
        foreach (var kind in new[] { FactKind.PaymentMoney, FactKind.InvoiceMoney })
        {
            priced.AddRange((await facts.WithoutRateAsync<PaidMoneyFact>(kind, cancellationToken).ConfigureAwait(false))
                .Where(m => context.RatesToBase.ContainsKey(m.Data.Currency))
                .Select(m => Paid(kind, m.Id, m.OccurredAtMs, m.Data.AmountMinor, m.Data.Currency)));
        }

        await ApplyAsync(priced, readStartedAtMs, readStartedAtMs, cancellationToken, leaveFigures).ConfigureAwait(false);
    }

    private DealWinFact Win(long dealId, DealFact deal) =>
        Priced(new DealWinFact(dealId, deal.AmountMinor, deal.Currency.Length > 0 ? deal.Currency : context.BaseCurrency, null, null));

    private DealWinFact Priced(DealWinFact win) => InBaseCurrency(win.AmountMinor, win.Currency) is var (rate, amount)
        ? win with { Rate = rate, BaseAmountMinor = amount }
        : win;

    private Observation Paid(FactKind kind, long id, long paidAtMs, long amountMinor, string currency)
    {
        var own = currency.Length > 0 ? currency : context.BaseCurrency;
        var price = InBaseCurrency(amountMinor, own);
        return new Observation(kind, id, paidAtMs, new PaidMoneyFact(amountMinor, own, price?.Rate, price?.AmountMinor));
    }

    private (decimal Rate, long AmountMinor)? InBaseCurrency(long amountMinor, string currency) =>
        context.RatesToBase.TryGetValue(currency, out var rate)
            ? (rate, (long)Math.Round(amountMinor * rate, MidpointRounding.AwayFromZero))
            : null;
}
