using System.Data.Common;
using Bitrix24.Client;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Portals;

/// <summary>Notes a finding: level, name of its text, arguments.</summary>
internal delegate void NoteFinding(DoctorLevel level, string name, params object[] arguments);

/// <summary>The part of <see cref="Doctor"/> that looks at the database: where it lies, whether its tables are right, what it holds.</summary>
internal sealed class DoctorOfStorage(AddonStorage storage, PortalRegistry registry, TimeProvider time, NoteFinding add)
{
    private const int DaysOfDeliveries = 7;
    private const double TolerableLoss = 0.05;
    private const long TolerableSkewMs = 5_000;

    /// <returns>The portal as the database knows it, or null.</returns>
    public async Task<PortalContext?> ExamineAsync(string portalKey, CancellationToken cancellationToken)
    {
        add(DoctorLevel.Ok, "residence", storage.Location);
        try
        {
            return await AreTablesReadyAsync(cancellationToken).ConfigureAwait(false)
                && await registry.FindAsync(portalKey, cancellationToken).ConfigureAwait(false) is { } portal
                ? await ExamineFactsAsync(portal, cancellationToken).ConfigureAwait(false)
                : null;
        }
        catch (ProblemException problem)
        {
            add(DoctorLevel.Problem, "settings_damaged", new DoctorText(problem.TextKey, [.. problem.Arguments]));
        }
        catch (DbException unusable)
        {
            add(DoctorLevel.Problem, "storage_unusable", new DoctorText("Storage.unreachable", storage.Location, unusable.Message));
        }

        return null;
    }

    private async Task<bool> AreTablesReadyAsync(CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        if (!await db.Database.CanConnectAsync(cancellationToken).ConfigureAwait(false))
        {
            if (storage.IsPostgres || File.Exists(storage.Location))
            {
                add(DoctorLevel.Problem, "storage_unusable", new DoctorText("Storage.unreachable", storage.Location, ""));
            }
            else
            {
                add(DoctorLevel.Ok, "storage_new", storage.Location);
            }

            return false;
        }

        await ExamineClockAsync(db, cancellationToken).ConfigureAwait(false);
        var known = db.Database.GetMigrations().ToHashSet();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).ToHashSet();
        if (applied.FirstOrDefault(m => !known.Contains(m)) is { } unknown)
        {
            add(DoctorLevel.Problem, "storage_unusable", new DoctorText("Storage.newer", storage.Location, unknown));
            return false;
        }

