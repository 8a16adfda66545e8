using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bitrix24Addon.Portals;

/// <summary>What setting up did.</summary>
/// <param name="Bound">Events that were subscribed to.</param>
/// <param name="AlreadyBound">Events that were subscribed to before.</param>
/// <param name="Placements">Places at which our pages are bound, now or from before.</param>
/// <param name="LeftOut">Events and places that need a scope which was not granted, or that the portal does not know or refuses, with the scope.</param>
/// <param name="Unbound">Subscriptions of former addresses of ours that were ended.</param>
public sealed record SetUpResult(
    IReadOnlyList<string> Bound, IReadOnlyList<string> AlreadyBound, IReadOnlyList<string> Placements, IReadOnlyList<NotBound> LeftOut, int Unbound);

/// <summary>An event or place that could not be bound.</summary>
/// <param name="Name">The event or place.</param>
/// <param name="Scope">The scope that was not granted; empty when it is another reason.</param>
/// <param name="Refusal">What the portal said, with the remedy; null when it is the scope.</param>
public sealed record NotBound(string Name, string Scope, DoctorText? Refusal = null)
{
    /// <summary>What a refusal means; a portal that answers false says nothing.</summary>
    internal static DoctorText Explain(Bitrix24Error? error, Bitrix24Client client, RestMethod method) =>
        DoctorText.Of(error ?? new Bitrix24Error(Bitrix24ErrorKind.MethodError, "", ""), client.Credentials.Portal, method.Name);
}

/// <summary>Sets an installed portal up, and takes it down again.</summary>
/// <param name="storage">The database.</param>
/// <param name="clients">Calls the portal.</param>
/// <param name="connection">Knows where we can be reached.</param>
/// <param name="time">The clock.</param>
public sealed class Installation(AddonStorage storage, PortalClients clients, ConnectionSettings connection, TimeProvider time)
{
    /// <summary>
    /// Subscribes to the events we use, after an installation and after an update, which wipes subscriptions. Repeating it changes nothing.
    /// A portal by webhook has no subscriptions of ours: there is nothing to do.
    /// </summary>
    /// <param name="portal">The portal.</param>
    /// <param name="cancellationToken">Stops the work; it can be repeated.</param>
    /// <exception cref="ProblemException">Our public address is missing, the portal cannot be called, or somebody else is still at it.</exception>
    /// <exception cref="Bitrix24Exception">The portal could not be asked, or could not subscribe us now.</exception>
    public async Task<SetUpResult> SetUpAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        if (portal.IsByWebhook)
        {
            return new SetUpResult([], [], [], [], 0);
        }

        var handler = new Uri(connection.PublicUrl, Manifest.Current.Addresses.Events);
        var client = await clients.ForAsync(portal, cancellationToken).ConfigureAwait(false)
            ?? throw new ProblemException("Portals.no_access", portal.Host);
        await using var turn = await HeldLease.TakeAsync(new Leases(storage, time), portal.Id, LeaseNames.Binding, time, cancellationToken).ConfigureAwait(false)
            ?? throw new ProblemException("Portals.binding_elsewhere");
        var asked = await client.BatchAsync(
            [new("handlers", EventMethods.ListHandlers()), new("scopes", CommonMethods.Scope())], cancellationToken: cancellationToken).ConfigureAwait(false);
        var handlers = asked["handlers"].Require(EventMethods.Get).Result.AsList(Bitrix24JsonContext.Default.EventHandlerRow)
            .Where(h => h is { Offline: not true, Event: not null, Handler.Length: > 0 }).ToList();
        var scopes = asked["scopes"].Require(CommonMethods.ScopeMethod).Result is { ValueKind: JsonValueKind.Array } granted
            ? granted.EnumerateArray().Select(s => s.ToString()).Append("").ToHashSet(StringComparer.Ordinal)
            : [""];
        var bound = handlers.Where(h => h.Handler == handler.OriginalString).Select(h => h.Event!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var allowed = Manifest.Current.Events.Where(e => scopes.Contains(e.Scope)).Select(e => e.Name).ToList();
        var missing = allowed.Where(name => !bound.Contains(name)).ToList();
        var refused = await BindAsync(client, missing, handler, cancellationToken).ConfigureAwait(false);
        var stale = handlers.Where(h => IsFormerAddress(h, handler)).ToList();
        await UnbindAsync(client, stale, cancellationToken).ConfigureAwait(false);
        var leftOut = Manifest.Current.Events.Where(e => !scopes.Contains(e.Scope) || refused.ContainsKey(e.Name))
            .Select(e => refused.TryGetValue(e.Name, out var error) ? new NotBound(e.Name, "", NotBound.Explain(error, client, EventMethods.Bind)) : new NotBound(e.Name, e.Scope));
        var placements = await BoundPlacements.BindAsync(client, connection.PublicUrl, scopes, cancellationToken).ConfigureAwait(false);
        return new SetUpResult(
            [.. missing.Except(refused.Keys)], [.. allowed.Where(bound.Contains)], placements.Bound, [.. leftOut, .. placements.LeftOut], stale.Count);
    }

