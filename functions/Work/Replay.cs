using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Work;

/// <summary>What a person had tried once more.</summary>
/// <param name="Letters">Changed objects that could not be read.</param>
/// <param name="Effects">What could not be done in the portal.</param>
/// <param name="Timers">Timers that could not fire.</param>
internal sealed record Replay(int Letters, int Effects, int Timers)
{
    /// <summary>Takes up all that could not be read or carried out again and again.</summary>
    /// <param name="addon">The parts of the add-on.</param>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops between the kinds.</param>
    public static async Task<Replay> RunAsync(Cli.Addon addon, PortalRow portal, CancellationToken cancellationToken)
    {
        await using var db = addon.Storage.Open(portal.Id);
        var nowMs = addon.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var effects = await Outbox.ResumeParkedAsync(db, nowMs, cancellationToken);
        var timers = await Schedule.Timers.ReviveAsync(db, nowMs, cancellationToken);
        return new Replay(await addon.Inbox.ReviveAsync(portal.Id, cancellationToken), effects, timers);
    }
}
