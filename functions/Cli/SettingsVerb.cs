using System.CommandLine;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>settings show|put FILE</c>: the portal's settings document.</summary>
internal static class SettingsVerb
{
    public static Command Create(Addon addon)
    {
        var show = new Command("show", addon.Texts.Get("Cli.settings_show"));
        show.SetAction(async (_, cancellationToken) =>
        {
            var chosen = await addon.ChooseAsync(cancellationToken);
            await addon.Storage.MigrateAsync(cancellationToken);
            var portal = await addon.Registry.FindAsync(chosen.Key, cancellationToken);
            var settings = portal is null ? new PortalSettings() : (await addon.Registry.ContextAsync(portal, cancellationToken)).Settings;
            Terminal.Print(settings.ToDocument());
            return 0;
        });

        var file = new Argument<string>("FILE") { Description = addon.Texts.Get("Cli.settings_file") };
        var put = new Command("put", addon.Texts.Get("Cli.settings_put")) { file };
        put.SetAction((parsed, cancellationToken) => PutAsync(addon, parsed.GetRequiredValue(file), cancellationToken));
        return new Command("settings", addon.Texts.Get("Cli.settings")) { show, put };
    }

    private static async Task<int> PutAsync(Addon addon, string file, CancellationToken cancellationToken)
    {
        var settings = PortalSettings.Parse(await File.ReadAllTextAsync(file, cancellationToken));
        var portal = (await addon.ConnectAsync(cancellationToken)).Portal;
        var version = await addon.Registry.PutSettingsAsync(portal, settings, cancellationToken);
        addon.Terminal.Texts = Texts.For(settings.Language);
        Terminal.Print(addon.Texts.Get("Cli.settings_saved", version, portal.Host));
        return 0;
    }
}