        var pending = known.Count - applied.Count;
        add(pending == 0 ? DoctorLevel.Ok : DoctorLevel.Warning, pending == 0 ? "storage_ready" : "storage_old", storage.Location, pending);
        return pending == 0;
    }

    /// <summary>Several machines read one portal by their own clocks; the server that they share tells whether ours is right.</summary>
    private async Task ExamineClockAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        if (!storage.IsPostgres)
        {
            return;
        }

        var before = time.GetUtcNow().ToUnixTimeMilliseconds();
        var server = await db.Database.SqlQueryRaw<long>("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS \"Value\"")
            .SingleAsync(cancellationToken).ConfigureAwait(false);
        var skew = Math.Max(before - server, server - time.GetUtcNow().ToUnixTimeMilliseconds());
        if (skew > TolerableSkewMs)
        {
            add(DoctorLevel.Warning, "storage_clock_skewed", skew / 1000);
        }
    }

    private async Task<PortalContext> ExamineFactsAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        await using var db = storage.Open(portal.Id);
        if (context.Portal.LastSyncStartedAtMs is { } lastSync)
        {
            var at = Instant.FromUnixTimeMilliseconds(lastSync).InZone(context.Zone).LocalDateTime;
            var facts = await db.Facts.LongCountAsync(cancellationToken).ConfigureAwait(false);
            add(DoctorLevel.Ok, "synced", LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Format(at), facts);
        }
        else
        {
            add(DoctorLevel.Ok, "never_synced");
        }

        foreach (var cursor in await db.Cursors.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            ExamineReading(cursor, portal);
        }

        if (context.Settings.ProductionCalendar is not null
            && PortalDays.ToDate(context.Metrics.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds())).Year is var year && !context.Calendar.IsKnown(year))
        {
            add(DoctorLevel.Ok, "calendar_unknown", year);
        }

        await ExamineDeadLettersAsync(db, portal, cancellationToken).ConfigureAwait(false);
        foreach (var parked in await db.Timers.Where(t => t.ParkedReason != null).GroupBy(t => t.ParkedReason!).Select(g => new { Reason = g.Key, Count = g.Count() })
            .OrderBy(g => g.Reason).ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            add(DoctorLevel.Warning, "timers_parked", parked.Count, parked.Reason);
        }

        await ExamineDeliveriesAsync(db, context, cancellationToken).ConfigureAwait(false);
        await ExamineOutboxAsync(db, portal, cancellationToken).ConfigureAwait(false);
        return context;
    }

    private void ExamineReading(SourceCursorRow cursor, PortalRow portal)
    {
        var source = new DoctorText($"Sources.{cursor.Source}");
        if (cursor.Failure is not null)
        {
            // What was read only in part has the code under which reports name it; a refusal of the portal has the error's kind.
            var why = Enum.TryParse<Bitrix24ErrorKind>(cursor.Failure, out var kind)
                ? new DoctorText($"Problems.{kind}", portal.Host, source, "", "", "", "")
                : new DoctorText($"Completeness.{cursor.Failure.ToLowerInvariant()}");
            add(DoctorLevel.Warning, "source_failed", source, why);
        }

        if (cursor.UnseenPeople.Length > 0)
        {
            add(DoctorLevel.Warning, "source_partly", source, new DoctorText("Completeness.people_unseen", cursor.UnseenPeople.Length));
        }

        if (cursor.UnreadablePeople.Length > 0)
        {
            add(DoctorLevel.Warning, "source_partly", source, new DoctorText("Completeness.unreadable", cursor.Unreadable));
        }
    }

    private async Task ExamineDeadLettersAsync(AddonDbContext db, PortalRow portal, CancellationToken cancellationToken)
    {
        var dead = await db.Inbox.Where(i => i.DeadReason != null).GroupBy(i => i.DeadReason!).Select(g => new { Reason = g.Key, Count = g.Count() })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var group in dead.OrderBy(d => d.Reason, StringComparer.Ordinal))
        {
            var error = new Bitrix24Error(Enum.TryParse<Bitrix24ErrorKind>(group.Reason, out var kind) ? kind : default, "", "");
            add(DoctorLevel.Warning, "dead_letters", group.Count, DoctorText.Of(error, portal.Host, group.Reason));
        }
    }

    private async Task ExamineDeliveriesAsync(AddonDbContext db, PortalContext context, CancellationToken cancellationToken)
    {
        var days = context.Metrics.Days;
        var today = PortalDays.ToDate(days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds()));
        var from = PortalDays.ToDay(today.PlusDays(1 - DaysOfDeliveries));
        var kinds = await db.Deliveries.Where(d => d.Day >= from).GroupBy(d => d.Kind)
            .Select(g => new { Kind = g.Key, Received = g.Sum(d => d.Received), Lost = g.Sum(d => d.Lost) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        if (kinds.Sum(k => k.Received + k.Lost) == 0 || (context.Portal.IsByWebhook && !await db.Deliveries.AnyAsync(d => d.Received > 0, cancellationToken).ConfigureAwait(false)))
        {
            // A webhook gets no events; that nothing was heard of what it found is no loss.
            add(DoctorLevel.Ok, "no_events");
            return;
        }

        foreach (var kind in kinds.Where(k => k.Received + k.Lost > 0).OrderBy(k => k.Kind))
        {
            var share = (double)kind.Lost / (kind.Received + kind.Lost);
            var source = new DoctorText($"Sources.{Sources.NameOf(kind.Kind)}");
            var isTolerable = share <= TolerableLoss;
            add(isTolerable ? DoctorLevel.Ok : DoctorLevel.Warning, isTolerable ? "events" : "events_lost", source, kind.Received, kind.Lost, share);
        }
    }

    private async Task ExamineOutboxAsync(AddonDbContext db, PortalRow portal, CancellationToken cancellationToken)
    {
        var parked = await db.Effects.Where(e => e.State == EffectState.Parked).GroupBy(e => e.Failure)
            .Select(g => new { Failure = g.Key, Count = g.Count() }).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var reason in parked.OrderBy(p => p.Failure))
        {
            if (reason.Failure == EffectEnd.Stale)
            {
                add(DoctorLevel.Ok, "effects_stale", reason.Count, EffectEnd.WantedFor.Days);
                continue;
            }

            add(DoctorLevel.Warning, "effects_parked", reason.Count, EffectEnd.ProblemOf(reason.Failure ?? "", portal.Host));
        }

        if (await db.Effects.CountAsync(e => e.MayBeDoubled, cancellationToken).ConfigureAwait(false) is > 0 and var doubled)
        {
            add(DoctorLevel.Warning, "effects_doubled", doubled);
        }
    }
}
