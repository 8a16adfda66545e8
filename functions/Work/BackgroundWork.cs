using Bitrix24Addon.Effects;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Functions.Work;

/// <summary>
/// What the program does unasked: reads what posts told of, sets portals up, works the calendar off and carries effects out. Any number
/// of processes may do so at once.
/// </summary>
internal sealed partial class BackgroundWork : IAsyncDisposable
{
    // What the capabilities do when their timers are due.
    private static readonly TimerKind[] KindsOfTimers = [];

    private static readonly InboxKind[] OfThePortal = [InboxKind.Installation, InboxKind.Erasure, InboxKind.Payment];

    private readonly Addon _addon;
    private readonly PortalCalendar _calendar;
    private readonly PortalDuties _duties;
    private readonly EffectRunner _effects;
    private readonly DueTimers _timers;
    private readonly WorkLoop _loop;
    private readonly ILogger _logger;

    /// <summary>Puts the work together; nothing runs yet.</summary>
    /// <param name="addon">The parts of the add-on.</param>
    /// <param name="loggers">Told of what goes wrong.</param>
    /// <param name="order">What work before this one gave turns to; null for none.</param>
    public BackgroundWork(Addon addon, ILoggerFactory loggers, TurnOrder? order = null)
    {
        _addon = addon;
        _logger = loggers.CreateLogger<BackgroundWork>();
        var slots = new Slots(addon.Storage, addon.Time);
        _calendar = new PortalCalendar(addon.Storage, slots, addon.Time, loggers, addon.Signal.Wake);
        _duties = new PortalDuties(addon, _calendar, slots, loggers.CreateLogger<PortalDuties>());
        _effects = new EffectRunner(addon.Storage, addon.Registry, addon.Poster.MakeFileAsync, addon.Time, addon.Timings, loggers.CreateLogger<EffectRunner>());
        _timers = new DueTimers(addon.Storage, KindsOfTimers, addon.Signal, addon.Time, loggers.CreateLogger<DueTimers>(), addon.Timings);
        _loop = new WorkLoop(
            [
                new PortalWork(LeaseNames.Inbox, InboxDueAsync, ReadInboxAsync),
                _timers.Work,
                new PortalWork(LeaseNames.Outbox, EffectsDueAsync, CarryOutAsync),
                new PortalWork(LeaseNames.Sync, DutiesDueAsync, _duties.TurnAsync),
            ],
            new Leases(addon.Storage, addon.Time), addon.Signal, addon.Time, loggers.CreateLogger<WorkLoop>(), addon.Timings, order);
    }

