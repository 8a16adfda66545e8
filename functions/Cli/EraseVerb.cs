using System.CommandLine;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>erase --user ID | --contact ID</c>: erases what is personal of somebody; figures stay.</summary>
internal static class EraseVerb
{
    public static Command Create(Addon addon)
    {
        var user = CommandOptions.Id(addon.Texts, "--user", "Cli.erase_user");
        var contact = CommandOptions.Id(addon.Texts, "--contact", "Cli.erase_contact");
        var command = new Command("erase", addon.Texts.Get("Cli.erase")) { user, contact };
        command.Validators.Add(result =>
        {
            if (result.GetResult(user) is null == result.GetResult(contact) is null)
            {
                result.AddError(addon.Texts.Get("Cli.erase_one"));
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var portals = await addon.FindEveryAsync(cancellationToken);
            if (parsed.GetValue(user) is { } userId)
            {
                var erased = await EraseAsync(portals, (portal, mayBeUnknown) => addon.Erasure.OfUserAsync(portal, userId, cancellationToken, mayBeUnknown));
                Print(addon.Texts, erased, addon.Texts.Get("Privacy.done_user", userId, addon.ChosenHost));
            }
            else
            {
                var contactId = parsed.GetValue(contact)!.Value;
                var erased = await EraseAsync(portals, (portal, mayBeUnknown) => addon.Erasure.OfContactAsync(portal, contactId, cancellationToken, mayBeUnknown));
                Print(addon.Texts, erased, addon.Texts.Get("Privacy.done_contact", contactId, addon.ChosenHost));
            }

            return 0;
        });
        return command;
    }

    /// <summary>Erases in each portal that knows him, and keeps him out of the others, where he may be about to be read; unknown is who is known in none.</summary>
    private static async Task<ErasureResult> EraseAsync(IReadOnlyList<PortalRow> portals, Func<PortalRow, bool, Task<ErasureResult>> erase)
    {
        var all = new ErasureResult();
        var without = new List<PortalRow>();
        foreach (var portal in portals)
        {
            try
            {
                all += await erase(portal, false);
            }
            catch (ProblemException unknown) when (unknown.TextKey is "Privacy.unknown_user" or "Privacy.unknown_contact" && without.Count < portals.Count - 1)
            {
                without.Add(portal);
            }
        }

        foreach (var portal in without)
        {
            all += await erase(portal, true);
        }

        return all;
    }

    private static void Print(Texts texts, ErasureResult erased, string done)
    {
        foreach (var (key, count) in new[]
        {
            ("Privacy.names", erased.Names), ("Privacy.texts", erased.Texts), ("Privacy.unsent", erased.Unsent), ("Privacy.verdicts", erased.Verdicts),
            ("Privacy.marks", erased.Marks), ("Privacy.activities", erased.Activities), ("Privacy.calls", erased.Calls),
        })
        {
            if (count > 0)
            {
                Terminal.Print(texts.Get(key, count));
            }
        }

        Terminal.Print(erased == new ErasureResult() ? texts.Get("Privacy.nothing") : done);
    }
}
