namespace Bitrix24Addon.Facts.Metrics;

/// <summary>Metrics that are counted from the same facts together.</summary>
/// <param name="context">What they depend on besides facts.</param>
internal abstract class MetricFamily(MetricContext context)
{
    /// <summary>Codes of the metrics.</summary>
    public abstract IReadOnlyList<string> Metrics { get; }

    /// <summary>Kinds whose records anchor a figure to a day: their span is what a rebuild covers.</summary>
    public abstract IReadOnlyList<FactKind> Anchors { get; }

    /// <summary>Kinds without which a metric of the family cannot be told.</summary>
    public virtual IReadOnlyList<FactKind> CountedFrom(string metric) => Anchors;

    /// <summary>
    /// Kinds that add to a metric which a report can tell without them, naming the gap. Nobody is judged by it as long as they are unread.
    /// </summary>
    public virtual IReadOnlyList<FactKind> AddedFrom(string metric) => [];

    protected MetricContext Context { get; } = context;

    protected PortalDays Days => Context.Days;

    /// <summary>All that counts on the given days.</summary>
    public abstract Task<IEnumerable<Contribution>> ReadAsync(
        FactReader facts, IReadOnlySet<int> days, CancellationToken cancellationToken);

    /// <summary>The families, each metric in exactly one.</summary>
    public static IReadOnlyList<MetricFamily> All(MetricContext context) =>
    [
        new CallFamily(context),
        new ChatFamily(context),
        new MeetingFamily(context),
        new FieldWorkFamily(context),
        new PaymentFamily(context),
        new QuoteFamily(context),
        new LeadFamily(context),
        new DealFamily(context),
        new TaskFamily(context),
        new WorkDayFamily(context),
        new FirstActionFamily(context),
    ];
}
