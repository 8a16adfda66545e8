using System.CommandLine;
using Bitrix24Addon.Functions.Work;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>replay dead-letters</c>: what could not be read or carried out, again and again, is tried once more.</summary>
internal static class ReplayVerb
{
    public static Command Create(Addon addon)
    {
        var deadLetters = new Command("dead-letters", addon.Texts.Get("Cli.replay_dead_letters"));
        deadLetters.SetAction(async (_, cancellationToken) =>
        {
            var replayed = await Replay.RunAsync(addon, await addon.FindAsync(cancellationToken), cancellationToken);
            if (replayed.Effects > 0)
            {
                Terminal.Print(addon.Texts.Count("Cli.resumed", replayed.Effects));
            }

            if (replayed.Timers > 0)
            {
                Terminal.Print(addon.Texts.Count("Cli.timers_revived", replayed.Timers));
            }

            Terminal.Print(replayed.Letters == 0 ? addon.Texts.Get("Cli.no_dead_letters") : addon.Texts.Count("Cli.revived", replayed.Letters));
            return 0;
        });
        return new Command("replay", addon.Texts.Get("Cli.replay")) { deadLetters };
    }
}
