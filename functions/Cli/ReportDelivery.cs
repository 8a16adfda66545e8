using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;

namespace Bitrix24Addon.Functions.Cli;

/// <summary>Where a report goes besides the screen: an Excel file, the portal's chats.</summary>
internal static class ReportDelivery
{
    /// <summary>Writes the Excel file, wholly or not at all, and says where.</summary>
    public static async Task SaveAsync(Addon addon, Report report, string? file, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file ?? ReportWorkbook.FileName(report));
        var unfinished = path + ".new";
        await File.WriteAllBytesAsync(unfinished, ReportWorkbook.Write(report, addon.Texts), cancellationToken);
        File.Move(unfinished, path, overwrite: true);
        Terminal.Print(addon.Texts.Get("Cli.report_saved", path));
    }

    /// <summary>Posts the report and tells of each receiver what became of it.</summary>
    /// <returns>The exit code: a posting that did not arrive for certain is a finding.</returns>
    public static async Task<int> PostAsync(
        Addon addon, PortalRow portal, ReportRequest request, string? toDialogId, bool again, CancellationToken cancellationToken)
    {
        var client = await addon.ClientAsync(await addon.ChooseAsync(cancellationToken), cancellationToken);
        var noted = await addon.Poster.NoteAsync(portal, request, ReportAsker.Operator, toDialogId, again, cancellationToken);
        var delivery = new EffectDelivery(addon.Storage, new EffectRunner(addon.Storage, addon.Registry, addon.Poster.MakeFileAsync, addon.Time, addon.Timings), addon.Time);
        var outcomes = await delivery.CarryOutAsync(portal, client, [.. noted.Select(n => n.Key)], new Lines(addon), cancellationToken);
        var posted = noted.Select(n => PostedReport.Of(n, outcomes[n.Key])).ToList();
        var names = (await addon.Registry.ContextAsync(portal, cancellationToken)).Directory;
        foreach (var post in posted)
        {
            var receiver = long.TryParse(post.Receiver, out var userId) ? names.NameOf(userId) : post.Receiver;
            addon.Terminal.Say(addon.Texts.Get($"Cli.post_{post.Outcome}", receiver, post.Scope, post.Problem?.In(addon.Texts)));
        }

        return posted.All(p => p.Outcome is PostOutcome.Posted or PostOutcome.AlreadyPosted) ? 0 : AddonProgram.Finding;
    }

    /// <summary>A line for each posting of several, and one while another process is at work.</summary>
    private sealed class Lines(Addon addon) : IProgress<DeliveryProgress>
    {
        private bool _isElsewhere;

        public void Report(DeliveryProgress value)
        {
            if (value.IsElsewhere && !_isElsewhere)
            {
                addon.Terminal.Say(addon.Texts.Get("Cli.post_elsewhere"));
            }
            else if (!value.IsElsewhere && value.All > 1)
            {
                addon.Terminal.Say(addon.Texts.Get("Cli.post_progress", value.Done, value.All));
            }

            _isElsewhere = value.IsElsewhere;
        }
    }
}
