using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Portals;

/// <summary>Finds and registers portals, and keeps their settings.</summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class PortalRegistry(AddonStorage storage, TimeProvider time)
{
    /// <summary>The portal with the key, or null.</summary>
    /// <param name="key">The portal's key (see <see cref="PortalRow.Key"/>).</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<PortalRow?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        return await db.Portals.AsNoTracking().SingleOrDefaultAsync(p => p.Key == key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The portal with the key; registers it when it is new.</summary>
    /// <param name="key">The portal's key.</param>
    /// <param name="host">Its host name.</param>
    /// <param name="ownerUserId">In whose name we call.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<PortalRow> RegisterAsync(string key, string host, long ownerUserId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        var portal = await db.Portals.SingleOrDefaultAsync(p => p.Key == key, cancellationToken).ConfigureAwait(false);
        if (portal is null)
        {
            portal = PortalRow.New(key, host, time.GetUtcNow().ToUnixTimeMilliseconds());
            db.Portals.Add(portal);
        }

        portal.Host = host;
        portal.OwnerUserId = ownerUserId;
        db.ChangeTracker.DetectChanges();
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return portal;
        }
        catch (DbUpdateException) when (portal.Id == 0)
        {
            // Another process registered the portal in the same moment.
            return await FindAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"The portal {key} could not be registered.");
        }
    }

    /// <summary>
    /// Portals that can be called: those by webhook, and those whose installed application has tokens. Whether the webhook is still
    /// configured is told by <see cref="PortalClients.ForAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<PortalRow>> ActiveAsync(CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        return await db.Portals.AsNoTracking()
            .Where(p => p.UninstalledAtMs == null)
            .Where(p => p.Key.StartsWith("webhook:") || db.Access.IgnoreQueryFilters().Any(a => a.PortalId == p.Id && a.ReauthoriseSinceMs == null && !a.AwaitsConfirmation))
            .OrderBy(p => p.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The portal with our key, or null.</summary>
    /// <param name="portalId">Our key.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<PortalRow?> FindAsync(int portalId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open();
        return await db.Portals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == portalId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The portal with the settings in force.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<PortalContext> ContextAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        return await ContextAsync(db, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The portal with the settings in force.</summary>
    /// <param name="db">A context opened for the portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<PortalContext> ContextAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var row = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == db.PortalId, cancellationToken).ConfigureAwait(false);
        return new PortalContext(row, (await InForceAsync(db, cancellationToken).ConfigureAwait(false)).Settings);
    }

    /// <summary>Whether somebody has saved settings of the portal and come to the end of it; until the first all are defaults.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<bool> IsSetUpAsync(PortalRow portal, CancellationToken cancellationToken) =>
        await SettingsAsync(portal, cancellationToken).ConfigureAwait(false) is { Version: > 0, Settings.SetUpUnfinished: false };

    /// <summary>The settings in force with their version; the defaults are version 0.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<(PortalSettings Settings, int Version)> SettingsAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        return await InForceAsync(db, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts settings in force as a new version and brings the figures up to them, in one transaction.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops the work; the old version then stays in force.</param>
    /// <param name="expectedVersion">The version that was changed; null for whatever is in force.</param>
    /// <param name="savedByUserId">The Bitrix24 user who saves; null for the command line.</param>
    /// <exception cref="ProblemException">Another version is in force than the one that was changed.</exception>
    public async Task<int> PutSettingsAsync(
        PortalRow portal, PortalSettings settings, CancellationToken cancellationToken, int? expectedVersion = null, long? savedByUserId = null)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(settings);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Portals.SingleAsync(p => p.Id == portal.Id, cancellationToken).ConfigureAwait(false);
        var (before, version) = await InForceAsync(db, cancellationToken).ConfigureAwait(false);
        if (expectedVersion is { } expected && expected != version)
        {
            throw new ProblemException("Settings.changed_meanwhile");
        }

        var readAnew = new List<string>();

        // Subjects and names are not kept, so only a new read can tell which meetings are presentations and which events field work.
        if (PresentationsOf(before) != PresentationsOf(settings))
        {
            readAnew.AddRange([Sources.Activities, Sources.Activities + ":early", Sources.Calendar]);
        }

        if (!before.FieldWork.NameContains.SequenceEqual(settings.FieldWork.NameContains))
        {
            readAnew.Add(Sources.Calendar);
        }

        db.Settings.Add(new SettingsRow
        {
            Version = version + 1,
            SavedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            SavedByUserId = savedByUserId,
            Document = settings.ToDocument(),
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await db.Cursors.Where(c => readAnew.Contains(c.Source)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);

        var context = new PortalContext(row, settings);
        await ReadCalendarsAnewAsync(db, new PortalContext(row, before), context, cancellationToken).ConfigureAwait(false);
        await RebuildIfNeededAsync(db, row, context, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return version + 1;
    }

    /// <summary>The settings in force with their version; the defaults are version 0.</summary>
    internal static async Task<(PortalSettings Settings, int Version)> InForceAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        var row = await db.Settings.AsNoTracking().OrderByDescending(s => s.Version).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return row is null ? (new PortalSettings(), 0) : (PortalSettings.Parse(row.Document), row.Version);
    }

    private static string PresentationsOf(PortalSettings settings) =>
        string.Join('|', settings.Presentations.SubjectContains.Concat(settings.Presentations.ProviderTypes.Prepend("#")));

    /// <summary>
    /// Has the calendars read anew when the portal's days are days of another zone: when a whole day began, and on which day an event recurs,
    /// was told by the old one. The caller holds the transaction.
    /// </summary>
    internal static async Task ReadCalendarsAnewAsync(AddonDbContext db, PortalContext before, PortalContext after, CancellationToken cancellationToken)
    {
        if (before.Zone.Id != after.Zone.Id)
        {
            await db.Cursors.Where(c => c.Source == Sources.Calendar).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Rebuilds the figures when they were computed on another basis. The caller holds the transaction.</summary>
    internal static async Task RebuildIfNeededAsync(
        AddonDbContext db, PortalRow row, PortalContext context, CancellationToken cancellationToken)
    {
        if (row.FiguresBasis == context.Basis)
        {
            return;
        }

        await new FigureCells(db, context.Metrics).RebuildAsync(cancellationToken).ConfigureAwait(false);
        await db.Portals.Where(p => p.Id == row.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.FiguresBasis, context.Basis), cancellationToken).ConfigureAwait(false);
    }
}
