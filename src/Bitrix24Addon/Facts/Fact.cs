namespace Bitrix24Addon.Facts;

/// <summary>One version of a fact with its tracked fields read.</summary>
/// <typeparam name="T">The payload type.</typeparam>
/// <param name="Id">The record's id in Bitrix24.</param>
/// <param name="Version">Running number per record.</param>
/// <param name="OccurredAtMs">When it happened, Unix milliseconds.</param>
/// <param name="EffectiveAtMs">Since when this version holds, Unix milliseconds.</param>
/// <param name="KnownAtMs">When we learned it, Unix milliseconds; null for history.</param>
/// <param name="Data">The tracked fields.</param>
public sealed record Fact<T>(long Id, int Version, long OccurredAtMs, long EffectiveAtMs, long? KnownAtMs, T Data)
    where T : FactPayload
{
    internal static Fact<T> Of(FactRow row) =>
        new(row.SourceId, row.Version, row.OccurredAtMs, row.EffectiveAtMs, row.KnownAtMs, row.As<T>());
}

/// <summary>A record that got a new version.</summary>
/// <param name="Before">The version before, or null when the record is new.</param>
/// <param name="After">The new version.</param>
public sealed record FactChange(FactRow? Before, FactRow After)
{
    /// <summary>What it is about.</summary>
    public FactKind Kind => After.Kind;

    /// <summary>The record's id.</summary>
    public long SourceId => After.SourceId;

    /// <summary>The tracked fields of both versions, as far as there are any.</summary>
    /// <typeparam name="T">The payload type.</typeparam>
    public IEnumerable<T> Payloads<T>()
        where T : FactPayload
    {
        if (Before is { Deleted: false } before)
        {
            yield return before.As<T>();
        }

        if (!After.Deleted)
        {
            yield return After.As<T>();
        }
    }
}
