using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bitrix24Addon.Storage;

/// <summary>A row that belongs to one portal.</summary>
public interface IPortalOwned
{
    /// <summary>The portal's key in our database.</summary>
    int PortalId { get; set; }
}

/// <summary>
/// The one model of both databases. A context is opened for one portal: every query is filtered by it and every added row is
/// stamped with it, so that one portal's data cannot be reached from another.
/// </summary>
public sealed class AddonDbContext : DbContext
{
    /// <summary>Opens the model for one portal.</summary>
    /// <param name="options">Provider and connection.</param>
    /// <param name="portalId">The portal's key; 0 before a portal is chosen, when only <see cref="Portals"/> can be read.</param>
    public AddonDbContext(DbContextOptions<AddonDbContext> options, int portalId = 0)
        : base(options)
    {
        PortalId = portalId;
        ChangeTracker.AutoDetectChangesEnabled = false;
    }

    /// <summary>The portal this context is opened for.</summary>
    public int PortalId { get; private set; }

    /// <summary>The database is PostgreSQL; told by name, so that a provider that is not used is not loaded.</summary>
    internal bool IsPostgres => Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    /// <summary>Portals known to this installation.</summary>
    public DbSet<PortalRow> Portals => Set<PortalRow>();

    /// <summary>The access of the installed application.</summary>
    public DbSet<PortalAccessRow> Access => Set<PortalAccessRow>();

    /// <summary>Versions of the portal's settings.</summary>
    public DbSet<SettingsRow> Settings => Set<SettingsRow>();

    /// <summary>How far each source has been read.</summary>
    public DbSet<SourceCursorRow> Cursors => Set<SourceCursorRow>();

    /// <summary>How far what is gone was looked for.</summary>
    public DbSet<ComparisonRow> Comparisons => Set<ComparisonRow>();

    /// <summary>Facts, all versions.</summary>
    public DbSet<FactRow> Facts => Set<FactRow>();

    /// <summary>Objects that facts belong to.</summary>
    public DbSet<FactLinkRow> FactLinks => Set<FactLinkRow>();

    /// <summary>Daily figures.</summary>
    public DbSet<FigureRow> Figures => Set<FigureRow>();

    /// <summary>Records that were found gone before they were ever seen.</summary>
    public DbSet<FactGoneRow> FactsGone => Set<FactGoneRow>();

    /// <summary>Whose turn each work is.</summary>
    public DbSet<LeaseRow> Leases => Set<LeaseRow>();

    /// <summary>Requests to the portal of the last days.</summary>
    public DbSet<RestLogRow> RestLog => Set<RestLogRow>();

    /// <summary>What is to be read because a post said that it changed.</summary>
    public DbSet<InboxRow> Inbox => Set<InboxRow>();

    /// <summary>Firings of the calendar.</summary>
    public DbSet<SlotRow> Slots => Set<SlotRow>();

    /// <summary>Subjects that are to be looked at again at an instant.</summary>
    public DbSet<TimerRow> Timers => Set<TimerRow>();

    /// <summary>How well posts told us of changes.</summary>
    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    /// <summary>Numbers of people who were erased.</summary>
    public DbSet<ErasedRow> Erased => Set<ErasedRow>();

    /// <summary>What is to be done in the portal, and what was done.</summary>
    public DbSet<EffectRow> Effects => Set<EffectRow>();

    /// <summary>Goes on for one portal: for the transaction that registers a portal and writes its first rows.</summary>
    /// <param name="portalId">The portal's key.</param>
    /// <exception cref="InvalidOperationException">The context is already opened for a portal.</exception>
    public void ChoosePortal(int portalId) =>
        PortalId = PortalId == 0 ? portalId : throw new InvalidOperationException($"The context is opened for portal {PortalId}.");

    /// <summary>Rules, all versions.</summary>
    public DbSet<RuleRow> Rules => Set<RuleRow>();

    /// <summary>What rules said.</summary>
    public DbSet<VerdictRow> Verdicts => Set<VerdictRow>();

    /// <summary>What the portal said of itself when verdicts were given.</summary>
    public DbSet<VerdictBasisRow> VerdictBases => Set<VerdictBasisRow>();

    /// <summary>Days that were judged.</summary>
    public DbSet<ClosedDayRow> ClosedDays => Set<ClosedDayRow>();

