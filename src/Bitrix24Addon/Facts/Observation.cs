namespace Bitrix24Addon.Facts;

/// <summary>What one read of the portal said about one record; becomes a fact if it says something new.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="SourceId">The record's id in Bitrix24.</param>
/// <param name="OccurredAtMs">When it happened, Unix milliseconds.</param>
/// <param name="Payload">The tracked fields; null when the record is gone.</param>
public sealed record Observation(FactKind Kind, long SourceId, long OccurredAtMs, FactPayload? Payload)
{
    /// <summary>The record's own time of last change, Unix milliseconds; by default when it happened.</summary>
    public long? EffectiveAtMs { get; init; }

    /// <summary>Of a task, the mark of an effect that it carries; it proves nothing by itself and is not kept.</summary>
    public string? TaskMark { get; init; }

    /// <summary>The key that gathers facts judged together.</summary>
    public string? GroupKey => Payload switch
    {
        CallFact call => call.CallId,
        ActivityFact activity => activity.CallId,
        StageFact stage => FactKeys.CrmObject(FactKeys.EntityTypeOf(Kind), stage.OwnerId),
        PaymentFact payment => payment.OwnerKey,
        DealWinFact win => FactKeys.Deal(win.DealId),
        DealFact { LeadId: { } lead } => FactKeys.Lead(lead),
        _ => null,
    };

    /// <summary>A second key to find the fact by.</summary>
    public string? LookupKey => Payload switch
    {
        CallFact call => call.PhoneHash,
        _ => null,
    };

    /// <summary>What it belongs to (see <see cref="FactKeys.LinksOf"/>).</summary>
    public IReadOnlyList<string> Links => FactKeys.LinksOf(Payload);

    internal string PayloadText() => FactText.Of(Payload);
}
