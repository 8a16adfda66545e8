using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;

namespace Bitrix24Addon.Portals;

/// <summary>A page of ours at a place of the portal.</summary>
/// <param name="Code">The place.</param>
/// <param name="Scope">The scope the place needs besides <c>placement</c>; empty for none.</param>
/// <param name="TitleKey">The text of its title.</param>
public sealed record BoundPlacement(string Code, string Scope, string TitleKey);

/// <summary>Our pages at places of the portal: the one list, and how it is bound.</summary>
/// <remarks>Source: <c>placement.bind</c>, api-reference/widgets/placements.md.</remarks>
public static class BoundPlacements
{
    /// <summary>Where the pages are, below <see cref="ConnectionSettings.PublicUrl"/>; the place's code follows.</summary>
    public const string Path = "bitrix24/placements/";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BoundPlacement> All { get; } =
        [new("LEFT_MENU", "", "Portals.placement_my_day"), new("CRM_ANALYTICS_MENU", "crm", "Portals.placement_dashboard")];

    /// <summary>Binds what is not bound, and takes off what stands under a former address of ours. Repeating it changes nothing.</summary>
    /// <param name="client">Calls the portal.</param>
    /// <param name="publicUrl">Where we can be reached.</param>
    /// <param name="scopes">What the portal grants.</param>
    /// <param name="cancellationToken">Stops the work; it can be repeated.</param>
    /// <returns>Where our pages are bound now, and what could not be.</returns>
    /// <exception cref="Bitrix24Exception">The portal could not be asked, or could not bind now.</exception>
    internal static async Task<(IReadOnlyList<string> Bound, IReadOnlyList<NotBound> LeftOut)> BindAsync(
        Bitrix24Client client, Uri publicUrl, IReadOnlySet<string> scopes, CancellationToken cancellationToken)
    {
        if (!scopes.Contains("placement"))
        {
            return ([], [.. All.Select(p => new NotBound(p.Code, "placement"))]);
        }

        var handlers = await ReadAsync(client, cancellationToken).ConfigureAwait(false);
        var missing = All.Where(p => scopes.Contains(p.Scope) && !IsBound(handlers, p, publicUrl)).ToList();
        var stale = handlers.Where(h => IsFormerAddress(h, publicUrl)).ToList();
        var calls = stale.Select((h, i) => KeyValuePair.Create($"u{i}", PlacementMethods.UnbindHandler(h.Placement!, new Uri(h.Handler!, UriKind.RelativeOrAbsolute))))
            .Concat(missing.Select(p => KeyValuePair.Create(p.Code, Bind(p, publicUrl)))).ToList();
        if (calls.Count == 0)
        {
            return Result([]);
        }

        var outcomes = await client.BatchAsync(calls, cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var outcome in missing.Select(p => outcomes[p.Code]).Where(o => o.IsNotRun || o.Error is { IsRetryable: true }))
        {
            outcome.Require(PlacementMethods.Bind);
        }

        // Whether somebody else bound it in the same moment is told by the list alone: what the portal says then is not documented.
        handlers = await ReadAsync(client, cancellationToken).ConfigureAwait(false);
        return Result(missing.Where(p => !IsBound(handlers, p, publicUrl)).ToDictionary(p => p.Code, p => outcomes[p.Code].Error));

        (IReadOnlyList<string>, IReadOnlyList<NotBound>) Result(Dictionary<string, Bitrix24Error?> refused) => (
            [.. All.Where(p => scopes.Contains(p.Scope)).Select(p => p.Code).Except(refused.Keys)],
            [
                .. All.Where(p => !scopes.Contains(p.Scope)).Select(p => new NotBound(p.Code, p.Scope)),
                .. refused.Select(r => new NotBound(r.Key, "", NotBound.Explain(r.Value, client, PlacementMethods.Bind))),
            ]);
    }

    private static async Task<List<PlacementHandler>> ReadAsync(Bitrix24Client client, CancellationToken cancellationToken) =>
        [
            .. (await client.CallAsync(PlacementMethods.ListHandlers(), cancellationToken).ConfigureAwait(false)).Result.AsList(Bitrix24JsonContext.Default.PlacementHandler)
                .Where(h => h is { Placement: not null, Handler.Length: > 0 }),
        ];

    private static bool IsBound(List<PlacementHandler> handlers, BoundPlacement placement, Uri publicUrl) =>
        handlers.Exists(h => h.Placement == placement.Code && h.Handler == AddressOf(placement, publicUrl).OriginalString);

    private static RestCall Bind(BoundPlacement placement, Uri publicUrl) => PlacementMethods.BindHandler(
        placement.Code, AddressOf(placement, publicUrl), Texts.Russian.Get(placement.TitleKey),
        languages: new JsonObject
        {
            ["ru"] = new JsonObject { ["TITLE"] = Texts.Russian.Get(placement.TitleKey) },
            ["en"] = new JsonObject { ["TITLE"] = Texts.English.Get(placement.TitleKey) },
        });

    private static Uri AddressOf(BoundPlacement placement, Uri publicUrl) => new(publicUrl, Path + placement.Code);

    /// <summary>The application's pages are all ours; those of the same door under another address, or at a place we left, are of former times.</summary>
    private static bool IsFormerAddress(PlacementHandler row, Uri publicUrl) =>
        Uri.TryCreate(row.Handler, UriKind.Absolute, out var address)
        && address.AbsolutePath.Contains("/" + Path, StringComparison.Ordinal)
        && !All.Any(p => p.Code == row.Placement && AddressOf(p, publicUrl).OriginalString == row.Handler);
}
