namespace Bitrix24Addon.Schedule;

/// <summary>Which portal had its turn of a kind of work when, over loops that follow each other in one process; not safe for several at once.</summary>
public sealed class TurnOrder
{
    private readonly Dictionary<(string Work, int PortalId), long> _last = [];
    private long _count;

    /// <summary>The number of a portal's last turn; 0 for none.</summary>
    /// <param name="work">The kind of work.</param>
    /// <param name="portalId">The portal.</param>
    public long LastOf(string work, int portalId) => _last.GetValueOrDefault((work, portalId));

    /// <summary>A portal has its turn now.</summary>
    /// <param name="work">The kind of work.</param>
    /// <param name="portalId">The portal.</param>
    public void Note(string work, int portalId) => _last[(work, portalId)] = ++_count;
}
