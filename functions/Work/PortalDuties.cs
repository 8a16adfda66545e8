using System.Runtime.ExceptionServices;
using Bitrix24.Client;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Functions.Work;

/// <summary>
/// What is done for a portal as a whole, one after the other: it is set up after its installation, its history is read, it is reconciled
/// and its days are closed, old data is forgotten wherever no day is closed any more, and it is erased.
/// </summary>
/// <param name="addon">The parts of the add-on.</param>
/// <param name="calendar">Where a portal's triggers are made.</param>
/// <param name="slots">Where firings are kept.</param>
/// <param name="logger">Told of what went wrong.</param>
internal sealed partial class PortalDuties(Addon addon, PortalCalendar calendar, Slots slots, ILogger<PortalDuties> logger)
{
    // What is entered afterwards, absences above all, is entered in the same or in the next month. Calendars and working days are read
    // again further back than this, or else what leaves their window would be taken for known.
    private const int DaysCorrected = 62;

    private static readonly Duration Patience = Duration.FromHours(8);
    private static readonly Duration ClosedUsuallyWithin = Duration.FromHours(4);

    /// <summary>One turn: the first of what is due.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="lease">The turn, of the name <see cref="LeaseNames.Sync"/>.</param>
    /// <param name="cancellationToken">Stops the work between commits.</param>
    public async Task<bool> TurnAsync(int portalId, Lease lease, CancellationToken cancellationToken)
    {
        if (await addon.Registry.FindAsync(portalId, cancellationToken) is not { } portal)
        {
            return false;
        }

        var now = addon.Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var kind in new[] { InboxKind.Erasure, InboxKind.Payment, InboxKind.Installation })
        {
            await using var db = addon.Storage.Open(portalId);
            if (await InboxClaim.DueAsync(db, [kind], now, 1, cancellationToken) is [var mark])
            {
                return await DoAsync(portal, mark, lease, cancellationToken);
            }
        }

        if (portal.ForgetByMs <= now)
        {
            return await ForgetAsync(portal, lease, cancellationToken);
        }

