using System.Globalization;
using System.Text.Json;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>What was sent to the portal's chats, and the files.</summary>
internal sealed class ChatStore
{
    private readonly string? _path;

    /// <summary>Private chats get ids beyond those of group chats in a timeline.</summary>
    private const long FirstPrivateChatId = 1_000_001;

    private readonly List<ChatMessage> _messages = [];
    private readonly Dictionary<long, UploadedFile> _files = [];
    private readonly List<(long, long)> _privateChats = [];
    private readonly Dictionary<long, string> _botNames = [];

    /// <summary>Opens the store.</summary>
    /// <param name="path">File that keeps the messages, one JSON object a line; null keeps them in memory only.</param>
    /// <exception cref="JsonException">The file is damaged.</exception>
    public ChatStore(string? path)
    {
        _path = path;
        foreach (var line in path is not null && System.IO.File.Exists(path) ? System.IO.File.ReadLines(path) : [])
        {
            var kept = JsonSerializer.Deserialize<KeptMessage>(line) ?? throw new JsonException("A line of the messages is empty.");
            var file = kept.FileName is null ? null : Store(kept.FileName, kept.FileContent);
            Name(kept.AuthorId, kept.BotName);
            _messages.Add(new ChatMessage(_messages.Count + 1, kept.DialogId, kept.AuthorId, kept.Time, kept.Text, file));
        }
    }

    public IReadOnlyList<ChatMessage> All => _messages;

    public ChatMessage Add(string dialogId, long authorId, DateTimeOffset time, string text, UploadedFile? file)
    {
        var message = new ChatMessage(_messages.Count + 1, dialogId, authorId, time, text, file);
        _messages.Add(message);
        if (_path is not null)
        {
            var kept = new KeptMessage(dialogId, authorId, time, text, file?.Name, file?.Content.ToArray(), BotName(authorId));
            System.IO.File.AppendAllText(_path, JsonSerializer.Serialize(kept) + "\n");
        }
        return message;
    }

    /// <summary>The name of an author who is a bot, or null; it is kept with his messages.</summary>
    public string? BotName(long authorId) => _botNames.GetValueOrDefault(authorId);

    public void Name(long botId, string? name)
    {
        if (name is not null)
        {
            _botNames[botId] = name;
        }
    }

    /// <summary>The messages of a dialog as a participant sees it, oldest first: of a group chat, or between him and the other.</summary>
    public IEnumerable<ChatMessage> Of(string dialogId, long participantId)
    {
        var self = participantId.ToString(CultureInfo.InvariantCulture);
        return dialogId.StartsWith("chat", StringComparison.Ordinal)
            ? _messages.Where(message => message.DialogId == dialogId)
            : _messages.Where(message => (message.DialogId == dialogId && message.AuthorId == participantId)
                || (message.DialogId == self && message.AuthorId.ToString(CultureInfo.InvariantCulture) == dialogId));
    }

    public UploadedFile Store(string name, ReadOnlyMemory<byte> content)
    {
        var file = new UploadedFile(_files.Count + 1, name, content);
        _files[file.Id] = file;
        return file;
    }

    public UploadedFile? File(long id) => _files.GetValueOrDefault(id);

    /// <summary>The number in chat{number}, or the id of the private chat of two people.</summary>
    public long ChatId(string dialogId, long authorId)
    {
        if (dialogId.StartsWith("chat", StringComparison.Ordinal))
        {
            return long.Parse(dialogId[4..], CultureInfo.InvariantCulture);
        }
        var other = long.Parse(dialogId, CultureInfo.InvariantCulture);
        var pair = (Math.Min(other, authorId), Math.Max(other, authorId));
        if (!_privateChats.Contains(pair))
        {
            _privateChats.Add(pair);
        }
        return FirstPrivateChatId + _privateChats.IndexOf(pair);
    }

    private sealed record KeptMessage(string DialogId, long AuthorId, DateTimeOffset Time, string Text, string? FileName, byte[]? FileContent, string? BotName = null);
}
