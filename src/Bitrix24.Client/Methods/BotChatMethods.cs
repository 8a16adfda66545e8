namespace Bitrix24.Client.Methods;

/// <summary>Group chats of a bot. Asking for one: <see cref="BotMethods.GetChat"/>.</summary>
public static class BotChatMethods
{
    /// <summary><c>imbot.v2.Chat.add</c>: makes a group chat. Result: <see cref="Rows.BotChat"/>.</summary>
    public static readonly RestMethod ChatAdd = new(
        "imbot.v2.Chat.add", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-add.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.update</c>: changes a group chat. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod ChatUpdate = new(
        "imbot.v2.Chat.update", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-update.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.leave</c>: takes the bot out of a chat. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod ChatLeave = new(
        "imbot.v2.Chat.leave", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-leave.md", "imbot", IsRead: false);

    /// <summary>
    /// <c>imbot.v2.Chat.User.add</c>: takes people into a chat. Result: <see cref="Rows.Success"/>. Errors: <c>ACCESS_DENIED</c> (the bot
    /// is no member, or may not).
    /// </summary>
    public static readonly RestMethod UserAdd = new(
        "imbot.v2.Chat.User.add", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-user-add.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.User.list</c>: the members of a chat. Rows: <see cref="Rows.ChatUser"/>.</summary>
    public static readonly RestMethod UserList = new(
        "imbot.v2.Chat.User.list", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-user-list.md", "imbot", IsRead: true);

    /// <summary><c>imbot.v2.Chat.User.delete</c>: takes a member out of a chat. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod UserDelete = new(
        "imbot.v2.Chat.User.delete", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-user-delete.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.setOwner</c>: gives a chat another owner. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod SetOwner = new(
        "imbot.v2.Chat.setOwner", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-set-owner.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.Manager.add</c>: makes members managers. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod ManagerAdd = new(
        "imbot.v2.Chat.Manager.add", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-manager-add.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.Manager.delete</c>: makes managers ordinary members. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod ManagerDelete = new(
        "imbot.v2.Chat.Manager.delete", "api-reference/chat-bots/chat-bots-v2/imbot.v2/chats/chat-manager-delete.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.TextField.enabled</c>: lets people write, or not. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod TextFieldEnabled = new(
        "imbot.v2.Chat.TextField.enabled", "api-reference/chat-bots/chat-bots-v2/imbot.v2/ui/chat-text-field-enabled.md", "imbot", IsRead: false);

    /// <summary><c>imbot.v2.Chat.InputAction.notify</c>: shows that the bot is busy. Result: <see cref="Rows.Success"/>.</summary>
    public static readonly RestMethod InputActionNotify = new(
        "imbot.v2.Chat.InputAction.notify", "api-reference/chat-bots/chat-bots-v2/imbot.v2/ui/chat-input-action-notify.md", "imbot", IsRead: false);

    /// <summary>Makes a group chat of the bot.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="title">The title.</param>
    /// <param name="userIds">The members beside the bot.</param>
    /// <param name="message">The first message.</param>
    /// <param name="description">The description.</param>
    /// <param name="ownerId">The owner; null for the bot.</param>
    /// <returns>The call.</returns>
    public static RestCall AddChat(
        BotIdentity bot, string title, IEnumerable<long> userIds, string? message = null, string? description = null, long? ownerId = null)
    {
        var fields = Write.Parameters(
            ("title", title), ("description", description), ("userIds", Write.Ids(userIds)), ("ownerId", ownerId), ("message", message));
        return BotMethods.Call(ChatAdd, bot, Write.Parameters(("fields", fields)));
    }

    /// <summary>Changes title or description of a chat.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="title">The new title.</param>
    /// <param name="description">The new description.</param>
    /// <returns>The call.</returns>
    public static RestCall UpdateChat(BotIdentity bot, string dialogId, string? title = null, string? description = null) =>
        BotMethods.Call(ChatUpdate, bot, Write.Parameters(
            ("dialogId", dialogId), ("fields", Write.Parameters(("title", title), ("description", description)))));

    /// <summary>Takes the bot out of a chat.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <returns>The call.</returns>
    public static RestCall LeaveChat(BotIdentity bot, string dialogId) =>
        BotMethods.Call(ChatLeave, bot, Write.Parameters(("dialogId", dialogId)));

    /// <summary>Takes people into a chat.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="userIds">The people.</param>
    /// <returns>The call.</returns>
    public static RestCall AddUsers(BotIdentity bot, string dialogId, IEnumerable<long> userIds) =>
        BotMethods.Call(UserAdd, bot, Write.Parameters(("dialogId", dialogId), ("userIds", Write.Ids(userIds))));

    /// <summary>Asks for the members of a chat.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="limit">How many at most, up to 200.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListUsers(BotIdentity bot, string dialogId, int limit = 50) =>
        BotMethods.Call(UserList, bot, Write.Parameters(("dialogId", dialogId), ("limit", limit)));

    /// <summary>Takes a member out of a chat.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="userId">The member.</param>
    /// <returns>The call.</returns>
    public static RestCall RemoveUser(BotIdentity bot, string dialogId, long userId) =>
        BotMethods.Call(UserDelete, bot, Write.Parameters(("dialogId", dialogId), ("userId", userId)));

    /// <summary>Gives a chat another owner.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="userId">The new owner.</param>
    /// <returns>The call.</returns>
    public static RestCall ChangeOwner(BotIdentity bot, string dialogId, long userId) =>
        BotMethods.Call(SetOwner, bot, Write.Parameters(("dialogId", dialogId), ("userId", userId)));

    /// <summary>Makes members managers.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="userIds">The members.</param>
    /// <returns>The call.</returns>
    public static RestCall AddManagers(BotIdentity bot, string dialogId, IEnumerable<long> userIds) =>
        BotMethods.Call(ManagerAdd, bot, Write.Parameters(("dialogId", dialogId), ("userIds", Write.Ids(userIds))));

    /// <summary>Makes managers ordinary members.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="userIds">The managers.</param>
    /// <returns>The call.</returns>
    public static RestCall RemoveManagers(BotIdentity bot, string dialogId, IEnumerable<long> userIds) =>
        BotMethods.Call(ManagerDelete, bot, Write.Parameters(("dialogId", dialogId), ("userIds", Write.Ids(userIds))));

    /// <summary>Lets people write in a chat, or not.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="isEnabled">False to let them not. Default true.</param>
    /// <returns>The call.</returns>
    public static RestCall EnableTextField(BotIdentity bot, string dialogId, bool isEnabled = true) =>
        BotMethods.Call(TextFieldEnabled, bot, Write.Parameters(("dialogId", dialogId), ("enabled", isEnabled)));

    /// <summary>Shows that the bot is busy.</summary>
    /// <param name="bot">The bot.</param>
    /// <param name="dialogId">A user's id or <c>chat5</c>.</param>
    /// <param name="status">What it does, one of the documented codes; null for writing.</param>
    /// <param name="seconds">How long to show it, up to 600.</param>
    /// <returns>The call.</returns>
    public static RestCall ShowBusy(BotIdentity bot, string dialogId, string? status = null, int? seconds = null) =>
        BotMethods.Call(InputActionNotify, bot, Write.Parameters(
            ("dialogId", dialogId), ("statusMessageCode", status), ("duration", seconds)));
}
