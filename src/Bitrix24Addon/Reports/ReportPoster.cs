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

    /// <summary>The portal cannot take it now: it stays in the outbox, and the server or the next run sends it.</summary>
    Waiting,

    /// <summary>The portal refused it: it is not in the chat, and the next run tries again.</summary>
    Refused,

    /// <summary>It was sent, now or before, and nobody knows whether it arrived: look into the chat before asking for it again.</summary>
    Unknown,
}

/// <summary>A report that is to be in a chat.</summary>
/// <param name="Receiver">The dialog: a user's id or <c>chat{id}</c>.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Key">Its effect in the outbox.</param>
/// <param name="WasPosted">It is there from before.</param>
public sealed record NotedReport(string Receiver, string Scope, string Key, bool WasPosted);

/// <summary>A report in a chat.</summary>
/// <param name="Receiver">The dialog: a user's id or <c>chat{id}</c>.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="MessageId">The chat message, when it is known.</param>
/// <param name="Problem">Why it is not there and what to do, else null.</param>
public sealed record PostedReport(string Receiver, string Scope, PostOutcome Outcome, long? MessageId, DoctorText? Problem = null)
{
    /// <summary>What became of a report that was noted.</summary>
    /// <param name="noted">The report.</param>
    /// <param name="effect">Its effect.</param>
    public static PostedReport Of(NotedReport noted, EffectOutcome effect)
    {
        ArgumentNullException.ThrowIfNull(noted);
        ArgumentNullException.ThrowIfNull(effect);
        var outcome = effect switch
        {
            { State: EffectState.Done } => noted.WasPosted ? PostOutcome.AlreadyPosted : PostOutcome.Posted,
            { MayHaveArrived: true } => PostOutcome.Unknown,
            { State: EffectState.Pending } => PostOutcome.Waiting,
            _ => PostOutcome.Refused,
        };
        return new PostedReport(noted.Receiver, noted.Scope, outcome, effect.ResultId, effect.Problem);
    }
}

/// <summary>Notes reports for the portal's chats in the outbox, once per receiver, period and scope, and makes their files.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="time">The clock.</param>
public sealed class ReportPoster(AddonStorage storage, PortalRegistry registry, TimeProvider time)
{
    private readonly ReportBuilder _builder = new(storage, registry);

    /// <summary>Notes a report for the heads of the reported departments, or for one dialog; all of them or none.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="asker">In whose name.</param>
    /// <param name="dialogId">The dialog it goes to; null for the heads.</param>
    /// <param name="again">Post even what was posted before.</param>
    /// <param name="cancellationToken">Stops the work; nothing is noted then.</param>
    /// <exception cref="ProblemException">The report cannot be made, the asker may not see it, or the dialog is no dialog.</exception>
    public async Task<IReadOnlyList<NotedReport>> NoteAsync(
        PortalRow portal, ReportRequest request, ReportAsker asker, string? dialogId, bool again, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(request);
        if (dialogId is not null && !PortalSettings.IsDialog(dialogId))
        {
            throw new ProblemException("Reports.not_a_dialog", dialogId);
        }

        var whole = await _builder.BuildAsync(portal, request, asker, cancellationToken, withEvidence: false).ConfigureAwait(false);
        var targets = dialogId is not null
            ? new List<Target> { new(dialogId, request) }
            : await TargetsAsync(whole, request, cancellationToken).ConfigureAwait(false);
        if (targets.Count == 0)
        {
            targets = [new Target(ReportReceivers.OwnerOf(whole.Portal), request)];
        }

        var wanted = new List<SendReport>();
        foreach (var target in targets)
        {
            var report = await _builder.BuildAsync(portal, target.Request, asker, cancellationToken, withEvidence: false).ConfigureAwait(false);
            wanted.Add(EffectOf(target, asker, ReportMessage.Write(report, Texts.For(report.Portal.Settings.Language))));
        }

        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var noted = new List<NotedReport>();
        foreach (var (target, effect) in targets.Zip(wanted))
        {
            noted.Add(await NoteOnceAsync(db, target, effect, again, cancellationToken).ConfigureAwait(false));
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return noted;
    }

    /// <summary>Makes the file of a report that the outbox sends.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="report">Which report.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ProblemException">The report cannot be made.</exception>
    public async Task<FileToSend> MakeFileAsync(PortalRow portal, SendReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        var built = await _builder.BuildAsync(portal, new ReportRequest(report.FromDay, report.ToDay, report.UserId, report.DepartmentId), ReportAsker.Of(report.AskerId), cancellationToken)
            .ConfigureAwait(false);
        return new FileToSend(ReportWorkbook.FileName(built), ReportWorkbook.Write(built, Texts.For(built.Portal.Settings.Language)));
    }

    private async Task<List<Target>> TargetsAsync(Report report, ReportRequest request, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(report.Portal.Portal.Id);
        var facts = new FactReader(db, report.Portal.Metrics.Days);
        var membership = await Membership.ReadAsync(facts, report.Portal.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false);
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

    /// <summary>
    /// A new posting, unless there is one already: then what is known not to have arrived is taken up again as it is wanted now, and the rest is
    /// left alone unless it is asked for again.
    /// </summary>
    private async Task<NotedReport> NoteOnceAsync(AddonDbContext db, Target target, SendReport wanted, bool again, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var earlier = db.Effects.AsNoTracking().Where(e => e.Key.StartsWith(wanted.Key));
        var last = await earlier.OrderByDescending(e => e.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var isMissing = last is { State: EffectState.Pending or EffectState.Parked } && !EffectOutcome.Of(last, "").MayHaveArrived;
        if (last is null || (again && !isMissing))
        {
            // Each attempt is a subject of its own, so that one whose outcome is not known holds up none.
            var attempt = await earlier.CountAsync(cancellationToken).ConfigureAwait(false) + 1;
            var key = $"{wanted.Key}{attempt}";
            await Outbox.AddAsync(db, [wanted with { Key = key, Subject = key }], now, cancellationToken).ConfigureAwait(false);

            // Nobody wants the earlier attempts any more, whatever became of them.
            await db.Effects.Where(e => e.Key.StartsWith(wanted.Key) && e.Key != key && e.State == EffectState.Parked)
                .ExecuteUpdateAsync(set => set.SetProperty(e => e.Failure, EffectEnd.Stale), cancellationToken).ConfigureAwait(false);
            return new NotedReport(target.Receiver, target.Request.Scope, key, WasPosted: false);
        }

        if (isMissing)
        {
            await Outbox.ResumeAsync(db, last.Id, wanted with { Key = last.Key, Subject = last.Subject }, now, cancellationToken).ConfigureAwait(false);
        }

        return new NotedReport(target.Receiver, target.Request.Scope, last.Key, WasPosted: last.State == EffectState.Done);
    }

    /// <summary>The effect with the beginning of its key, which the number of the attempt completes.</summary>
    private static SendReport EffectOf(Target target, ReportAsker asker, string message)
    {
        var request = target.Request;
        return new SendReport(
            $"report:{target.Receiver}:{request.FromDay}-{request.ToDay}:{request.Scope}:", "", target.Receiver, message, request.FromDay, request.ToDay,
            request.UserId, request.DepartmentId, IsAskedFor: true, asker.UserId);
    }

    private sealed record Target(string Receiver, ReportRequest Request);
}