        return await slots.DueAsync(portalId, cancellationToken) is [var slot, ..] && await DoAsync(portal, slot, lease, cancellationToken);
    }

    private async Task<bool> DoAsync(PortalRow portal, InboxRow mark, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            switch (mark.Kind)
            {
                case InboxKind.Erasure:
                    // Its marks and slots go with it.
                    await calendar.RemoveAsync(portal.Id, cancellationToken);
                    await addon.Installation.EraseAsync(portal.Id, cancellationToken);
                    return true;
                case InboxKind.Payment:
                    await addon.Admission.RefreshStatusAsync(portal, cancellationToken);
                    break;
                default:
                    await SetUpAsync(portal, mark.FirstMarkedAtMs, lease, cancellationToken);
                    break;
            }
        }
        catch (Exception failure) when (MayTryAgain(failure))
        {
            Log.Failed(logger, mark.Kind.ToString(), portal.Id, ReasonOf(failure));
            await SettleAsync(portal, lease, db => InboxClaim.PutOffAsync(db, [mark], null, false, Now, cancellationToken), cancellationToken);
            return true;
        }

        await SettleAsync(portal, lease, db => InboxClaim.CompleteAsync(db, [mark], Now, cancellationToken), cancellationToken);
        return true;
    }

    private async Task SetUpAsync(PortalRow portal, long sinceMs, Lease lease, CancellationToken cancellationToken)
    {
        if (!await addon.Admission.ConfirmAsync(portal, cancellationToken))
        {
            Log.Foreign(logger, portal.Id);
            return;
        }

        ExceptionDispatchInfo? withoutEvents = null;
        try
        {
            var setUp = await addon.Installation.SetUpAsync(portal, cancellationToken);
            setUp.LeftOut.ToList().ForEach(missing => Log.LeftOut(logger, portal.Id, missing.Name, missing.Scope));
        }
        catch (Exception failure) when (MayTryAgain(failure))
        {
            // Whoever gets no events yet can be read all the same.
            withoutEvents = ExceptionDispatchInfo.Capture(failure);
        }

        await ReadAsync(portal, findDeletions: true, sinceMs, lease, cancellationToken);
        await WatchAccessAsync(portal, lease, cancellationToken);
        withoutEvents?.Throw();
    }

    private async Task<bool> DoAsync(PortalRow portal, SlotRow slot, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (slot is { Job: CalendarJob.DailyClose, Attempts: 0 })
            {
                await FollowPlanAsync(portal, cancellationToken);
                await WatchAccessAsync(portal, lease, cancellationToken);
                await addon.Retention.ForgetAsync(portal, lease, cancellationToken);
            }

            var closes = slot.Job == CalendarJob.DailyClose || await IsCloseMissedAsync(portal, cancellationToken);
            var read = await ReadAsync(portal, findDeletions: closes, slot.ScheduledAtMs, lease, cancellationToken);

            // People are not judged by figures that a passing failure made uncertain, unless it lasts so long that the day is lost.
            if (closes && Now - slot.ScheduledAtMs < Patience.TotalMilliseconds && read.Failures.Values.FirstOrDefault(IsPassing) is { } failure)
            {
                throw new Bitrix24Exception("batch", failure);
            }

            if (closes)
            {
                await CloseDaysAsync(portal, lease, cancellationToken);
            }
        }
        catch (Exception failure) when (MayTryAgain(failure))
        {
            Log.Failed(logger, slot.Job.ToString(), portal.Id, ReasonOf(failure));
            await slots.FailedAsync(slot, ReasonOf(failure), cancellationToken);
            return true;
        }

        await slots.DoneAsync(slot, cancellationToken);
        return true;
    }

    /// <summary>The closing of a day forgets; a portal whose days are not closed, because it left or cannot be called, is found by its row.</summary>
    private async Task<bool> ForgetAsync(PortalRow portal, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await addon.Retention.ForgetAsync(portal, lease, cancellationToken);
        }
        catch (Exception failure) when (MayTryAgain(failure))
        {
            Log.Failed(logger, nameof(addon.Retention), portal.Id, ReasonOf(failure));
            await addon.Retention.PutOffAsync(portal.Id, cancellationToken);
        }

        return true;
    }

    /// <summary>No event tells that the portal's plan changed, which decides how fast it may be called. It goes on by the plan it had when nobody tells.</summary>
    private async Task FollowPlanAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        if (portal.IsByWebhook)
        {
            return;
        }

        try
        {
            await addon.Admission.RefreshStatusAsync(portal, cancellationToken);
        }
        catch (Exception failure) when (MayTryAgain(failure))
        {
            Log.PlanUnknown(logger, portal.Id, ReasonOf(failure));
        }
    }

    /// <summary>Whether the one in whose name we call still can; what cannot be asked now is asked at the next close of the day.</summary>
    private async Task WatchAccessAsync(PortalRow portal, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (await addon.Clients.ForAsync(portal, cancellationToken) is { } client
                && await new AccessWatch(addon.Storage, addon.Registry, addon.Time).LookAsync(portal, client.For(PortalCallers.Sync), lease, cancellationToken) is { } problem)
            {
                Log.AccessProblem(logger, portal.Id, problem);
            }
        }
        catch (Exception failure) when (MayTryAgain(failure))
        {
            Log.AccessUnknown(logger, portal.Id, ReasonOf(failure));
        }
    }

    /// <summary>
    /// Reads the history, or what was missed since; afterwards the calendar follows the zone that is now known. What a turn began since it
    /// was due, and could not end, is gone on with.
    /// </summary>
    private async Task<SyncResult> ReadAsync(PortalRow portal, bool findDeletions, long dueSinceMs, Lease lease, CancellationToken cancellationToken)
    {
        var client = await addon.Clients.ForAsync(portal, cancellationToken) ?? throw new ProblemException("Portals.no_access", portal.Host);
        var read = await new PortalSync(addon.Storage, client.For(PortalCallers.Sync), addon.Time, lease) { FindDeletions = findDeletions, GoesOnSinceMs = dueSinceMs }
            .RunAsync(portal, null, null, cancellationToken);
        await calendar.EnsureAsync(portal.Id, (await addon.Registry.ContextAsync(portal, cancellationToken)).Zone, cancellationToken);
        return read;
    }

    /// <summary>A firing can be lost with its process; the next reconciliation then closes the day.</summary>
    private async Task<bool> IsCloseMissedAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        var days = (await addon.Registry.ContextAsync(portal, cancellationToken)).Metrics.Days;
        var yesterday = Yesterday(days);
        await using var db = addon.Storage.Open(portal.Id);
        return Now > days.EndOf(yesterday) + (long)ClosedUsuallyWithin.TotalMilliseconds
            && await db.ClosedDays.AnyAsync(cancellationToken)
            && !await db.ClosedDays.AnyAsync(d => d.Day == yesterday, cancellationToken)
            && !await db.Slots.AnyAsync(s => s.Job == CalendarJob.DailyClose && s.DoneAtMs == null, cancellationToken);
    }

    /// <summary>Closes every day that is over and not closed, from the day on which the history was complete.</summary>
    private async Task CloseDaysAsync(PortalRow portal, Lease lease, CancellationToken cancellationToken)
    {
        var days = (await addon.Registry.ContextAsync(portal, cancellationToken)).Metrics.Days;
        var yesterday = Yesterday(days);
        await using var db = addon.Storage.Open(portal.Id);
        var installed = await db.Portals.Where(p => p.Id == portal.Id).Select(p => p.HistoryCompleteAtMs).SingleAsync(cancellationToken);
        var last = await db.ClosedDays.MaxAsync(d => (int?)d.Day, cancellationToken);
        var first = last is { } closed ? Facts.PortalDays.ToDay(Facts.PortalDays.ToDate(closed).PlusDays(1)) : days.DayOf(installed ?? Now);
        var norms = new NormClose(addon.Storage, addon.Time);
        var corrected = Facts.PortalDays.ToDay(Facts.PortalDays.ToDate(yesterday).PlusDays(-DaysCorrected));
        await ProveFiguresAsync(portal, corrected, yesterday, lease, cancellationToken);
        await norms.CorrectAsync(portal, corrected, yesterday, lease, cancellationToken);
        foreach (var day in Facts.PortalDays.Range(first, yesterday))
        {
            if ((await norms.RunAsync(portal, day, lease, cancellationToken)).State == NormCloseState.NotRead)
            {
                throw new ProblemException("Reports.history_unfinished", portal.Host);
            }
        }
    }

    /// <summary>Figures follow their facts change by change; each night they are counted over from the facts, a day at a time.</summary>
    private async Task ProveFiguresAsync(PortalRow portal, int fromDay, int toDay, Lease lease, CancellationToken cancellationToken)
    {
        foreach (var day in Facts.PortalDays.Range(fromDay, toDay))
        {
            // Nobody waits while it is only compared; what differs, perhaps because it changed just then, is looked at again in our turn.
            await using var read = addon.Storage.Open(portal.Id);
            if (await CellsAsync(read) is { } cells && await cells.DifferingAsync(day, cancellationToken) > 0)
            {
                await SettleAsync(
                    portal,
                    lease,
                    async db =>
                    {
                        if (await CellsAsync(db) is { } wrongly && await wrongly.MendAsync(day, cancellationToken) is var wrong and > 0)
                        {
                            Log.WrongFigures(logger, portal.Id, day, wrong);
                        }
                    },
                    cancellationToken);
            }
        }

        // On another basis all figures are about to be made anew.
        async Task<Facts.FigureCells?> CellsAsync(AddonDbContext db) =>
            await PortalRegistry.ContextAsync(db, cancellationToken) is var context && context.Basis == context.Portal.FiguresBasis
                ? new Facts.FigureCells(db, context.Metrics)
                : null;
    }

    private async Task SettleAsync(PortalRow portal, Lease lease, Func<AddonDbContext, Task> settle, CancellationToken cancellationToken)
    {
        await using var db = addon.Storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken);
        await settle(db);
        await transaction.CommitAsync(cancellationToken);
    }

    private static bool IsPassing(Bitrix24Error error) =>
        error.Code != PortalSync.TooMuchGone && !error.IsRefusal;

    /// <summary>Whatever went wrong, it waits and grows rare; only a stop and a lost lease are no failures.</summary>
    private static bool MayTryAgain(Exception failure) => failure is not (OperationCanceledException or LeaseLostException);

    private int Yesterday(Facts.PortalDays days) => Facts.PortalDays.ToDay(Facts.PortalDays.ToDate(days.DayOf(Now)).PlusDays(-1));

    private long Now => addon.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string ReasonOf(Exception failure) => failure switch
    {
        Bitrix24Exception refused => refused.Error.Kind.ToString(),
        ProblemException problem => problem.TextKey,
        _ => failure.GetType().Name,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Work} of portal {PortalId} could not be done: {Reason}. It will be tried again; doctor names the remedy.")]
        public static partial void Failed(ILogger logger, string work, int portalId, string reason);

        [LoggerMessage(4, LogLevel.Information, "Portal {PortalId} did not tell its plan: {Reason}. It is asked again at the next close of the day.")]
        public static partial void PlanUnknown(ILogger logger, int portalId, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Portal {PortalId}: {Problem}. Somebody who can mend it is notified there; doctor names the remedy.")]
        public static partial void AccessProblem(ILogger logger, int portalId, AccessProblem problem);

        [LoggerMessage(6, LogLevel.Information, "Portal {PortalId} did not tell what its owner may: {Reason}. It is asked again at the next close of the day.")]
        public static partial void AccessUnknown(ILogger logger, int portalId, string reason);

        [LoggerMessage(7, LogLevel.Error, "Portal {PortalId}: {Cells} figures of {Day} did not agree with their facts and were made anew. The program counted wrongly: report it with this line.")]
        public static partial void WrongFigures(ILogger logger, int portalId, int day, int cells);

        [LoggerMessage(3, LogLevel.Warning, "Portal {PortalId}: its tokens belong to another application and were forgotten. If it was no forgery, compare Bitrix24__AppCode with the application's code and install anew.")]
        public static partial void Foreign(ILogger logger, int portalId);

        [LoggerMessage(2, LogLevel.Warning, "Portal {PortalId}: {EventName} is not subscribed to: the scope '{Scope}' is not granted, or the portal does not know or refuses the event.")]
        public static partial void LeftOut(ILogger logger, int portalId, string eventName, string scope);
    }
}
