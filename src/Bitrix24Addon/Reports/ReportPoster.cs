using Bitrix24.Client;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Reports;

/// <summary>What became of a posting.</summary>
public enum PostOutcome
{
    /// <summary>It is in the chat.</summary>
    Posted,

    /// <summary>It had been posted before and was not repeated.</summary>
    AlreadyPosted,

    /// <summary>It was sent, now or before, and nobody knows whether it arrived: look into the chat before asking for it again.</summary>
    Unknown,
}

/// <summary>A report in a chat.</summary>
/// <param name="Receiver">The dialog: a user's id or <c>chat{id}</c>.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="MessageId">The chat message, when it is known.</param>
public sealed record PostedReport(string Receiver, string Scope, PostOutcome Outcome, long? MessageId);

/// <summary>Puts reports into the portal's chats: once per receiver, period and scope.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="chat">Sends files.</param>
/// <param name="time">The clock.</param>
public sealed class ReportPoster(AddonStorage storage, PortalRegistry registry, ChatFiles chat, TimeProvider time)
{
    /// <summary>Posts a report to the heads of the reported departments, or to one dialog.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="dialogId">The dialog it goes to; null for the heads.</param>
    /// <param name="again">Post even what was posted before.</param>
    /// <param name="cancellationToken">Stops before the next posting.</param>
    /// <exception cref="Bitrix24Exception">The portal refused; what it refused is not recorded as posted.</exception>
    /// <exception cref="ProblemException">The report cannot be made, or the dialog is no dialog.</exception>
    public async Task<IReadOnlyList<PostedReport>> PostAsync(
        PortalRow portal, ReportRequest request, string? dialogId, bool again, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(request);
        if (dialogId is not null && !PortalSettings.IsDialog(dialogId))
        {
            throw new ProblemException("Reports.not_a_dialog", dialogId);
        }

        var builder = new ReportBuilder(storage, registry);
        var whole = await builder.BuildAsync(portal, request, cancellationToken).ConfigureAwait(false);
        var targets = dialogId is not null
            ? [new Target(dialogId, request)]
            : await TargetsAsync(whole, request, cancellationToken).ConfigureAwait(false);
        var posted = new List<PostedReport>();
        foreach (var target in targets)
        {
            var report = target.Request == request ? whole : await builder.BuildAsync(portal, target.Request, cancellationToken).ConfigureAwait(false);
            posted.Add(await PostOnceAsync(report, target, again, cancellationToken).ConfigureAwait(false));
        }

        return posted;
    }

    private static Target ForDepartment(ReportRequest request, string receiver, long departmentId) =>
        new(receiver, request with { DepartmentId = departmentId });

    /// <summary>
    /// Each reported department goes to its receiver: set in the settings, else its head, else the nearest head above, else the
    /// owner of the token. Who answers for a department and for one above it gets the upper one only: it holds the lower.
    /// </summary>
    private async Task<List<Target>> TargetsAsync(Report report, ReportRequest request, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(report.Portal.Portal.Id);
        var facts = new FactReader(db, report.Portal.Metrics.Days);
        var membership = await Membership.ReadAsync(facts, cancellationToken).ConfigureAwait(false);
        var receivers = report.Departments.ToDictionary(
            d => d.DepartmentId, d => ReceiverOf(report.Portal, membership, d.DepartmentId, request.ToDay));
        if (request.UserId is not null)
        {
            var owner = report.Portal.Portal.OwnerUserId.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var own = membership.DirectOf(request.UserId.Value, request.ToDay).Where(receivers.ContainsKey).Select(d => receivers[d]);
            return [.. own.DefaultIfEmpty(owner).Distinct().Select(receiver => new Target(receiver, request))];
        }

        return
        [
            .. receivers.Where(r => !membership.Upwards(r.Key, request.ToDay).Skip(1)
                    .Any(above => receivers.TryGetValue(above, out var same) && same == r.Value))
                .OrderBy(r => r.Key).Select(r => ForDepartment(request, r.Value, r.Key)),
        ];
    }

    private static string ReceiverOf(PortalContext portal, Membership membership, long departmentId, int day) =>
        portal.Settings.ReportReceivers.TryGetValue(departmentId, out var set)
            ? set
            : (membership.Upwards(departmentId, day).Select(d => membership.HeadOf(d, day)).FirstOrDefault(head => head is not null)
                ?? portal.Portal.OwnerUserId).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task<PostedReport> PostOnceAsync(Report report, Target target, bool again, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(report.Portal.Portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var (from, to, scope) = (target.Request.FromDay, target.Request.ToDay, target.Request.Scope);
        var last = await db.ReportPosts.AsNoTracking()
            .Where(p => p.Receiver == target.Receiver && p.FromDay == from && p.ToDay == to && p.Scope == scope)
            .OrderByDescending(p => p.Attempt).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (last is not null && !again)
        {
            return new PostedReport(target.Receiver, scope, last.MessageId is null ? PostOutcome.Unknown : PostOutcome.AlreadyPosted, last.MessageId);
        }

        // The row comes first: after a crash in the middle the posting counts as made, so that nothing is posted twice unasked.
        var row = new ReportPostRow
        {
            Receiver = target.Receiver,
            FromDay = from,
            ToDay = to,
            Scope = scope,
            Attempt = (last?.Attempt ?? 0) + 1,
            StartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        db.ReportPosts.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var texts = Texts.For(report.Portal.Settings.Language);
            var content = ReportWorkbook.Write(report, texts);
            var messageId = await chat.SendAsync(
                target.Receiver, ReportWorkbook.FileName(report), content, ReportMessage.Write(report, texts), cancellationToken).ConfigureAwait(false);
            if (messageId is not null)
            {
                await db.ReportPosts.Where(p => p.Id == row.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(p => p.MessageId, messageId), CancellationToken.None).ConfigureAwait(false);
            }

            return new PostedReport(target.Receiver, scope, messageId is null ? PostOutcome.Unknown : PostOutcome.Posted, messageId);
        }
        catch (Bitrix24Exception)
        {
            await db.ReportPosts.Where(p => p.Id == row.Id).ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private sealed record Target(string Receiver, ReportRequest Request);
}
