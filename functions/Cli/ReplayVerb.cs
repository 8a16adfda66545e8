using System.CommandLine;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>replay dead-letters</c>: what could not be read or carried out, again and again, is tried once more.</summary>
internal static class ReplayVerb
{
    public static Command Create(Addon addon)
    {
        var deadLetters = new Command("dead-letters", addon.Texts.Get("Cli.replay_dead_letters"));
        deadLetters.SetAction(async (_, cancellationToken) =>
        {
            var portal = await addon.FindAsync(cancellationToken);
            await using var db = addon.Storage.Open(portal.Id);
            var nowMs = addon.Time.GetUtcNow().ToUnixTimeMilliseconds();
            var resumed = await Outbox.ResumeParkedAsync(db, nowMs, cancellationToken);
            if (resumed > 0)
            {
                Terminal.Print(addon.Texts.Count("Cli.resumed", resumed));
            }

            if (await Timers.ReviveAsync(db, nowMs, cancellationToken) is > 0 and var timers)
            {
                Terminal.Print(addon.Texts.Count("Cli.timers_revived", timers));
            }

            var revived = await new InboxWriter(addon.Storage, addon.Time).ReviveAsync(portal.Id, cancellationToken);
            Terminal.Print(revived == 0 ? addon.Texts.Get("Cli.no_dead_letters") : addon.Texts.Count("Cli.revived", revived));
            return 0;
        });
        return new Command("replay", addon.Texts.Get("Cli.replay")) { deadLetters };
    }
}
