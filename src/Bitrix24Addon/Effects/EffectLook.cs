using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>What a look brought: the thing, or that it is not there, or why nobody can tell.</summary>
/// <param name="Id">The id of what is there.</param>
/// <param name="Error">Why it could not be looked for.</param>
internal sealed record Looked(long? Id, Bitrix24Error? Error = null);

/// <summary>Looks in the portal whether an effect arrived.</summary>
/// <param name="storage">The database.</param>
/// <param name="client">Calls the portal.</param>
/// <param name="calls">What was sent.</param>
internal sealed class EffectLook(AddonStorage storage, Bitrix24Client client, EffectCalls calls)
{
    // Clocks differ, and a sending may last.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    // 20 pages are a thousand messages since the sending.
    private const int MostPages = 20;

    private const string NoChat = "CHAT_NOT_FOUND";

    public async Task<Looked> LookAsync(EffectRow row, Effect effect, CancellationToken cancellationToken)
    {
        try
        {
            return effect switch
            {
                CreateTask => await ForTaskAsync(row, cancellationToken).ConfigureAwait(false),
                SendMessage message => await ForMessageAsync(row, message, cancellationToken).ConfigureAwait(false),
                _ => throw new InvalidOperationException($"{effect.GetType().Name} cannot be looked for."),
            };
        }
        catch (Bitrix24Exception refused) when (refused.Error.Kind == Bitrix24ErrorKind.NotFound || refused.Error.Code == NoChat)
        {
            // A dialog in which nothing was ever written does not exist.
            return new Looked(null);
        }
        catch (Bitrix24Exception refused)
        {
            return new Looked(null, refused.Error);
        }
    }

    /// <summary>Tasks made by us around the time of sending, with the mark in the description. Whose they are now does not matter.</summary>
    private async Task<Looked> ForTaskAsync(EffectRow row, CancellationToken cancellationToken)
    {
        var list = TaskMethods.CreatedBy("tasks", calls.OwnerUserId, At(row.FirstSentAtMs) - Margin, At(row.LastSentAtMs) + Margin);
        var mark = TaskMark.Of(row.Key);
        await foreach (var batch in new ListReader(client).ReadAsync([list], cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            foreach (var page in batch.Pages)
            {
                if (page.Error is { } error)
                {
                    return new Looked(null, error);
                }

                var found = page.Rows.Select(r => r.As(Bitrix24JsonContext.Default.TaskItem))
                    .FirstOrDefault(task => task?.Description?.Contains(mark, StringComparison.Ordinal) == true);
                if (found is not null)
                {
                    return new Looked(found.Id);
                }
            }
        }

        return new Looked(null);
    }

    /// <summary>
    /// A message of ours since the time of sending with the same text that no other effect calls its own. Its letters and digits are compared:
    /// the portal may change spaces and codes.
    /// </summary>
    private async Task<Looked> ForMessageAsync(EffectRow row, SendMessage message, CancellationToken cancellationToken)
    {
        var text = Essence(calls.TextOf(message));
        var author = calls.Bot?.Id ?? calls.OwnerUserId;
        var earliest = At(row.FirstSentAtMs) - Margin;
        await using var db = storage.Open(row.PortalId);
        long? oldest = null;
        for (var page = 0; page < MostPages; page++)
        {
            var messages = await PageAsync(message.DialogId, oldest, cancellationToken).ConfigureAwait(false);
            foreach (var candidate in messages.Where(m => m.AuthorId == author && m.Date >= earliest && Essence(m.Text) == text))
            {
                // Tasks and notifications have numbers of their own, which may be the same.
                var others = await db.Effects.Where(e => e.ResultId == candidate.Id && e.Id != row.Id).Select(e => e.Document)
                    .ToListAsync(cancellationToken).ConfigureAwait(false);
                if (!others.Exists(document => Outbox.TryRead(document) is SendMessage or SendReport))
                {
                    return new Looked(candidate.Id);
                }
            }

            var next = messages.Count == 0 ? (long?)null : messages.Min(m => m.Id);
            if (next is null || next >= oldest || messages.Any(m => m.Date < earliest))
            {
                return new Looked(null);
            }

            oldest = next;
        }

        return new Looked(null, new Bitrix24Error(Bitrix24ErrorKind.ListNotAdvancing, "CLIENT_TOO_MANY", "The dialog has too many messages since then."));
    }

    /// <summary>The latest messages of the dialog, or those up to the oldest that was seen.</summary>
    private async Task<IReadOnlyList<Seen>> PageAsync(string dialogId, long? oldest, CancellationToken cancellationToken)
    {
        if (calls.Bot is not { } bot)
        {
            var answer = await client.CallAsync(MessengerMethods.GetMessages(dialogId, oldest), cancellationToken).ConfigureAwait(false);
            return [.. (answer.Result.As(Bitrix24JsonContext.Default.MessagePage)?.Messages ?? []).Select(m => new Seen(m.Id, m.AuthorId, m.Date, m.Text))];
        }

        if (oldest is null)
        {
            var chat = await client.CallAsync(BotMethods.GetChat(bot, dialogId), cancellationToken).ConfigureAwait(false);
            oldest = chat.Result.As(Bitrix24JsonContext.Default.BotChat)?.Chat?.LastMessageId;
        }

        if (oldest is not > 0)
        {
            return [];
        }

        var context = await client.CallAsync(BotMethods.GetContext(bot, oldest.Value), cancellationToken).ConfigureAwait(false);
        return [.. (context.Result.As(Bitrix24JsonContext.Default.BotMessagePage)?.Messages ?? []).Select(m => new Seen(m.Id, m.AuthorId, m.Date, m.Text))];
    }

    private static string Essence(string? text) => new((text ?? "").Where(char.IsLetterOrDigit).ToArray());

    private static DateTimeOffset At(long? atMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs ?? 0);

    private sealed record Seen(long Id, long? AuthorId, DateTimeOffset? Date, string? Text);
}
