using System.Text.Encodings.Web;
using System.Text.Json;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>Writes effects down; <b>not</b> the part that carries them out.</summary>
public static class Outbox
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds effects in the caller's writing transaction; one whose key is known already is left as it is.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="effects">The effects, in the order in which those of one subject are to be carried out.</param>
    /// <param name="nowMs">When they were decided, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    /// <returns>How many were new.</returns>
    public static async Task<int> AddAsync(AddonDbContext db, IReadOnlyList<Effect> effects, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(effects);
        var keys = effects.Select(e => e.Key).Distinct().ToArray();
        var known = (await db.Effects.Where(e => keys.Contains(e.Key)).Select(e => e.Key).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet();
        var added = effects.Where(e => known.Add(e.Key)).ToList();
        db.Effects.AddRange(added.Select(e => new EffectRow { Key = e.Key, Subject = e.Subject, Document = Write(e), CreatedAtMs = nowMs, NotBeforeMs = nowMs }));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        db.ChangeTracker.Clear();
        return added.Count;
    }

    /// <summary>
    /// Takes up parked effects again, after what they were refused for was mended. What may have arrived is looked for first; what nobody can
    /// look for is sent, because a person decided so. What came up too late stays parked: nobody wants it any more.
    /// </summary>
    /// <param name="db">A context of the portal.</param>
    /// <param name="nowMs">From when they may be sent, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How many.</returns>
    public static async Task<int> ResumeParkedAsync(AddonDbContext db, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var parked = await db.Effects.AsNoTracking().Where(e => e.State == EffectState.Parked && e.Failure != EffectEnd.Stale).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in parked)
        {
            var isLookedFor = row.FirstSentAtMs is not null && EffectMeans.Of(Read(row.Document)).Repetition != Repetition.OnceMore;
            var state = isLookedFor ? EffectState.Unknown : EffectState.Pending;
            await db.Effects.Where(e => e.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.State, state).SetProperty(e => e.NotBeforeMs, nowMs).SetProperty(e => e.Failure, (string?)null)
                    .SetProperty(e => e.CreatedAtMs, nowMs).SetProperty(e => e.Attempts, 0),
                cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return parked.Count;
    }

    /// <summary>The stored form of an effect.</summary>
    /// <param name="effect">The effect.</param>
    public static string Write(Effect effect) => JsonSerializer.Serialize(effect, Json);

    /// <summary>Reads the stored form.</summary>
    /// <param name="document">JSON.</param>
    public static Effect Read(string document) =>
        JsonSerializer.Deserialize<Effect>(document, Json) ?? throw new InvalidOperationException("An effect in the outbox is empty.");
}