    /// <summary>The calendar fires and what is due is worked off.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Works until it is stopped.</summary>
    /// <param name="cancellationToken">Stops the work between commits.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        await _calendar.StartAsync(cancellationToken);
        IsRunning = true;
        try
        {
            await _loop.RunAsync(cancellationToken);
        }
        finally
        {
            IsRunning = false;
        }
    }

    /// <summary>Fires what is due of the calendar, once, however long nobody looked, and works until nothing is due any more.</summary>
    /// <param name="isFirst">This process did not look yet.</param>
    /// <param name="cancellationToken">Stops the work between commits; the rest stays due.</param>
    /// <returns>How many turns of work there were.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<long> CatchUpAsync(bool isFirst, CancellationToken cancellationToken)
    {
        if (isFirst)
        {
            await BeginAsync(cancellationToken);
        }

        await _calendar.CatchUpAsync(cancellationToken);
        return await _loop.DrainAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _timers.Dispose();
        return _calendar.DisposeAsync();
    }

    /// <summary>The portal of the configured webhook is worked for like an installed one, and the calendar is as this version of the program wants it.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _addon.Preparation.WaitAsync(cancellationToken);

        // Whether it answers shows in the work.
        if (_addon.Connection.Webhook is { } webhook)
        {
            var portal = await _addon.Registry.RegisterAsync(PortalClients.WebhookKey(webhook.Portal), webhook.Portal, webhook.UserId, cancellationToken);
            if (portal.HistoryCompleteAtMs is null)
            {
                await _addon.Inbox.MarkAsync(portal.Id, [new InboxMark(InboxKind.Installation, "0")], cancellationToken);
            }

            Log.Adopted(_logger, webhook.Portal);
        }

        foreach (var portal in (await _addon.Registry.ActiveAsync(cancellationToken)).Where(p => p.HistoryCompleteAtMs is not null))
        {
            await _calendar.EnsureAsync(portal.Id, (await _addon.Registry.ContextAsync(portal, cancellationToken)).Zone, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<int>> InboxDueAsync(long nowMs, CancellationToken cancellationToken)
    {
        await using var db = _addon.Storage.Open();
        var callable = await CallableAsync(db, cancellationToken);

        // Before its history is begun a portal has nothing that a change could be compared with.
        return await db.Inbox.IgnoreQueryFilters().Where(i => i.DeadReason == null && i.NotBeforeMs <= nowMs && !OfThePortal.Contains(i.Kind))
            .Where(i => callable.Any(p => p.Id == i.PortalId && p.HistoryStartedAtMs != null))
            .GroupBy(i => i.PortalId).OrderBy(g => g.Min(i => i.FirstMarkedAtMs)).Select(g => g.Key).ToListAsync(cancellationToken);
    }

    /// <summary>What was taken and is not done is put off in its row, or was raised meanwhile and is to be read again at once.</summary>
    private async Task<bool> ReadInboxAsync(int portalId, Lease lease, CancellationToken cancellationToken) =>
        await FindAsync(portalId, PortalCallers.Inbox, cancellationToken) is var (portal, client)
        && (await new Collect.InboxCollector(_addon.Storage, _addon.Time).RunAsync(portal, client, lease, cancellationToken)) is { Taken: > 0 };

    private async Task<IReadOnlyList<int>> EffectsDueAsync(long nowMs, CancellationToken cancellationToken)
    {
        await using var db = _addon.Storage.Open();
        var callable = await CallableAsync(db, cancellationToken);
        return await db.Effects.IgnoreQueryFilters()
            .Where(e => (e.State == EffectState.Pending || e.State == EffectState.Sending || e.State == EffectState.Unknown || e.State == EffectState.Held) && e.NotBeforeMs <= nowMs)
            .Where(e => callable.Any(p => p.Id == e.PortalId))
            .GroupBy(e => e.PortalId).OrderBy(g => g.Min(e => e.NotBeforeMs)).Select(g => g.Key).ToListAsync(cancellationToken);
    }

    private async Task<bool> CarryOutAsync(int portalId, Lease lease, CancellationToken cancellationToken) =>
        await FindAsync(portalId, PortalCallers.Effects, cancellationToken) is var (portal, client)
        && (await _effects.RunAsync(portal, client, lease, cancellationToken)).Count > 0;

    private async Task<IReadOnlyList<int>> DutiesDueAsync(long nowMs, CancellationToken cancellationToken)
    {
        await using var db = _addon.Storage.Open();
        var callable = await CallableAsync(db, cancellationToken);
        var marked = await db.Inbox.IgnoreQueryFilters().Where(i => i.DeadReason == null && i.NotBeforeMs <= nowMs && OfThePortal.Contains(i.Kind))
            .Where(i => i.Kind == InboxKind.Erasure || callable.Any(p => p.Id == i.PortalId) || (i.Kind == InboxKind.Installation
                && db.Access.IgnoreQueryFilters().Any(a => a.PortalId == i.PortalId && a.AwaitsConfirmation && a.ReauthoriseSinceMs == null)))
            .Select(i => i.PortalId).Distinct().ToListAsync(cancellationToken);
        var fired = await db.Slots.IgnoreQueryFilters().Where(s => s.DoneAtMs == null && s.NotBeforeMs <= nowMs)
            .Where(s => callable.Any(p => p.Id == s.PortalId))
            .Where(s => !db.Slots.IgnoreQueryFilters().Any(later =>
                later.PortalId == s.PortalId && later.Job == s.Job && later.ScheduledAtMs > s.ScheduledAtMs && later.DoneAtMs == null))
            .GroupBy(s => s.PortalId).OrderBy(g => g.Min(s => s.ScheduledAtMs)).Select(g => g.Key).ToListAsync(cancellationToken);

        // Nobody has to be called for it, so it goes on where the application was removed.
        var kept = await db.Portals.Where(p => p.ForgetByMs <= nowMs).OrderBy(p => p.ForgetByMs).Select(p => p.Id).ToListAsync(cancellationToken);
        return [.. marked.Concat(fired).Concat(kept).Distinct()];
    }

    /// <summary>Portals that can be called: where nothing can be done, nothing is due.</summary>
    private async Task<IQueryable<PortalRow>> CallableAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        var holding = await _addon.Clients.HoldingUnsavedAsync(cancellationToken);
        var byWebhook = _addon.Connection.Webhook is { } webhook ? PortalClients.WebhookKey(webhook.Portal) : "";
        return db.Portals.Where(p => p.UninstalledAtMs == null
            && (p.Key == byWebhook || db.Access.IgnoreQueryFilters().Any(a => a.PortalId == p.Id && (a.ReauthoriseSinceMs == null || holding.Contains(p.Id)) && !a.AwaitsConfirmation)));
    }

    private async Task<(PortalRow Portal, Bitrix24.Client.Bitrix24Client Client)?> FindAsync(
        int portalId, Bitrix24.Client.RestCaller caller, CancellationToken cancellationToken) =>
        await _addon.Registry.FindAsync(portalId, cancellationToken) is { } portal
        && await _addon.Clients.ForAsync(portal, cancellationToken) is { } client
            ? (portal, client.For(caller))
            : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Working for {Portal} by webhook.")]
        public static partial void Adopted(ILogger logger, string portal);
    }
}
