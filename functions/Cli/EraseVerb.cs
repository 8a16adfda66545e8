using System.CommandLine;
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
            var portal = await addon.FindAsync(cancellationToken);
            if (parsed.GetValue(user) is { } userId)
            {
                Print(addon.Texts, await addon.Erasure.OfUserAsync(portal, userId, cancellationToken), addon.Texts.Get("Privacy.done_user", userId, portal.Host));
            }
            else
            {
                var contactId = parsed.GetValue(contact)!.Value;
                Print(addon.Texts, await addon.Erasure.OfContactAsync(portal, contactId, cancellationToken), addon.Texts.Get("Privacy.done_contact", contactId, portal.Host));
            }

            return 0;
        });
        return command;
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
