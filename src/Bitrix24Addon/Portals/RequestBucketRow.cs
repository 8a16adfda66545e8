namespace Bitrix24Addon.Portals;

/// <summary>
/// The request bucket of a portal's address (see <see cref="Bitrix24.Client.BucketState"/>), which all processes share. Of the address and
/// not of a portal we know, because the portal counts before we know it.
/// </summary>
public sealed class RequestBucketRow
{
    /// <summary>The portal's host, as in <see cref="PortalRow.Host"/>.</summary>
    public required string Host { get; set; }

    /// <summary>When the bucket will be empty, Unix milliseconds by the machine's clock.</summary>
    public long EmptyAtMs { get; set; }

    /// <summary>It was full and is not half empty since.</summary>
    public bool IsSaturated { get; set; }

    /// <summary>Who took the last place: a number of chance, by which the one who asked knows whether it was he.</summary>
    public long Ticket { get; set; }
}
