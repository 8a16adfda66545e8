using Bitrix24.Client;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Effects;

/// <summary>Decides what becomes of an effect of which nobody knows whether it arrived.</summary>
/// <param name="look">Looks in the portal.</param>
/// <param name="sender">Knows in whose name it was sent.</param>
/// <param name="time">The clock.</param>
internal sealed class EffectResolver(EffectLook look, EffectSender sender, TimeProvider time)
{
    /// <returns>How it ended, or null when it is to be sent again.</returns>
    public async Task<EffectEnd?> ResolveAsync(EffectRow row, Effect effect, CancellationToken cancellationToken)
    {
        var means = EffectMeans.Of(effect);
        switch (means.Repetition)
        {
            case Repetition.Replaces:
                return null;
            case Repetition.OnceMore:
                return OnceMore(row);
            case Repetition.WhenAsked:
                return Parked(row);
            default:
                if (await sender.ChooseNameAsync(row, effect, cancellationToken).ConfigureAwait(false) is { } hindered)
                {
                    return Waiting(row, hindered);
                }

                return After(await look.LookAsync(row, effect, cancellationToken).ConfigureAwait(false), row, means.Repetition);
        }
    }

    private EffectEnd? After(Looked looked, EffectRow row, Repetition repetition)
    {
        if (looked.Id is { } id)
        {
            return EffectEnd.Done(id);
        }

        if (looked.Error is not { } error)
        {
            // A key that was accepted with another body and made nothing that is there: only a person can tell.
            return row.Failure == nameof(Bitrix24ErrorKind.IdempotencyKey) ? Parked(row) : null;
        }

        var end = Of(error, row);
        if (end.State != EffectState.Parked)
        {
            return Waiting(row, end);
        }

        // Nobody may look. A key answers for itself while the portal keeps it; a message may be repeated once.
        return repetition == Repetition.AfterLook ? OnceMore(row) : IsKeyKept(row) ? null : end;
    }

    /// <summary>The portal still knows the key, so that a repetition only tells the outcome.</summary>
    public bool IsKeyKept(EffectRow row) => row.FirstSentAtMs is { } first
        && time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(first) < EffectMeans.KeyIsKept;

    /// <summary>Once more, noted as a possible double; after that a person decides.</summary>
    private static EffectEnd? OnceMore(EffectRow row)
    {
        if (row.MayBeDoubled)
        {
            return Parked(row);
        }

        row.MayBeDoubled = true;
        return null;
    }

    private static EffectEnd Parked(EffectRow row) => new(EffectState.Parked, null, row.Failure ?? nameof(Bitrix24ErrorKind.OutcomeUnknown));

    /// <summary>It stays unknown, whatever hindered the look.</summary>
    private static EffectEnd Waiting(EffectRow row, EffectEnd hindered) => hindered with { State = EffectState.Unknown, Failure = row.Failure ?? hindered.Failure };

    private EffectEnd Of(Bitrix24Error error, EffectRow row) => sender.EndOf(error, row, "");
}
