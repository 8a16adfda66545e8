using System.Text.Json;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Reports;

/// <summary>Whose share of a figure it is when it is divided by tiers.</summary>
/// <param name="Tier">The people of the tier; null for people of none.</param>
/// <param name="IsNobodys">The records are nobody's; no tier then.</param>
public readonly record struct TierShare(Tier? Tier, bool IsNobodys = false)
{
    /// <summary>All there are: tiers in their order, then people of none, then nobody's.</summary>
    public static IReadOnlyList<TierShare> All { get; } = [.. Enum.GetValues<Tier>().Select(t => new TierShare(t)), new TierShare(null), new TierShare(null, true)];

    /// <summary>As a page names it: <c>callCentre</c>, <c>none</c>, <c>nobody</c>.</summary>
    public string Code => IsNobodys ? "nobody" : Tier is { } tier ? JsonNamingPolicy.CamelCase.ConvertName(tier.ToString()) : "none";
}
