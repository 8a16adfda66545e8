using System.CommandLine;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>migrate</c>: creates or updates the tables.</summary>
internal static class MigrateVerb
{
    public static Command Create(Addon addon)
    {
        var command = new Command("migrate", addon.Texts.Get("Cli.migrate"));
        command.SetAction(async (_, cancellationToken) =>
        {
            await addon.Storage.MigrateAsync(cancellationToken);
            Terminal.Print(addon.Texts.Get("Cli.migrated", addon.Storage.Location));
            return 0;
        });
        return command;
    }
}