    /// <summary>
    /// Begins a transaction that writes what belongs to the portal. Writers of one portal take turns: SQLite lets one writer in at
    /// a time anyway, on PostgreSQL the portal's row is the lock, which a process that is frozen within its transaction keeps for a minute at most.
    /// </summary>
    /// <param name="cancellationToken">Stops the wait for the turn.</param>
    public async Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        return transaction;
    }

    /// <summary>Begins a transaction that writes for many portals at once.</summary>
    /// <param name="cancellationToken">Stops the beginning.</param>
    public async Task<IDbContextTransaction> BeginSharedAsync(CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (IsPostgres)
        {
            await Database.ExecuteSqlRawAsync("SET LOCAL idle_in_transaction_session_timeout = '60s'", cancellationToken).ConfigureAwait(false);
        }

        return transaction;
    }

    /// <summary>Takes the portal's turn in a transaction that began before the portal was known; see <see cref="ChoosePortal"/>.</summary>
    /// <param name="cancellationToken">Stops the wait for the turn.</param>
    public async Task WaitForTurnAsync(CancellationToken cancellationToken)
    {
        if (IsPostgres)
        {
            await Database.ExecuteSqlAsync($"SET LOCAL idle_in_transaction_session_timeout = '60s'; SELECT 1 FROM portals WHERE \"Id\" = {PortalId} FOR UPDATE", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins a transaction that writes in the name of a lease; see <see cref="BeginWriteAsync(CancellationToken)"/>.</summary>
    /// <param name="lease">The lease of this work.</param>
    /// <param name="cancellationToken">Stops the wait for the turn.</param>
    /// <exception cref="LeaseLostException">Another process has taken the lease.</exception>
    public async Task<IDbContextTransaction> BeginWriteAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var transaction = await BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await lease.RequireAsync(this, cancellationToken).ConfigureAwait(false);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        StampPortal();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        StampPortal();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PortalRow>(portal =>
        {
            portal.ToTable("portals");
            portal.HasKey(p => p.Id);
            portal.HasIndex(p => p.Key).IsUnique();
        });
        modelBuilder.Entity<PortalAccessRow>(access =>
        {
            access.ToTable("portal_access");
            access.HasKey(a => a.PortalId);
            access.Property(a => a.PortalId).ValueGeneratedNever();
            access.HasQueryFilter(a => a.PortalId == PortalId);
        });
        modelBuilder.Entity<RequestBucketRow>(bucket =>
        {
            bucket.ToTable("request_buckets");
            bucket.HasKey(b => b.Host);
        });
        modelBuilder.Entity<RestLogRow>(log =>
        {
            log.ToTable("rest_log");
            log.HasKey(l => l.Id);
            log.HasIndex(l => new { l.PortalId, l.SentAtMs });
            log.HasQueryFilter(l => l.PortalId == PortalId);
        });
        modelBuilder.Entity<SettingsRow>(settings =>
        {
            settings.ToTable("settings");
            settings.HasKey(s => new { s.PortalId, s.Version });
            settings.HasQueryFilter(s => s.PortalId == PortalId);
        });
        modelBuilder.Entity<SourceCursorRow>(cursor =>
        {
            cursor.ToTable("source_cursors");
            cursor.HasKey(c => new { c.PortalId, c.Source });
            cursor.HasQueryFilter(c => c.PortalId == PortalId);
        });
        modelBuilder.Entity<ComparisonRow>(comparison =>
        {
            comparison.ToTable("comparisons");
            comparison.HasKey(c => new { c.PortalId, c.Source });
            comparison.HasQueryFilter(c => c.PortalId == PortalId);
        });
        modelBuilder.Entity<FactRow>(fact =>
        {
            fact.ToTable("facts");
            fact.HasKey(f => new { f.PortalId, f.Kind, f.SourceId, f.Version });
            fact.HasIndex(f => new { f.PortalId, f.Kind, f.OccurredAtMs });
            fact.HasIndex(f => new { f.PortalId, f.Kind, f.EffectiveAtMs });
            fact.HasIndex(f => new { f.PortalId, f.Kind, f.KnownAtMs });
            fact.HasIndex(f => new { f.PortalId, f.Kind, f.GroupKey });
            fact.HasIndex(f => new { f.PortalId, f.Kind, f.LookupKey });
            fact.HasQueryFilter(f => f.PortalId == PortalId);
        });
        modelBuilder.Entity<FactLinkRow>(link =>
        {
            link.ToTable("fact_links");
            link.HasKey(l => new { l.PortalId, l.Kind, l.LinkKey, l.SourceId });
            link.HasIndex(l => new { l.PortalId, l.Kind, l.SourceId });
            link.HasQueryFilter(l => l.PortalId == PortalId);
        });
        modelBuilder.Entity<FigureRow>(figure =>
        {
            figure.ToTable("figures");
            figure.HasKey(f => new { f.PortalId, f.Day, f.UserId, f.Metric, f.Detail });
            figure.HasQueryFilter(f => f.PortalId == PortalId);
        });
        modelBuilder.Entity<FactGoneRow>(gone =>
        {
            gone.ToTable("facts_gone");
            gone.HasKey(g => new { g.PortalId, g.Kind, g.SourceId });
            gone.HasQueryFilter(g => g.PortalId == PortalId);
        });
        modelBuilder.Entity<LeaseRow>(lease =>
        {
            lease.ToTable("leases");
            lease.HasKey(l => new { l.PortalId, l.Name });
            lease.HasQueryFilter(l => l.PortalId == PortalId);
        });
        modelBuilder.Entity<InboxRow>(inbox =>
        {
            inbox.ToTable("inbox");
            inbox.HasKey(i => new { i.PortalId, i.Kind, i.Key });
            inbox.HasIndex(i => new { i.NotBeforeMs, i.PortalId });
            inbox.HasQueryFilter(i => i.PortalId == PortalId);
        });
        modelBuilder.Entity<SlotRow>(slot =>
        {
            slot.ToTable("slots");
            slot.HasKey(s => new { s.PortalId, s.Job, s.ScheduledAtMs });
            slot.HasIndex(s => new { s.DoneAtMs, s.NotBeforeMs });
            slot.HasQueryFilter(s => s.PortalId == PortalId);
        });
        modelBuilder.Entity<TimerRow>(timer =>
        {
            timer.ToTable("timers");
            timer.HasKey(t => new { t.PortalId, t.Kind, t.Subject });
            timer.HasIndex(t => new { t.NotBeforeMs, t.PortalId });
            timer.HasQueryFilter(t => t.PortalId == PortalId);
        });
        modelBuilder.Entity<DeliveryRow>(delivery =>
        {
            delivery.ToTable("deliveries");
            delivery.HasKey(d => new { d.PortalId, d.Day, d.Kind });
            delivery.HasQueryFilter(d => d.PortalId == PortalId);
        });
        modelBuilder.Entity<ErasedRow>(erased =>
        {
            erased.ToTable("erased");
            erased.HasKey(e => new { e.PortalId, e.Kind, e.SourceId });
            erased.HasQueryFilter(e => e.PortalId == PortalId);
        });
        modelBuilder.Entity<EffectRow>(effect =>
        {
            effect.ToTable("effects");
            effect.HasKey(e => e.Id);
            effect.HasIndex(e => new { e.PortalId, e.Key }).IsUnique();
            effect.HasIndex(e => new { e.State, e.NotBeforeMs });
            effect.HasIndex(e => new { e.PortalId, e.ResultId });
            effect.HasIndex(e => new { e.PortalId, e.PersonId, e.LastSentAtMs });
            effect.HasQueryFilter(e => e.PortalId == PortalId);
        });
        modelBuilder.Entity<RuleRow>(rule =>
        {
            rule.ToTable("rules");
            rule.HasKey(r => new { r.PortalId, r.RuleId, r.Version });
            rule.HasQueryFilter(r => r.PortalId == PortalId);
        });
        modelBuilder.Entity<VerdictRow>(verdict =>
        {
            verdict.ToTable("verdicts");
            verdict.HasKey(v => new { v.PortalId, v.RuleId, v.Day, v.UserId, v.Revision });
            verdict.HasIndex(v => new { v.PortalId, v.Day });
            verdict.HasIndex(v => new { v.PortalId, v.Revision });
            verdict.HasQueryFilter(v => v.PortalId == PortalId);
        });
        modelBuilder.Entity<VerdictBasisRow>(basis =>
        {
            basis.ToTable("verdict_bases");
            basis.HasKey(b => new { b.PortalId, b.Key });
            basis.HasQueryFilter(b => b.PortalId == PortalId);
        });
        modelBuilder.Entity<ClosedDayRow>(day =>
        {
            day.ToTable("closed_days");
            day.HasKey(d => new { d.PortalId, d.Day });
            day.HasQueryFilter(d => d.PortalId == PortalId);
        });
    }

    private void StampPortal()
    {
        ChangeTracker.DetectChanges();
        foreach (var entry in ChangeTracker.Entries<IPortalOwned>())
        {
            if (entry.State != EntityState.Added)
            {
                continue;
            }

            if (PortalId == 0)
            {
                throw new InvalidOperationException("A row of a portal can only be written through a context opened for that portal.");
            }

            entry.Entity.PortalId = PortalId;
        }
    }
}
