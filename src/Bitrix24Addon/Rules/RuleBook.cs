using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Rules;

/// <summary>What became of a rule that was saved.</summary>
/// <param name="Rule">The rule with the version in force.</param>
/// <param name="IsNew">A new version was written; false when the one in force says the same.</param>
/// <param name="SameMetric">Other enabled rules on the same metric: who is judged by several can get a task from each.</param>
public sealed record SavedRule(RuleDocument Rule, bool IsNew, IReadOnlyList<RuleDocument> SameMetric);

/// <summary>A version of a rule.</summary>
/// <param name="Rule">What it says.</param>
/// <param name="SavedAtMs">When it was saved, Unix milliseconds.</param>
/// <param name="SavedByUserId">The Bitrix24 user who saved it; null for the command line.</param>
public sealed record RuleVersion(RuleDocument Rule, long SavedAtMs, long? SavedByUserId);

/// <summary>In whose name a rule is written.</summary>
/// <param name="UserId">The Bitrix24 user; null for the command line.</param>
/// <param name="IsBound">He may only write rules whose targets all belong to departments that he heads.</param>
/// <param name="ExpectedVersion">The version he changed, 0 for a new rule; null for whatever is in force.</param>
public sealed record RuleAuthor(long? UserId, bool IsBound, int? ExpectedVersion)
{
    /// <summary>Whoever operates the service.</summary>
    public static RuleAuthor Operator { get; } = new(null, IsBound: false, null);
}

/// <summary>Keeps a portal's rules in versions; the highest version of each is in force.</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="time">The clock.</param>
public sealed class RuleBook(AddonStorage storage, PortalRegistry registry, TimeProvider time)
{
    /// <summary>The rules in force, also those that are not enabled, by id.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<RuleDocument>> ListAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        return await InForceAsync(db, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All versions of a rule, the newest first; none when there is no such rule.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="ruleId">The rule.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<RuleVersion>> HistoryAsync(PortalRow portal, string ruleId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        var rows = await db.Rules.AsNoTracking().Where(r => r.RuleId == ruleId).OrderByDescending(r => r.Version).ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(r => new RuleVersion(Of(r), r.SavedAtMs, r.SavedByUserId));
    }

    /// <summary>Reads a rule that a visitor wrote and checks that his portal has whom it names.</summary>
    /// <param name="visitor">The visitor.</param>
    /// <param name="document">JSON.</param>
    /// <exception cref="ProblemException">See <see cref="ReadAsync"/>.</exception>
    public static RuleDocument Read(Visitor visitor, string document)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return Read(document, visitor.Context, visitor.Membership);
    }

    /// <summary>Reads a rule and checks that the portal has whom it names.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="document">JSON.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">It cannot be a rule of this portal; names the line, the place and what to do.</exception>
    public async Task<RuleDocument> ReadAsync(PortalRow portal, string document, CancellationToken cancellationToken)
    {
        var (context, membership) = await MembershipAsync(portal, cancellationToken).ConfigureAwait(false);
        return Read(document, context, membership);
    }

    private static RuleDocument Read(string document, PortalContext context, Membership membership)
    {
        var rule = RuleDocument.Parse(document);
        foreach (var (place, scope) in rule.Scopes())
        {
            var line = JsonPlace.LineOf(document, place);
            if (scope.DepartmentId is { } department && !membership.Departments.ContainsKey(department))
            {
                throw new ProblemException("Rules.unknown_department", line, department);
            }

            if (scope.UserId is { } user && !membership.Knows(user))
            {
                throw new ProblemException("Rules.unknown_user", line, user);
            }

            if (scope.Tier is { } tier && !context.Settings.Tiers.ContainsKey(tier))
            {
                throw new ProblemException("Rules.tier_not_set", line, tier);
            }
        }

        return rule;
    }

    /// <summary>Puts a rule in force as its next version.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="document">JSON.</param>
    /// <param name="cancellationToken">Stops the work; the old version then stays in force.</param>
    /// <param name="author">In whose name; null for <see cref="RuleAuthor.Operator"/>.</param>
    /// <exception cref="ProblemException">
    /// See <see cref="ReadAsync"/>; or another version is in force than the author changed, or the rule is not his to write. The old version stays in force.
    /// </exception>
    public async Task<SavedRule> PutAsync(PortalRow portal, string document, CancellationToken cancellationToken, RuleAuthor? author = null)
    {
        author ??= RuleAuthor.Operator;
        var (context, membership) = await MembershipAsync(portal, cancellationToken).ConfigureAwait(false);
        var rule = Read(document, context, membership);
        var sight = author is { IsBound: true, UserId: { } head } ? new HeadSight(membership, head, context.Metrics.Days.DayOf(time.GetUtcNow().ToUnixTimeMilliseconds())) : null;
        RequireHis(rule);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var rules = await InForceAsync(db, cancellationToken).ConfigureAwait(false);
        var before = rules.FirstOrDefault(r => r.Id == rule.Id);
        if (author.ExpectedVersion is { } expected && expected != (before?.VersionNumber ?? 0))
        {
            throw new ProblemException("Rules.changed_meanwhile");
        }

        if (before is not null)
        {
            RequireHis(before);
            if (before.GetType() != rule.GetType())
            {
                throw new ProblemException("Rules.other_kind", rule.Id);
            }

            rule = rule is NormRule norm && sight is not null ? sight.Complete(norm, (NormRule)before) : rule;
        }

        var others = rules.Where(r => r.Id != rule.Id && r.Enabled && rule.Enabled && r is NormRule other && other.Metric == (rule as NormRule)?.Metric).ToList();
        if (before?.ToDocument() == rule.ToDocument())
        {
            return new SavedRule(before, false, others);
        }

        var saved = rule with { VersionNumber = (before?.VersionNumber ?? 0) + 1 };
        db.Rules.Add(new RuleRow
        {
            RuleId = saved.Id, Version = saved.VersionNumber, SavedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(), SavedByUserId = author.UserId,
            Document = saved.ToDocument(),
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new SavedRule(saved, true, others);

        void RequireHis(RuleDocument written)
        {
            if (sight?.IsHis(written) == false)
            {
                throw new ProblemException("Rules.not_yours");
            }
        }
    }

    /// <summary>The rules in force, by id: now, or just before a moment (Unix milliseconds).</summary>
    internal static async Task<List<RuleDocument>> InForceAsync(AddonDbContext db, CancellationToken cancellationToken, long beforeMs = long.MaxValue)
    {
        var saved = db.Rules.AsNoTracking().Where(r => r.SavedAtMs < beforeMs);
        var rows = await saved.Where(r => !saved.Any(later => later.RuleId == r.RuleId && later.Version > r.Version))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.OrderBy(r => r.RuleId, StringComparer.Ordinal).Select(Of)];
    }

    /// <summary>A certain version of a rule.</summary>
    internal static async Task<RuleDocument> VersionAsync(AddonDbContext db, string ruleId, int version, CancellationToken cancellationToken) =>
        Of(await db.Rules.AsNoTracking().SingleAsync(r => r.RuleId == ruleId && r.Version == version, cancellationToken).ConfigureAwait(false));

    private async Task<(PortalContext Context, Membership Membership)> MembershipAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        await using var db = storage.Open(portal.Id);
        return (context, await Membership.ReadAsync(new FactReader(db, context.Metrics.Days), context.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false));
    }

    private static RuleDocument Of(RuleRow row) => RuleDocument.Parse(row.Document) with { VersionNumber = row.Version };
}
