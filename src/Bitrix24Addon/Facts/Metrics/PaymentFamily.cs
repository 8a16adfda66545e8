namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Payments received and their money; a paid smart invoice counts only if it has no payment of its own.</summary>
internal sealed class PaymentFamily(MetricContext context) : DayFamily(context)
{
    public override IReadOnlyList<string> Metrics { get; } = [MetricCatalogue.Payments, MetricCatalogue.PaymentsSum];

    // A payment that is not paid has no day, but frozen money has.
    public override IReadOnlyList<FactKind> Anchors { get; } = [FactKind.PaymentMoney, FactKind.InvoiceStage];

    public override IReadOnlyList<FactKind> CountedFrom(string metric) => [FactKind.Payment];

    // Paid invoices without a payment.
    public override IReadOnlyList<FactKind> AddedFrom(string metric) => [FactKind.Invoice, FactKind.InvoiceStage];

    public override async Task<IReadOnlySet<int>> TouchedDaysAsync(
        FactReader facts, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        var payments = changes.Where(c => c.Kind == FactKind.Payment).ToList();
        var owners = changes.Where(c => c.Kind is FactKind.Deal or FactKind.Invoice)
            .Select(c => FactKeys.CrmObject(c.Kind == FactKind.Deal ? 2 : 31, c.SourceId));
        var paid = (await facts.ByGroupAsync<PaymentFact>(FactKind.Payment, owners, cancellationToken).ConfigureAwait(false)).Where(p => p.Data.Paid);
        var invoices = StageMoves.ObjectsOf(changes, FactKind.Invoice, FactKind.InvoiceStage);
        invoices.UnionWith(payments.SelectMany(c => c.Payloads<PaymentFact>()).Where(p => p.OwnerTypeId == 31).Select(p => p.OwnerId!.Value));
        var moves = await StageMoves.OfAsync(facts, FactKind.InvoiceStage, invoices, cancellationToken).ConfigureAwait(false);
        return OwnDays(payments.Where(c => c.Payloads<PaymentFact>().Any(p => p.Paid)))
            .Concat(OwnDays(changes.Where(c => c.Kind is FactKind.PaymentMoney or FactKind.InvoiceMoney or FactKind.InvoiceStage)))
            .Concat(paid.Select(p => Days.DayOf(p.OccurredAtMs)))
            .Concat(moves.Select(m => Days.DayOf(m.OccurredAtMs))).ToHashSet();
    }

    public override async Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken)
    {
        var payments = (await facts.OccurredAsync<PaymentFact>(FactKind.Payment, days, cancellationToken).ConfigureAwait(false)).FindAll(p => p.Data.Paid);
        var onDays = await facts.OccurredAsync<StageFact>(FactKind.InvoiceStage, days, cancellationToken).ConfigureAwait(false);
        var moved = await StageMoves.ByObjectAsync(facts, FactKind.InvoiceStage, onDays.Select(m => m.Data.OwnerId), cancellationToken).ConfigureAwait(false);
        var deals = await facts.VersionsAsync<DealFact>(FactKind.Deal, OwnersOf(payments, 2), cancellationToken, withDeleted: true).ConfigureAwait(false);
        var invoices = await facts.VersionsAsync<InvoiceFact>(
            FactKind.Invoice, OwnersOf(payments, 31).Concat(moved.Select(m => m.OwnerId)), cancellationToken, withDeleted: true).ConfigureAwait(false);
        var existing = (await facts.ByIdAsync<InvoiceFact>(FactKind.Invoice, moved.Select(m => m.OwnerId), cancellationToken).ConfigureAwait(false))
            .Select(i => i.Id).ToHashSet();
        var withPayment = (await facts.ByGroupAsync<PaymentFact>(
            FactKind.Payment, moved.Select(m => FactKeys.CrmObject(31, m.OwnerId)), cancellationToken).ConfigureAwait(false))
            .Select(p => p.Data.OwnerId!.Value).ToHashSet();
        var sums = await MoneyAsync(facts, FactKind.PaymentMoney, payments.Select(p => p.Id), cancellationToken).ConfigureAwait(false);
        var invoiced = await MoneyAsync(facts, FactKind.InvoiceMoney, existing, cancellationToken).ConfigureAwait(false);

        return payments.SelectMany(p => Of(FactKind.Payment, p.Id, p.OccurredAtMs, WhoseAt(p, deals, invoices), sums))
            .Concat(moved.Where(m => existing.Contains(m.OwnerId) && !withPayment.Contains(m.OwnerId))
                .Select(m => m.Moves.Find(move => move.Data.Semantic == "S")).OfType<Fact<StageFact>>()
                .SelectMany(m => Of(
                    FactKind.Invoice, m.Data.OwnerId, m.OccurredAtMs, StageMoves.At(invoices[m.Data.OwnerId], m.OccurredAtMs).Data.AssignedById, invoiced)))
            .Where(c => days.Contains(c.Day));
    }

    private static IEnumerable<long> OwnersOf(List<Fact<PaymentFact>> payments, long typeId) =>
        payments.Where(p => p.Data.OwnerTypeId == typeId).Select(p => p.Data.OwnerId!.Value);

    /// <summary>Whoever was responsible for the deal or invoice when it was paid; nobody when it belongs to neither.</summary>
    private static long? WhoseAt(
        Fact<PaymentFact> payment, Dictionary<long, List<Fact<DealFact>>> deals, Dictionary<long, List<Fact<InvoiceFact>>> invoices) =>
        payment.Data switch
        {
            { OwnerTypeId: 2, OwnerId: { } id } when deals.TryGetValue(id, out var deal) => StageMoves.At(deal, payment.OccurredAtMs).Data.AssignedById,
            { OwnerTypeId: 31, OwnerId: { } id } when invoices.TryGetValue(id, out var invoice) => StageMoves.At(invoice, payment.OccurredAtMs).Data.AssignedById,
            _ => null,
        };

    private static async Task<Dictionary<long, PaidMoneyFact>> MoneyAsync(
        FactReader facts, FactKind kind, IEnumerable<long> ids, CancellationToken cancellationToken) =>
        (await facts.ByIdAsync<PaidMoneyFact>(kind, ids, cancellationToken).ConfigureAwait(false)).ToDictionary(m => m.Id, m => m.Data);

    private IEnumerable<Contribution> Of(FactKind kind, long id, long paidAtMs, long? userId, Dictionary<long, PaidMoneyFact> money)
    {
        yield return new Contribution(MetricCatalogue.Payments, Days.DayOf(paidAtMs), userId, 1, kind, id) { AtMs = paidAtMs };
        if (money.GetValueOrDefault(id)?.BaseAmountMinor is { } amount)
        {
            yield return new Contribution(MetricCatalogue.PaymentsSum, Days.DayOf(paidAtMs), userId, amount, kind, id) { AtMs = paidAtMs };
        }
    }
}
