using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Effects;

/// <summary>The add-on's bot in a portal, in whose name its messages come.</summary>
/// <param name="storage">The database.</param>
/// <param name="client">Calls the portal.</param>
/// <param name="lease">The turn under which the bot is written down.</param>
public sealed class Bot(AddonStorage storage, Bitrix24Client client, Lease lease)
{
    /// <summary>What tells the bot apart within the application.</summary>
    public const string Code = "bitrix24addon";

    // As many as a bot's token may have.
    private const int TokenLength = 40;

    /// <summary>The bot; registers it when the portal has none of ours yet.</summary>
    /// <param name="name">The name people see.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="Bitrix24Exception">The portal refuses it, for example without the scope <c>imbot</c>.</exception>
    /// <exception cref="LeaseLostException">Another process has taken over.</exception>
    public async Task<BotIdentity> EnsureAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(lease.PortalId);
        var portal = await db.Portals.AsNoTracking().SingleAsync(p => p.Id == lease.PortalId, cancellationToken).ConfigureAwait(false);
        var token = client.Credentials is WebhookCredentials ? TokenOf(portal.PhoneKey) : null;
        if (portal.BotId is { } known)
        {
            return new BotIdentity(known, token);
        }

        var answer = await client.CallAsync(BotMethods.Register(Code, name, token), cancellationToken).ConfigureAwait(false);
        var id = answer.Result.TryGetProperty("bot", out var bot) && bot.ValueKind == JsonValueKind.Object && bot.TryGetProperty("id", out var number)
            ? Lenient.ReadInteger(number)
            : null;
        await WriteAsync(id ?? throw Unreadable(), cancellationToken).ConfigureAwait(false);
        return new BotIdentity(id.Value, token);
    }

    /// <summary>Forgets a bot that the portal does not know any more; it is registered anew when it is needed.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="LeaseLostException">Another process has taken over.</exception>
    public Task ForgetAsync(CancellationToken cancellationToken) => WriteAsync(null, cancellationToken);

    /// <summary>Takes the bot into a group chat, in the name of the owner of the webhook or token.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">The dialog.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>False when it is no group chat, or the owner may not.</returns>
    public async Task<bool> EnterAsync(BotIdentity bot, string dialogId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bot);
        ArgumentNullException.ThrowIfNull(dialogId);
        if (!dialogId.StartsWith("chat", StringComparison.Ordinal) || !long.TryParse(dialogId.AsSpan(4), out var chatId))
        {
            return false;
        }

        try
        {
            await client.CallAsync(MessengerMethods.AddToChat(chatId, bot.Id), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Bitrix24Exception refused)
        {
            // After a passing failure the message is tried again, and the chat asked again if need be.
            return refused.Error.IsRetryable || refused.Error.Kind == Bitrix24ErrorKind.OutcomeUnknown;
        }
    }

    /// <summary>By webhook a bot is proved by a token: derived from the portal's secret, so that no second secret has to be kept.</summary>
    private static string TokenOf(byte[] secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("token of the bot")))[..TokenLength];

    private static Bitrix24Exception Unreadable() => new(
        BotMethods.BotRegister.Name, new Bitrix24Error(Bitrix24ErrorKind.NotAnAnswer, "CLIENT_NO_RESULT", "The answer names no bot."));

    private async Task WriteAsync(long? id, CancellationToken cancellationToken)
    {
        await using var db = storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        await lease.RequireAsync(db, cancellationToken).ConfigureAwait(false);
        await db.Portals.Where(p => p.Id == lease.PortalId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.BotId, id), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
