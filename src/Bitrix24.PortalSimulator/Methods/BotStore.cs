using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>A bot. By webhook its token stands for the application it belongs to.</summary>
internal sealed record Bot(long Id, string Code, string Owner, string Name);

/// <summary>The bots of the portal, and the group chats they were taken into.</summary>
internal sealed class BotStore(ChatStore chat)
{
    /// <summary>Bots are users with ids beyond those of a timeline.</summary>
    private const long FirstBotId = 900_001;

    private readonly List<Bot> _bots = [];
    private long _lastId = FirstBotId - 1;
    private readonly HashSet<(long BotId, long ChatId)> _members = [];

    /// <summary>Who owns a bot of this caller: the application, or whoever knows the token.</summary>
    public static string Owner(Caller caller, string? token) => caller.IsApplication
        ? caller.CredentialKey
        : "token " + (string.IsNullOrEmpty(token) ? throw new RestException(400, "BOT_TOKEN_NOT_SPECIFIED", "Bot token is not specified") : token);

    public Bot Register(string code, string name, string owner)
    {
        if (_bots.Find(bot => bot.Code == code) is { } known)
        {
            return known.Owner == owner ? known : throw new RestException(400, "BOT_CODE_ALREADY_TAKEN", "Bot code is already taken");
        }
        var made = new Bot(++_lastId, code, owner, name);
        _bots.Add(made);
        chat.Name(made.Id, name);
        return made;
    }

    public Bot Find(Predicate<Bot> condition, string owner)
    {
        var bot = _bots.Find(condition) ?? throw new RestException(400, "BOT_NOT_FOUND", "Bot not found");
        return bot.Owner == owner ? bot : throw new RestException(403, "BOT_OWNERSHIP_ERROR", "Bot is registered by another application");
    }

    public void Admit(long userId, long chatId) => _members.Add((userId, chatId));

    public bool IsMember(long botId, long chatId) => _members.Contains((botId, chatId));

    public void Clear() => _bots.Clear();
}
