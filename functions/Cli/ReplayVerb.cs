using System.CommandLine;
using Bitrix24Addon.Inbox;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>replay dead-letters</c>: what could not be read again and again is to be read once more.</summary>
internal static class ReplayVerb
{
    public static Command Create(Addon addon)
    {
        var deadLetters = new Command("dead-letters", addon.Texts.Get("Cli.replay_dead_letters"));
        deadLetters.SetAction(async (_, cancellationToken) =>
        {
            var portal = await addon.FindAsync(cancellationToken);
            var revived = await new InboxWriter(addon.Storage, addon.Time).ReviveAsync(portal.Id, cancellationToken);
            Terminal.Print(revived == 0 ? addon.Texts.Get("Cli.no_dead_letters") : addon.Texts.Count("Cli.revived", revived));
            return 0;
        });
        return new Command("replay", addon.Texts.Get("Cli.replay")) { deadLetters };
    }
}
