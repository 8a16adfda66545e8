using System.Globalization;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Privacy;

/// <summary>The texts of tasks, messages and reports in the outbox. What is emptied keeps key, receiver and result: it stays done.</summary>
/// <param name="db">A context of the portal with a transaction.</param>
/// <param name="nowMs">Now, Unix milliseconds.</param>
internal sealed class EffectTexts(AddonDbContext db, long nowMs)
{
    private const int AtOnce = 500;

    /// <summary>Removes what is still to be sent to a person; what may have arrived stays as the proof that it is ours, and is not sent again.</summary>
    public async Task<int> DropUnsentAsync(long userId, CancellationToken cancellationToken)
    {
        var unsent = await db.Effects.AsNoTracking().Where(e => e.State != EffectState.Done && e.State != EffectState.Told).ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var his = unsent.Where(row => Outbox.TryRead(row.Document) is { } effect && IsTo(effect, userId)).Select(row => row.Id).ToArray();
        var dropped = await db.Effects.Where(e => his.Contains(e.Id) && e.FirstSentAtMs == null).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        return dropped + await db.Effects.Where(e => his.Contains(e.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.State, EffectState.Parked).SetProperty(e => e.Failure, EffectEnd.Stale), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Empties what was written to a person, and takes his name out of what was written to others.</summary>
    public async Task<int> EraseAsync(long userId, NameEraser name, CancellationToken cancellationToken)
    {
        var number = userId.ToString(CultureInfo.InvariantCulture);
        var written = Outbox.Written(name.Name);
        var candidates = await db.Effects.AsNoTracking().Where(e => e.TextsErasedAtMs == null)
            .Where(e => e.Document.Contains(number) || (written != "" && e.Document.Contains(written))).ToListAsync(cancellationToken).ConfigureAwait(false);
        var erased = 0;
        foreach (var row in candidates)
        {
            // Nobody can tell what stands in a document that cannot be read.
            var effect = Outbox.TryRead(row.Document);
            var isHis = effect is null || IsTo(effect, userId);
            var document = effect is null ? "{}" : Outbox.Write(isHis ? WithTexts(effect, _ => "") : WithTexts(effect, name.In));
            if (document == row.Document)
            {
                continue;
            }

            erased++;
            await WriteAsync(row.Id, document, isHis, cancellationToken).ConfigureAwait(false);
        }

        return erased;
    }

    /// <summary>Empties everything that was last touched before an instant; what is parked since then nobody will resume.</summary>
    public async Task<int> ForgetAsync(long beforeMs, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        while (true)
        {
            var old = await db.Effects.AsNoTracking().Where(e => e.TextsErasedAtMs == null && e.CreatedAtMs < beforeMs && (e.LastSentAtMs ?? 0) < beforeMs)
                .Where(e => e.State == EffectState.Done || e.State == EffectState.Told || e.State == EffectState.Parked)
                .OrderBy(e => e.Id).Take(AtOnce).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (old.Count == 0)
            {
                return forgotten;
            }

            foreach (var row in old)
            {
                var document = Outbox.TryRead(row.Document) is { } effect ? Outbox.Write(WithTexts(effect, _ => "")) : "{}";
                await WriteAsync(row.Id, document, isEmptied: true, cancellationToken).ConfigureAwait(false);
            }

            var ids = old.Where(row => row.State == EffectState.Parked).Select(row => row.Id).ToArray();
            await db.Effects.Where(e => ids.Contains(e.Id)).ExecuteUpdateAsync(set => set.SetProperty(e => e.Failure, EffectEnd.Stale), cancellationToken).ConfigureAwait(false);
            forgotten += old.Count;
        }
    }

    private Task<int> WriteAsync(long id, string document, bool isEmptied, CancellationToken cancellationToken)
    {
        long? erasedAtMs = isEmptied ? nowMs : null;
        return db.Effects.Where(e => e.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.Document, document).SetProperty(e => e.TextsErasedAtMs, erasedAtMs), cancellationToken);
    }

    private static bool IsTo(Effect effect, long userId)
    {
        var dialog = userId.ToString(CultureInfo.InvariantCulture);
        return effect switch
        {
            CreateTask task => task.ResponsibleId == userId,
            Notify notify => notify.UserId == userId,
            SendMessage message => message.DialogId == dialog,
            SendReport report => report.DialogId == dialog || report.UserId == userId,
            _ => throw new InvalidOperationException($"Nobody says to whom {effect.GetType().Name} goes; add it here."),
        };
    }

    private static Effect WithTexts(Effect effect, Func<string, string> change) => effect switch
    {
        CreateTask task => task with { Title = change(task.Title), Description = change(task.Description) },
        Notify notify => notify with { Message = change(notify.Message) },
        SendMessage message => message with { Message = change(message.Message) },
        SendReport report => report with { Message = change(report.Message) },
        _ => throw new InvalidOperationException($"Nobody says what texts {effect.GetType().Name} has; add them here."),
    };
}
