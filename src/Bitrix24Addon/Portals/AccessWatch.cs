using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Portals;

/// <summary>What is wrong with the access of a portal although its tokens are good. The names are those of its texts.</summary>
public enum AccessProblem
{
    /// <summary>The user in whose name we call is dismissed: his tokens may end any day.</summary>
    OwnerDismissed,

    /// <summary>The user in whose name we call may not read the statistics of calls: there are no figures of calls.</summary>
    StatisticsRefused,
}

/// <summary>
/// Looks whether the user in whose name we call still works there and may read what figures need, and has somebody told who can mend it: once a
/// month while it lasts. <c>doctor</c> says the same.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="time">The clock.</param>
public sealed class AccessWatch(AddonStorage storage, PortalRegistry registry, TimeProvider time)
{
    /// <summary>Looks once.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="client">Calls it.</param>
    /// <param name="lease">In whose name the notification is written down.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    /// <exception cref="Bitrix24Exception">The portal could not be asked.</exception>
    /// <remarks>Source: profile (empty for who is dismissed), voximplant.statistic.get (403 without the right).</remarks>
    public async Task<AccessProblem?> LookAsync(PortalRow portal, Bitrix24Client client, Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(client);
        var outcomes = await client.BatchAsync(
            [
                new("profile", UserMethods.Profile()),
                new("calls", new RestCall(TelephonyMethods.StatisticGet, new JsonObject { ["FILTER"] = new JsonObject { [">ID"] = 0 }, ["start"] = -1 })),
            ],
            cancellationToken: cancellationToken).ConfigureAwait(false);
        var profile = outcomes["profile"].Require(UserMethods.ProfileMethod).Result.As(Bitrix24JsonContext.Default.Profile);
        AccessProblem? problem = profile?.Id is null ? AccessProblem.OwnerDismissed
            : outcomes["calls"].Error is { Kind: Bitrix24ErrorKind.AccessDenied } ? AccessProblem.StatisticsRefused
            : null;
        if (problem is { } found)
        {
            await NoteAsync(portal, found, profile, lease, cancellationToken).ConfigureAwait(false);
        }

        return problem;
    }

    private async Task NoteAsync(PortalRow portal, AccessProblem problem, Profile? owner, Lease lease, CancellationToken cancellationToken)
    {
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        await using var db = storage.Open(portal.Id);
        await using var transaction = await db.BeginWriteAsync(lease, cancellationToken).ConfigureAwait(false);
        var membership = await Membership.ReadAsync(new FactReader(db, context.Metrics.Days), context.Settings.Roles.Heads, cancellationToken).ConfigureAwait(false);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var today = context.Metrics.Days.DayOf(nowMs);
        if (ReceiverOf(membership, owner, today) is { } receiver)
        {
            var cause = string.Create(CultureInfo.InvariantCulture, $"access:{problem}:{portal.OwnerUserId}");
            var message = Texts.For(context.Settings.Language)
                .Get($"Portals.notify_{problem}", BbCode.Plain(context.Directory.NameOf(portal.OwnerUserId)), portal.OwnerUserId);
            await Outbox.AddAsync(
                db, [new Notify(string.Create(CultureInfo.InvariantCulture, $"{cause}:{today / 100}"), cause, receiver, message, cause)], nowMs, cancellationToken)
                .ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Of administrators only the owner of the token is known: he is told while he works there. Else the head of the company, who can have it
    /// mended; nobody when the company has none.
    /// </summary>
    private static long? ReceiverOf(Membership membership, Profile? owner, int today) => owner is { IsAdministrator: true, Id: { } administrator }
        ? administrator
        : membership.Departments.Where(d => d.Value.ParentId is null).OrderBy(d => d.Key)
            .Select(d => membership.HeadOf(d.Key, today)).FirstOrDefault(head => head is not null) ?? owner?.Id;
}
