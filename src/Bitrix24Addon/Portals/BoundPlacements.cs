using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;

namespace Bitrix24Addon.Portals;

/// <summary>Our pages at places of the portal, and how they are bound.</summary>
/// <remarks>Source: <c>placement.bind</c>, api-reference/widgets/placements.md.</remarks>
public static class BoundPlacements
{
    // All of them lie there, and did at former addresses of ours.
    private static readonly string Path = "/" + Manifest.Current.Addresses.Placements.Replace("{code}", "", StringComparison.Ordinal);

    private static IReadOnlyList<ManifestPlacement> All => Manifest.Current.Placements;

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

    private static bool IsBound(List<PlacementHandler> handlers, ManifestPlacement placement, Uri publicUrl) =>
        handlers.Exists(h => h.Placement == placement.Code && h.Handler == AddressOf(placement, publicUrl).OriginalString);

    private static RestCall Bind(ManifestPlacement placement, Uri publicUrl) => PlacementMethods.BindHandler(
        placement.Code, AddressOf(placement, publicUrl), Manifest.Current.Texts["ru"].Placements[placement.Code],
        languages: new JsonObject(Manifest.Current.Texts.Select(
            language => KeyValuePair.Create<string, JsonNode?>(language.Key, new JsonObject { ["TITLE"] = language.Value.Placements[placement.Code] }))));

    private static Uri AddressOf(ManifestPlacement placement, Uri publicUrl) => new(publicUrl, Manifest.Current.Addresses.Placements.Replace("{code}", placement.Code, StringComparison.Ordinal));

    /// <summary>The application's pages are all ours; those of the same door under another address, or at a place we left, are of former times.</summary>
    private static bool IsFormerAddress(PlacementHandler row, Uri publicUrl) =>
        Uri.TryCreate(row.Handler, UriKind.Absolute, out var address)
        && address.AbsolutePath.Contains(Path, StringComparison.Ordinal)
        && !All.Any(p => p.Code == row.Placement && AddressOf(p, publicUrl).OriginalString == row.Handler);
}
