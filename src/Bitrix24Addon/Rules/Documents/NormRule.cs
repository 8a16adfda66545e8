using Bitrix24Addon.Facts.Metrics;

namespace Bitrix24Addon.Rules.Documents;

/// <summary>A norm: how much of a metric a person does on a full-time working day, and what happens when he does not.</summary>
public sealed record NormRule : RuleDocument
{
    private const decimal GreatestTarget = 1_000_000_000_000m;

    /// <summary>Code of the metric (see <see cref="MetricCatalogue"/>).</summary>
    public required string Metric { get; init; }

    /// <summary>Targets, each for a scope of its own; of several that hold for a person the most specific counts.</summary>
    public required IReadOnlyList<NormTarget> Targets { get; init; }

    /// <summary>User ids that the norm does not judge.</summary>
    public IReadOnlyList<long> Excluded { get; init; } = [];

    /// <summary>What happens below the norm.</summary>
    public BelowNorm BelowNorm { get; init; } = new();

    internal override IEnumerable<(string Place, NormScope Scope)> Scopes() => Targets.Select((target, i) => ($"targets[{i}].scope", target.Scope));

    internal override void Check(Action<bool, string, string, object?> require)
    {
        base.Check(require);
        require(MetricCatalogue.ByCode.TryGetValue(Metric, out var metric), "metric", "Rules.unknown_metric", Metric);
        require(!metric!.IsByCurrency, "metric", "Rules.metric_by_currency", Metric);
        require(Targets.Count > 0, "targets", "Rules.no_targets", null);
        for (var i = 0; i < Targets.Count; i++)
        {
            var target = Targets[i];
            require(target is not null, $"targets[{i}]", "Rules.no_target", null);
            require(target!.PerDay >= 0 && (target.PerDay > 0 || metric.LowerIsBetter) && target.PerDay <= GreatestTarget, $"targets[{i}].perDay", "Rules.bad_target", target.PerDay);
            require(Targets.Take(i).All(t => t.Scope != target.Scope), $"targets[{i}].scope", "Rules.scope_twice", null);
        }

        require(Excluded.All(id => id > 0), "excluded", "Rules.bad_excluded", string.Join(", ", Excluded));
        require(BelowNorm.DeadlineWorkingMinutes is null or > 0 and <= 100_000, "belowNorm.deadlineWorkingMinutes", "Rules.bad_deadline", BelowNorm.DeadlineWorkingMinutes);
    }
}

/// <summary>A target for some people.</summary>
/// <param name="Scope">Whom it is for.</param>
/// <param name="PerDay">Per full-time working day, in the metric's unit: pieces, seconds, minutes, points; money in major units of the base currency.</param>
public sealed record NormTarget(NormScope Scope, decimal PerDay);

/// <summary>What happens when somebody is below the norm.</summary>
public sealed record BelowNorm
{
    /// <summary>He gets a corrective task.</summary>
    public bool Task { get; init; } = true;

    /// <summary>Working minutes he has for it, counted from the end of the day judged; null is the end of his next working day.</summary>
    public int? DeadlineWorkingMinutes { get; init; }

    /// <summary>His head gets a message with the table of his people and the report of the day.</summary>
    public bool TellHead { get; init; } = true;
}
