using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Privacy;

/// <summary>Of whom something was erased. The numbers are stored: never renumber, only append.</summary>
public enum ErasedKind
{
    /// <summary>A user of the portal.</summary>
    User = 1,

    /// <summary>A contact of the CRM.</summary>
    Contact = 2,
}

/// <summary>Somebody who was erased: his number alone, so that what the portal still tells of him is not stored again.</summary>
public sealed class ErasedRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>Whom.</summary>
    public ErasedKind Kind { get; set; }

    /// <summary>The id in Bitrix24.</summary>
    public long SourceId { get; set; }

    /// <summary>When he was erased first, Unix milliseconds.</summary>
    public long ErasedAtMs { get; set; }
}
