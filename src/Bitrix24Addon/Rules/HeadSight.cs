using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Rules;

/// <summary>What somebody who heads departments may know and write of rules: what concerns his departments and the people in them today.</summary>
public sealed class HeadSight
{
    private readonly Membership _membership;
    private readonly IReadOnlySet<long> _headed;
    private readonly int _today;
    private readonly bool _headsAll;

    internal HeadSight(Membership membership, long userId, int today)
    {
        (_membership, _headed, _today) = (membership, membership.HeadedBy(userId), today);
        var departments = membership.Departments;
        _headsAll = _headed.Any(d => departments[d].ParentId is null);
    }

    /// <summary>That of a visitor.</summary>
    /// <param name="visitor">The visitor.</param>
    /// <param name="time">The clock.</param>
    public static HeadSight Of(Visitor visitor, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        ArgumentNullException.ThrowIfNull(time);
        return new HeadSight(visitor.Membership, visitor.UserId, visitor.Context.Metrics.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>Whether a department is his, or lies below one that is.</summary>
    /// <param name="departmentId">The department.</param>
    public bool IsHisDepartment(long departmentId) => _headsAll || _membership.Upwards(departmentId, _today).Any(_headed.Contains);

    /// <summary>Whether somebody belongs to his departments.</summary>
    /// <param name="userId">The person.</param>
    public bool IsHisPerson(long userId) => _headsAll || _membership.Of(userId, _today).Overlaps(_headed);

    /// <summary>Whether he may write a rule: a norm all of whose targets are his. What passes between tiers is no single head's matter.</summary>
    /// <param name="rule">The rule.</param>
    public bool IsHis(RuleDocument rule) => _headsAll || (rule is NormRule norm && norm.Targets.All(t => IsHis(t.Scope)));

    /// <summary>A rule without what it says of others' departments and people; null when nothing of it may concern his.</summary>
    /// <param name="rule">The rule.</param>
    public NormRule? Cut(NormRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var targets = rule.Targets.Where(t => t.Scope is { UserId: null, DepartmentId: null } || IsHis(t.Scope)).ToList();
        return targets.Count == 0 ? null : rule with { Targets = targets, Excluded = [.. rule.Excluded.Where(IsHisPerson)] };
    }

    /// <summary>A rule of his as he wrote it, with those of its former exclusions that <see cref="Cut"/> did not show him.</summary>
    /// <param name="written">The rule he wrote.</param>
    /// <param name="before">The version he changed.</param>
    public NormRule Complete(NormRule written, NormRule before)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(before);
        return written with { Excluded = [.. before.Excluded.Where(u => !IsHisPerson(u) || written.Excluded.Contains(u)).Union(written.Excluded)] };
    }

    private bool IsHis(NormScope scope) => scope switch
    {
        { DepartmentId: { } department } => IsHisDepartment(department),
        { UserId: { } user } => IsHisPerson(user),
        _ => false,
    };
}
