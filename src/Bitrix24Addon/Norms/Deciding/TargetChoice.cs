using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Norms.Deciding;

/// <summary>Where a person stands on a day, as far as targets ask for it.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Departments">His departments with all above them, nearest first, each with the levels it lies above his own.</param>
/// <param name="Tiers">His tiers.</param>
public sealed record PersonPlace(long UserId, IReadOnlyList<(long DepartmentId, int LevelsAbove)> Departments, IReadOnlyList<Tier> Tiers);

/// <summary>The target that holds for a person, and why it is this one.</summary>
/// <param name="PerDay">Per full-time working day, in the rule's unit.</param>
/// <param name="Scope">The scope it stands for.</param>
/// <param name="LevelsAbove">For a department: how many levels it lies above the person's own.</param>
/// <param name="PassedOver">Scopes that hold for him as well and are less specific.</param>
public sealed record ChosenTarget(decimal PerDay, NormScope Scope, int LevelsAbove, IReadOnlyList<NormScope> PassedOver);

/// <summary>
/// Chooses among the targets of a norm. The most specific wins: the person's own, then the nearest department upwards (of equally near
/// ones the lower id), then the tier (the first of <see cref="Tier"/> that he is in), then everyone. Scopes are distinct, so the choice is
/// always one or none.
/// </summary>
public static class TargetChoice
{
    /// <summary>The target for a person; null when no scope holds for him.</summary>
    /// <param name="targets">The norm's targets.</param>
    /// <param name="place">Where he stands.</param>
    public static ChosenTarget? Choose(IReadOnlyList<NormTarget> targets, PersonPlace place)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(place);
        var ordered = targets.Select(target => (target, rank: RankOf(target.Scope, place))).Where(t => t.rank is not null)
            .OrderBy(t => t.rank!.Value.Group).ThenBy(t => t.rank!.Value.Position).Select(t => t.target).ToList();
        if (ordered is not [var chosen, .. var others])
        {
            return null;
        }

        var above = place.Departments.Where(d => d.DepartmentId == chosen.Scope.DepartmentId).Select(d => d.LevelsAbove).FirstOrDefault();
        return new ChosenTarget(chosen.PerDay, chosen.Scope, above, [.. others.Select(t => t.Scope)]);
    }

    private static (int Group, int Position)? RankOf(NormScope scope, PersonPlace place)
    {
        if (scope.UserId is { } user)
        {
            return user == place.UserId ? (0, 0) : null;
        }

        if (scope.DepartmentId is { } department)
        {
            var position = place.Departments.Select(d => d.DepartmentId).ToList().IndexOf(department);
            return position >= 0 ? (1, position) : null;
        }

        if (scope.Tier is { } tier)
        {
            return place.Tiers.Contains(tier) ? (2, (int)tier) : null;
        }

        return (3, 0);
    }
}
