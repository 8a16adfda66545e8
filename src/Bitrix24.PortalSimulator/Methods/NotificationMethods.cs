using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>im.notify.system.add (api-reference/chats/notifications/im-notify-system-add.md).</summary>
internal static class NotificationMethods
{
    public static IEnumerable<RestMethod> All { get; } = [new("im.notify.system.add", ["im"], Add)];

    private static MethodResult Add(CallContext call)
    {
        var text = (call.Parameters.Text("MESSAGE") ?? "").Trim();
        var userId = call.Parameters.Integer("USER_ID") ?? 0;
        if (call.State.Users.Find(userId) is null)
        {
            throw new RestException(400, "USER_ID_EMPTY", "User ID can't be empty");
        }
        if (text.Length == 0)
        {
            throw new RestException(400, "MESSAGE_EMPTY", "Message can't be empty");
        }
        var tag = call.Parameters.Text("TAG");
        var client = call.Caller.IsApplication ? call.Caller.CredentialKey : call.Parameters.Text("CLIENT_ID");
        if (tag is not null && string.IsNullOrEmpty(client))
        {
            throw RestException.Argument("TAG by webhook needs CLIENT_ID");
        }
        return new MethodResult(JsonValue.Create(call.Portal.NotificationStore.Add(client ?? "", userId, call.Now, text, tag).Id));
    }
}

/// <summary>The notifications people see; one with the tag of an earlier one of the same application takes its place.</summary>
internal sealed class NotificationStore
{
    private readonly List<(string Client, Notification Notification)> _all = [];
    private long _lastId;

    public IEnumerable<Notification> All => _all.Select(entry => entry.Notification);

    public Notification Add(string client, long userId, DateTimeOffset time, string text, string? tag)
    {
        if (tag is not null)
        {
            _all.RemoveAll(entry => entry.Client == client && entry.Notification.Tag == tag);
        }
        var notification = new Notification(++_lastId, userId, time, text, tag);
        _all.Add((client, notification));
        return notification;
    }
}
