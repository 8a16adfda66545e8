using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
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

    /// <summary>Another run is sending it just now.</summary>
    BeingPosted,

    /// <summary>The portal refused it: it is not in the chat, and the next run tries again.</summary>
    Refused,

    /// <summary>It was sent, now or before, and nobody knows whether it arrived: look into the chat before asking for it again.</summary>
    Unknown,
}

/// <summary>A report in a chat.</summary>
/// <param name="Receiver">The dialog: a user's id or <c>chat{id}</c>.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="MessageId">The chat message, when it is known.</param>
/// <param name="Problem">Why it was refused and what to do, else null.</param>
public sealed record PostedReport(string Receiver, string Scope, PostOutcome Outcome, long? MessageId, DoctorText? Problem = null);

/// <summary>Puts reports into the portal's chats: once per receiver, period and scope.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="chat">Sends files.</param>
/// <param name="time">The clock.</param>
public sealed class ReportPoster(AddonStorage storage, PortalRegistry registry, ChatFiles chat, TimeProvider time)
{
    // A note older than this without an end belongs to a run that died.
    private static readonly TimeSpan SendingAtMost = TimeSpan.FromSeconds(90);

    /// <summary>Posts a report to the heads of the reported departments, or to one dialog.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="dialogId">The dialog it goes to; null for the heads.</param>
    /// <param name="again">Post even what was posted before.</param>
    /// <param name="cancellationToken">Stops before the next posting.</param>
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
        var whole = await builder.BuildAsync(portal, request, cancellationToken, withEvidence: false).ConfigureAwait(false);
        var targets = dialogId is not null
            ? new List<Target> { new(dialogId, request) }
            : await TargetsAsync(whole, request, cancellationToken).ConfigureAwait(false);
        var posted = new List<PostedReport>();
        if (targets.Count == 0)
        {
            targets = [new Target(ReportReceivers.OwnerOf(whole.Portal), request)];
        }

        foreach (var target in targets)
        {
            var report = await builder.BuildAsync(portal, target.Request, cancellationToken).ConfigureAwait(false);
            posted.Add(await PostOnceAsync(report, target, again, cancellationToken).ConfigureAwait(false));
        }

        return posted;
    }

    private async Task<List<Target>> TargetsAsync(Report report, ReportRequest request, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(report.Portal.Portal.Id);
        var facts = new FactReader(db, report.Portal.Metrics.Days);
        var membership = await Membership.ReadAsync(facts, cancellationToken).ConfigureAwait(false);
        var today = report.Portal.Metrics.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        var departments = report.Departments.Select(d => d.DepartmentId).ToHashSet();
        if (request.UserId is { } userId)
        {
            return [.. membership.DirectOf(userId, today).Where(departments.Contains).Select(d => ReportReceivers.Of(report.Portal, membership, d, today))
                .Distinct().Select(receiver => new Target(receiver, request))];
        }

        return [.. ReportReceivers.Choose(report.Portal, membership, departments, today)
            .Select(r => new Target(r.DialogId, request with { DepartmentId = r.DepartmentId }))];
    }

    private async Task<PostedReport> PostOnceAsync(Report report, Target target, bool again, CancellationToken cancellationToken)
    {
        var texts = Texts.For(report.Portal.Settings.Language);
        var message = ReportMessage.Write(report, texts);
        var content = ReportWorkbook.Write(report, texts);
        await using var db = storage.Open(report.Portal.Portal.Id);
        var (row, before) = await BeginAsync(db, target, again, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return before!;
        }

        var delivery = await SendAsync(target.Receiver, ReportWorkbook.FileName(report), content, message, cancellationToken).ConfigureAwait(false);
        var rows = db.ReportPosts.Where(p => p.Id == row.Id);
        switch (delivery.Outcome)
        {
            case ChatOutcome.Sent:
                await rows.ExecuteUpdateAsync(set => set.SetProperty(p => p.MessageId, delivery.MessageId), CancellationToken.None)
                    .ConfigureAwait(false);
                return new PostedReport(target.Receiver, row.Scope, PostOutcome.Posted, delivery.MessageId);
            case ChatOutcome.Refused:
                await rows.ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);
                return new PostedReport(target.Receiver, row.Scope, PostOutcome.Refused, null, delivery.Problem);
            default:
                await rows.ExecuteUpdateAsync(set => set.SetProperty(p => p.IsOutcomeUnknown, true), CancellationToken.None).ConfigureAwait(false);
                return new PostedReport(target.Receiver, row.Scope, PostOutcome.Unknown, null);
        }
    }

    /// <summary>Sends within the time after which another run takes the sending for dead.</summary>
    private async Task<ChatDelivery> SendAsync(
        string receiver, string fileName, byte[] content, string message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SendingAtMost - TimeSpan.FromSeconds(10), time.OfTheMachine());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await chat.SendAsync(receiver, fileName, content, message, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ChatDelivery(ChatOutcome.Unknown);
        }
    }

    /// <summary>
    /// Notes that a report is about to be sent. The note comes first: after a crash in the middle the posting counts as made, so
    /// that nothing is posted twice unasked.
    /// </summary>
    /// <returns>The note, or null and what became of the report before.</returns>
    private async Task<(ReportPostRow? Row, PostedReport? Before)> BeginAsync(
        AddonDbContext db, Target target, bool again, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var (from, to, scope) = (target.Request.FromDay, target.Request.ToDay, target.Request.Scope);
        var last = await db.ReportPosts.AsNoTracking()
            .Where(p => p.Receiver == target.Receiver && p.FromDay == from && p.ToDay == to && p.Scope == scope)
            .OrderByDescending(p => p.Attempt).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (last is { MessageId: null, IsOutcomeUnknown: false } && now - last.StartedAtMs < SendingAtMost.TotalMilliseconds)
        {
            return (null, new PostedReport(target.Receiver, scope, PostOutcome.BeingPosted, null));
        }

        if (last is not null && !again)
        {
            var outcome = last.MessageId is null ? PostOutcome.Unknown : PostOutcome.AlreadyPosted;
            return (null, new PostedReport(target.Receiver, scope, outcome, last.MessageId));
        }

        var row = new ReportPostRow
        {
            Receiver = target.Receiver, FromDay = from, ToDay = to, Scope = scope, Attempt = (last?.Attempt ?? 0) + 1, StartedAtMs = now,
        };
        db.ReportPosts.Add(row);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return (row, null);
    }

    private sealed record Target(string Receiver, ReportRequest Request);
}
