using System.Globalization;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Privacy;

/// <summary>What was erased of somebody; all zero when nothing was left.</summary>
public sealed record ErasureResult
{
    /// <summary>Name and time zone of a user.</summary>
    public int Names { get; init; }

    /// <summary>Tasks, messages and reports whose texts were emptied, or in which the name was replaced.</summary>
    public int Texts { get; init; }

    /// <summary>Tasks, messages and reports that were still to be sent to him and now are not.</summary>
    public int Unsent { get; init; }

    /// <summary>Verdicts about him.</summary>
    public int Verdicts { get; init; }

    /// <summary>Marks in the inbox.</summary>
    public int Marks { get; init; }

    /// <summary>Activities that no longer name the contact.</summary>
    public int Activities { get; init; }

    /// <summary>Calls whose phone hash was replaced by a random one.</summary>
    public int Calls { get; init; }

    /// <summary>What was erased in two places.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    public static ErasureResult operator +(ErasureResult one, ErasureResult other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new ErasureResult
        {
            Names = one.Names + other.Names, Texts = one.Texts + other.Texts, Unsent = one.Unsent + other.Unsent, Verdicts = one.Verdicts + other.Verdicts,
            Marks = one.Marks + other.Marks, Activities = one.Activities + other.Activities, Calls = one.Calls + other.Calls,
        };
    }
}

/// <summary>
/// Erases what is personal of a user or a contact, in one transaction and as often as one likes. Figures stay as they are: what was counted is
/// counted under the number, which only the portal can tell whose it is.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="time">The clock.</param>
public sealed class Erasure(AddonStorage storage, PortalRegistry registry, TimeProvider time)
{
    /// <summary>Erases a user: name and zone, verdicts, the texts written to him or about him, marks in the inbox.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="userId">The user's id in Bitrix24.</param>
    /// <param name="cancellationToken">Stops the work; nothing is erased then.</param>
    /// <param name="mayBeUnknown">He is known elsewhere: here he is only kept from coming.</param>
    /// <exception cref="ProblemException">Nobody with this id was ever seen.</exception>
    public async Task<ErasureResult> OfUserAsync(PortalRow portal, long userId, CancellationToken cancellationToken, bool mayBeUnknown = false)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == portal.Id, cancellationToken).ConfigureAwait(false);
        var directory = PortalDirectory.Parse(row.Directory);
        var isKnown = mayBeUnknown || directory.UserNames.ContainsKey(userId)
            || await db.Facts.AnyAsync(f => f.Kind == FactKind.User && f.SourceId == userId, cancellationToken).ConfigureAwait(false)
            || await db.Figures.AnyAsync(f => f.UserId == userId, cancellationToken).ConfigureAwait(false);
        await RememberAsync(db, ErasedKind.User, userId, isKnown ? null : new ProblemException("Privacy.unknown_user", userId, portal.Host), cancellationToken)
            .ConfigureAwait(false);

        var name = directory.UserNames.GetValueOrDefault(userId) ?? "";
        var without = directory.Without(new HashSet<long> { userId }).ToDocument();
        var names = without == directory.ToDocument() ? 0 : 1;
        await db.Portals.Where(p => p.Id == portal.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Directory, without), cancellationToken).ConfigureAwait(false);
        var texts = new EffectTexts(db, time.GetUtcNow().ToUnixTimeMilliseconds());
        var key = userId.ToString(CultureInfo.InvariantCulture);
        var result = new ErasureResult
        {
            Names = names,
            Verdicts = await db.Verdicts.Where(v => v.UserId == userId).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
            Marks = await db.Inbox.Where(i => i.Kind == InboxKind.User && i.Key == key).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
            Unsent = await texts.DropUnsentAsync(userId, cancellationToken).ConfigureAwait(false),
            Texts = await texts.EraseAsync(
                userId, new NameEraser(name, directory.UserNames.Values, Texts.For(context.Settings.Language).Get("Privacy.erased_name")), cancellationToken).ConfigureAwait(false),
        };
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// Erases a contact: activities no longer name it, and of all calls with its numbers the phone hash is replaced by a random one that
    /// is the same for the same number, so that a returned call stays returned.
    /// </summary>
    /// <param name="portal">The portal.</param>
    /// <param name="contactId">The contact's id in Bitrix24.</param>
    /// <param name="cancellationToken">Stops the work; nothing is erased then.</param>
    /// <param name="mayBeUnknown">He is known elsewhere: here he is only kept from coming.</param>
    /// <exception cref="ProblemException">No record ever named a contact with this id.</exception>
    public async Task<ErasureResult> OfContactAsync(PortalRow portal, long contactId, CancellationToken cancellationToken, bool mayBeUnknown = false)
    {
        ArgumentNullException.ThrowIfNull(portal);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var facts = new ContactFacts(db, FactKeys.CrmObject(3, contactId));
        var isKnown = mayBeUnknown || await facts.AnyAsync(cancellationToken).ConfigureAwait(false);
        await RememberAsync(db, ErasedKind.Contact, contactId, isKnown ? null : new ProblemException("Privacy.unknown_contact", contactId, portal.Host), cancellationToken)
            .ConfigureAwait(false);

        var (activities, calls) = await facts.EraseAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new ErasureResult { Activities = activities, Calls = calls };
    }

    /// <summary>Whom of a kind a portal has erased.</summary>
    /// <param name="db">A context of the portal.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static async Task<IReadOnlySet<long>> ErasedAsync(AddonDbContext db, ErasedKind kind, CancellationToken cancellationToken) =>
        (await db.Erased.Where(e => e.Kind == kind).Select(e => e.SourceId).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet();

    /// <summary>Notes the number; somebody who was erased before is known, whatever is left of him.</summary>
    private async Task RememberAsync(AddonDbContext db, ErasedKind kind, long id, ProblemException? unknown, CancellationToken cancellationToken)
    {
        if (await db.Erased.AnyAsync(e => e.Kind == kind && e.SourceId == id, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (unknown is not null)
        {
            throw unknown;
        }

        db.Erased.Add(new ErasedRow { Kind = kind, SourceId = id, ErasedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
    }
}
