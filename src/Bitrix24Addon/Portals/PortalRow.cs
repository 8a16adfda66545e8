using System.Security.Cryptography;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Portals;

/// <summary>A portal (tenant).</summary>
public sealed class PortalRow
{
    /// <summary>Our key.</summary>
    public int Id { get; set; }

    /// <summary>The portal's <c>member_id</c>; by webhook, which does not tell it, <c>webhook:</c> and the host.</summary>
    public required string Key { get; set; }

    /// <summary>The portal is connected by webhook, without the application.</summary>
    public bool IsByWebhook => Key.StartsWith("webhook:", StringComparison.Ordinal);

    /// <summary>The portal's host name, with its port if that is not the usual one.</summary>
    public required string Host { get; set; }

    /// <summary>The user in whose name we call.</summary>
    public long OwnerUserId { get; set; }

    /// <summary>When we first saw the portal, Unix milliseconds: the installation.</summary>
    public long InstalledAtMs { get; set; }

    /// <summary>When the application was removed, Unix milliseconds; null while it is installed.</summary>
    public long? UninstalledAtMs { get; set; }

    /// <summary>The secret key of the phone hashes of this portal.</summary>
    public required byte[] PhoneKey { get; set; }

    /// <summary>From when history was asked for, Unix milliseconds; null is from the first record.</summary>
    public long? HistorySinceMs { get; set; }

    /// <summary>When reading the history began, by the portal's clock, Unix milliseconds.</summary>
    public long? HistoryStartedAtMs { get; set; }

    /// <summary>When the history was complete, Unix milliseconds; null while it is being read.</summary>
    public long? HistoryCompleteAtMs { get; set; }

    /// <summary>Start of the last complete synchronisation, by the portal's clock, Unix milliseconds.</summary>
    public long? LastSyncStartedAtMs { get; set; }

    /// <summary>The number of the last write of facts (see <see cref="Facts.FactRow.Sequence"/>).</summary>
    public long FactSequence { get; set; }

    /// <summary>The add-on's bot in the portal; null before it was needed.</summary>
    public long? BotId { get; set; }

    /// <summary>Names, stages, funnels and currencies for display and conversion, as JSON (see <see cref="PortalDirectory"/>).</summary>
    public string Directory { get; set; } = "{}";

    /// <summary>What the stored figures were computed with: zone, service accounts, settings. A difference calls for a rebuild.</summary>
    public string FiguresBasis { get; set; } = "";

    /// <summary>The last day whose figures are final, yyyymmdd; 0 for none (see <see cref="Facts.Metrics.MetricContext.FrozenThroughDay"/>).</summary>
    public int FrozenThroughDay { get; set; }

    /// <summary>When old data is to be forgotten at the latest (see <see cref="RetentionSettings"/>), whether the portal can be called or not, Unix milliseconds.</summary>
    public long ForgetByMs { get; set; }

    /// <summary>A portal that was not known before.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="host">Its host.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    internal static PortalRow New(string key, string host, long nowMs) =>
        new()
        {
            Key = key, Host = host, InstalledAtMs = nowMs, PhoneKey = RandomNumberGenerator.GetBytes(32), ForgetByMs = nowMs + (long)RetentionSettings.AtLeastEvery.TotalMilliseconds,
        };
}

/// <summary>One version of a portal's settings document.</summary>
public sealed class SettingsRow : IPortalOwned
{
    /// <inheritdoc/>
    public int PortalId { get; set; }

    /// <summary>Running number from 1; the highest is in force.</summary>
    public int Version { get; set; }

    /// <summary>When it was saved, Unix milliseconds.</summary>
    public long SavedAtMs { get; set; }

    /// <summary>The Bitrix24 user who saved it; null for the command line.</summary>
    public long? SavedByUserId { get; set; }

    /// <summary>The document (see <see cref="PortalSettings"/>).</summary>
    public required string Document { get; set; }
}
