using System.CommandLine;
using Bitrix24.Client;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using NodaTime;
using Spectre.Console;

namespace Bitrix24Addon.Functions.Cli;

/// <summary><c>sync [--since DATE] [--accept-deletions]</c>: reads the portal into facts.</summary>
internal static class SyncVerb
{
    public static Command Create(Addon addon)
    {
        var since = CommandOptions.Date(addon.Texts, "--since", "Cli.sync_since");
        var acceptDeletions = new Option<bool>("--accept-deletions") { Description = addon.Texts.Get("Cli.sync_accept_deletions") };
        var command = new Command("sync", addon.Texts.Get("Cli.sync")) { since, acceptDeletions };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            addon, parsed.GetValue(since), parsed.GetValue(acceptDeletions), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Addon addon, LocalDate? since, bool acceptDeletions, CancellationToken cancellationToken)
    {
        var portal = await addon.ConnectAsync(cancellationToken);
        var sinceMs = since is { } day ? await StartOfAsync(addon, portal, day, cancellationToken) : (long?)null;
        await using var held = await HeldLease.TakeAsync(new Leases(addon.Storage, addon.Time), portal.Portal.Id, LeaseNames.Sync, addon.Time, cancellationToken)
            ?? throw new ProblemException("Cli.sync_elsewhere", portal.Portal.Host);
        try
        {
            var result = await SyncProgressScreen.ShowAsync(
                addon,
                progress => new PortalSync(addon.Storage, portal.Client, addon.Time, held.Lease) { AcceptDeletions = acceptDeletions }
                    .RunAsync(portal.Portal, sinceMs, progress, cancellationToken));
            Summarise(addon, portal.Client, result);
            return result.Failures.Count == 0 ? 0 : AddonProgram.Finding;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            addon.Terminal.Say(addon.Texts.Get("Cli.sync_stopped"));
            return AddonProgram.Finding;
        }
    }

    private static async Task<long> StartOfAsync(Addon addon, ConnectedPortal portal, LocalDate day, CancellationToken cancellationToken)
    {
        var settings = (await addon.Registry.ContextAsync(portal.Portal, cancellationToken)).Settings;
        var told = new PortalDirectory { OwnerTimeZone = portal.OwnerTimeZone, ServerOffsetMinutes = (int)portal.ServerOffset.TotalMinutes };
        return PortalContext.ChooseZone(settings, told).Zone.AtStartOfDay(day).ToInstant().ToUnixTimeMilliseconds();
    }

    private static void Summarise(Addon addon, Bitrix24Client client, SyncResult result)
    {
        var texts = addon.Texts;
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(texts.Get("Cli.source")).AddColumn(new TableColumn(texts.Get("Cli.rows_read")).RightAligned());
        foreach (var (source, rows) in result.Rows)
        {
            table.AddRow(new Text(texts.Get($"Sources.{source}")), new Text(rows.ToString("N0", texts.Culture)));
        }

        addon.Terminal.Output.Write(table);
        Terminal.Print(texts.Get("Cli.facts", result.Recorded, result.Deleted));
        foreach (var (source, count) in result.Healed.Where(h => h.Value > 0))
        {
            Terminal.Print(texts.Get("Cli.healed", texts.Get($"Sources.{source}"), count));
        }

        var statistics = client.Statistics;
        Terminal.Print(texts.Get("Cli.requests", statistics.RequestsSent, statistics.QueryLimitRefusals, statistics.OperatingLimitRefusals));
        foreach (var (source, error) in result.Failures)
        {
            var name = texts.Get($"Sources.{source}");
            Terminal.Print(error.Code == PortalSync.TooMuchGone
                ? texts.Get("Cli.too_much_gone", name, error.Description)
                : texts.Get("Cli.source_failed", name, DoctorText.Of(error, client.Credentials.Portal, name).In(texts)));
        }
    }
}
