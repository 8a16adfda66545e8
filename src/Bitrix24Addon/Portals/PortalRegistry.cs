using System.Security.Cryptography;
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
            portal = new PortalRow
            {
                Key = key,
                Host = host,
                InstalledAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                PhoneKey = RandomNumberGenerator.GetBytes(32),
            };
            db.Portals.Add(portal);
        }

        portal.Host = host;
        portal.OwnerUserId = ownerUserId;
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return portal;
    }

    /// <summary>The portal with the settings in force.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<PortalContext> ContextAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        var row = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == portal.Id, cancellationToken).ConfigureAwait(false);
        return new PortalContext(row, await InForceAsync(db, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Puts settings in force as a new version and brings the figures up to them, in one transaction.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops the work; the old version then stays in force.</param>
    public async Task<int> PutSettingsAsync(PortalRow portal, PortalSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(settings);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Portals.SingleAsync(p => p.Id == portal.Id, cancellationToken).ConfigureAwait(false);
        var before = await InForceAsync(db, cancellationToken).ConfigureAwait(false);
        var presentationsChanged = PresentationsOf(before) != PresentationsOf(settings);
        var version = await db.Settings.MaxAsync(s => (int?)s.Version, cancellationToken).ConfigureAwait(false) ?? 0;
        db.Settings.Add(new SettingsRow
        {
            Version = version + 1,
            SavedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Document = settings.ToDocument(),
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (presentationsChanged)
        {
            // Subjects are not kept, so only a new read can tell which meetings are presentations now.
            await db.Cursors.Where(c => c.Source == Sources.Activities || c.Source == Sources.Activities + ":early").ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await RebuildIfNeededAsync(db, row, new PortalContext(row, settings), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return version + 1;
    }

    internal static async Task<PortalSettings> InForceAsync(AddonDbContext db, CancellationToken cancellationToken)
    {
        var document = await db.Settings.AsNoTracking().OrderByDescending(s => s.Version).Select(s => s.Document)
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return document is null ? new PortalSettings() : PortalSettings.Parse(document);
    }

    private static string PresentationsOf(PortalSettings settings) =>
        string.Join('|', settings.Presentations.SubjectContains.Concat(settings.Presentations.ProviderTypes.Prepend("#")));

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
