using System.Text.Encodings.Web;
using System.Text.Json;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>Writes effects down; <b>not</b> the part that carries them out.</summary>
public static class Outbox
{
    // One statement however many there are: a rule may judge a whole department, and thousands of timers be due at once.
    private const string AddOnSqlite = AddFrom
        + "(SELECT value ->> 0 AS key, value ->> 1 AS subject, value ->> 2 AS document, value ->> 3 AS person, key AS position FROM json_each({3})) AS effect" + AddTo;

    private const string AddOnPostgres = AddFrom
        + "unnest({3}, {4}, {5}, {6}) WITH ORDINALITY AS effect(key, subject, document, person, position)" + AddTo;

    private const string AddFrom =
        """
        INSERT INTO effects ("PortalId", "Key", "Subject", "Document", "PersonId", "TraceParent", "State", "Attempts", "CreatedAtMs", "NotBeforeMs", "MayBeDoubled")
        SELECT {0}, effect.key, effect.subject, effect.document, effect.person, CAST({2} AS text), 0, 0, {1}, {1}, false FROM
        """ + " ";

    private const string AddTo = """ WHERE true ORDER BY effect.position ON CONFLICT ("PortalId", "Key") DO NOTHING""";

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
        var rows = effects.Select(e => (e.Key, e.Subject, Document: Write(e), Notice.Of(e)?.PersonId)).ToList();
        object[] common = [db.PortalId, nowMs, AddonTelemetry.TraceParent!];
        return db.IsPostgres
            ? await db.Database.ExecuteSqlRawAsync(
                AddOnPostgres,
                [.. common, rows.Select(r => r.Key).ToArray(), rows.Select(r => r.Subject).ToArray(), rows.Select(r => r.Document).ToArray(), rows.Select(r => r.PersonId).ToArray()],
                cancellationToken).ConfigureAwait(false)
            : await db.Database.ExecuteSqlRawAsync(
                AddOnSqlite,
                [.. common, JsonSerializer.Serialize(rows.Select(r => new object?[] { r.Key, r.Subject, r.Document, r.PersonId }), Json)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes up parked effects again, after what they were refused for was mended. What may have arrived is looked for first; what nobody can
    /// look for is sent, because a person decided so. What came up too late stays parked: nobody wants it any more; so does what cannot be read.
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
        var resumed = 0;
        foreach (var row in parked)
        {
            if (TryRead(row.Document) is not { } effect)
            {
                await db.Effects.Where(e => e.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.Failure, EffectEnd.Unreadable), cancellationToken)
                    .ConfigureAwait(false);
                continue;
            }

            var isLookedFor = row.FirstSentAtMs is not null && EffectMeans.Of(effect).Repetition is not (Repetition.OnceMore or Repetition.WhenAsked);
            await ResumeAsync(db, row.Id, effect, isLookedFor ? EffectState.Unknown : EffectState.Pending, nowMs, cancellationToken).ConfigureAwait(false);
            resumed++;
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return resumed;
    }

    /// <summary>Takes up an effect that is known not to have arrived, as it is wanted now, in the caller's writing transaction.</summary>
    /// <param name="db">A context of the portal with a transaction.</param>
    /// <param name="effectId">The effect's row.</param>
    /// <param name="effect">What is wanted now, with the row's key and subject.</param>
    /// <param name="nowMs">From when it may be sent, Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the work; the caller then rolls back.</param>
    public static Task ResumeAsync(AddonDbContext db, long effectId, Effect effect, long nowMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        return ResumeAsync(db, effectId, effect, EffectState.Pending, nowMs, cancellationToken);
    }

    /// <summary>A new row of the outbox.</summary>
    /// <param name="effect">The effect.</param>
    /// <param name="nowMs">When it was decided, Unix milliseconds.</param>
    /// <param name="notBeforeMs">From when it may be sent, Unix milliseconds.</param>
    internal static EffectRow RowOf(Effect effect, long nowMs, long notBeforeMs) => new()
    {
        Key = effect.Key,
        Subject = effect.Subject,
        Document = Write(effect),
        TraceParent = AddonTelemetry.TraceParent,
        CreatedAtMs = nowMs,
        NotBeforeMs = notBeforeMs,
        PersonId = Notice.Of(effect)?.PersonId,
    };

    /// <summary>The stored form of an effect.</summary>
    /// <param name="effect">The effect.</param>
    public static string Write(Effect effect) => JsonSerializer.Serialize(effect, Json);

    /// <summary>A text as it stands inside the stored form.</summary>
    /// <param name="text">The text.</param>
    internal static string Written(string text) => JsonSerializer.Serialize(text, Json)[1..^1];

    /// <summary>Reads the stored form.</summary>
    /// <param name="document">JSON.</param>
    public static Effect Read(string document) =>
        JsonSerializer.Deserialize<Effect>(document, Json) ?? throw new JsonException("An effect in the outbox is empty.");

    /// <summary>Reads the stored form; null when it is damaged, or of a kind that this version does not know.</summary>
    /// <param name="document">JSON.</param>
    internal static Effect? TryRead(string document)
    {
        try
        {
            return Read(document);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static async Task ResumeAsync(AddonDbContext db, long effectId, Effect effect, EffectState state, long nowMs, CancellationToken cancellationToken)
    {
        var document = Write(effect);
        await db.Effects.Where(e => e.Id == effectId).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.State, state).SetProperty(e => e.NotBeforeMs, nowMs).SetProperty(e => e.Failure, (string?)null)
                .SetProperty(e => e.CreatedAtMs, nowMs).SetProperty(e => e.Attempts, 0).SetProperty(e => e.Document, document),
            cancellationToken).ConfigureAwait(false);
    }
}
