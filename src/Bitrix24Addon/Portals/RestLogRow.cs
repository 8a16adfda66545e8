using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Portals;

/// <summary>One HTTP request to a portal and how it ended; without secrets and without the portal's data.</summary>
public sealed class RestLogRow : IPortalOwned
{
    /// <summary>Our key.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>When it was sent, Unix milliseconds.</summary>
    public long SentAtMs { get; set; }

    /// <summary>Until the answer was there or given up, milliseconds.</summary>
    public long DurationMs { get; set; }

    /// <summary>Which part of the add-on called (see <see cref="PortalCallers"/>).</summary>
    public required string Caller { get; set; }

    /// <summary>The methods and how often each was called: <c>crm.item.list ×3, profile</c>.</summary>
    public required string Methods { get; set; }

    /// <summary>The HTTP status; 0 when no answer came.</summary>
    public int HttpStatus { get; set; }

    /// <summary>The error's code, and those of a batch's commands with their methods; null when all went well.</summary>
    public string? Errors { get; set; }

    /// <summary>What the portal counts of the method's operating time, in seconds; null where it does not tell.</summary>
    public double? OperatingSeconds { get; set; }
}