    /// <summary>Erases everything we hold of a portal, the portal itself included. Who works for it meanwhile loses his lease and writes nothing.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="cancellationToken">Stops the work; nothing or all is erased.</param>
    public async Task EraseAsync(int portalId, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(portalId);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var names = db.GetService<ISqlGenerationHelper>();

        // From the model, so that no table that is added later can be forgotten.
        foreach (var table in db.Model.GetEntityTypes().Where(type => typeof(IPortalOwned).IsAssignableFrom(type.ClrType)))
        {
            var column = table.FindProperty(nameof(IPortalOwned.PortalId))!.GetColumnName();
#pragma warning disable EF1002 // The names are those of the model.
            await db.Database.ExecuteSqlRawAsync(
                $"DELETE FROM {names.DelimitIdentifier(table.GetTableName()!)} WHERE {names.DelimitIdentifier(column)} = {{0}}", [portalId], cancellationToken)
                .ConfigureAwait(false);
#pragma warning restore EF1002
        }

        await db.Set<RequestBucketRow>().Where(b => db.Portals.Any(p => p.Id == portalId && p.Host == b.Host)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await db.Portals.Where(p => p.Id == portalId).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The events that the portal does not know or refuses: the others must not wait for them, reconciliation finds what they would tell.</returns>
    private static async Task<Dictionary<string, Bitrix24Error?>> BindAsync(Bitrix24Client client, List<string> events, Uri handler, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, Bitrix24Error?>(StringComparer.Ordinal);
        foreach (var chunk in events.Chunk(Bitrix24Client.MaxBatchCommands))
        {
            var outcomes = await client.BatchAsync(
                [.. chunk.Select(name => KeyValuePair.Create(name, EventMethods.BindHandler(name, handler)))], cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (var (name, outcome) in outcomes)
            {
                if (outcome.IsNotRun || outcome.Error is { IsRetryable: true })
                {
                    outcome.Require(EventMethods.Bind);
                }

                var isBound = outcome.Error?.Description.StartsWith(EventMethods.AlreadyBoundText, StringComparison.OrdinalIgnoreCase)
                    ?? Lenient.ReadBoolean(outcome.Answer?.Result) == true;
                if (!isBound)
                {
                    refused[name] = outcome.Error;
                }
            }
        }

        return refused;
    }

    private static async Task UnbindAsync(Bitrix24Client client, List<EventHandlerRow> stale, CancellationToken cancellationToken)
    {
        foreach (var chunk in stale.Chunk(Bitrix24Client.MaxBatchCommands))
        {
            // What cannot be unbound now is found again by the next set-up; its posts are understood all the same.
            await client.BatchAsync(
                [.. chunk.Select((row, index) => KeyValuePair.Create($"u{index}", EventMethods.UnbindHandler(row.Event!, new Uri(row.Handler!, UriKind.RelativeOrAbsolute))))],
                cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The application's handlers are all ours; those of the same door under another address are of a former public address.</summary>
    private static bool IsFormerAddress(EventHandlerRow row, Uri handler) => row.Handler != handler.OriginalString
        && Uri.TryCreate(row.Handler, UriKind.Absolute, out var address)
        && address.AbsolutePath.EndsWith("/" + Manifest.Current.Addresses.Events, StringComparison.Ordinal);
}
