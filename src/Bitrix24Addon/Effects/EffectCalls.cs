using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Effects;

/// <summary>A file made for an effect.</summary>
/// <param name="Name">File name with extension.</param>
/// <param name="Content">The file, at most 100 MB.</param>
public sealed record FileToSend(string Name, ReadOnlyMemory<byte> Content);

/// <summary>What each effect is as a call, and what its answer tells.</summary>
/// <param name="portal">The portal.</param>
/// <param name="texts">The portal's language.</param>
/// <param name="isWebhook">Called by webhook, where the application has to be named.</param>
internal sealed class EffectCalls(PortalRow portal, Texts texts, bool isWebhook)
{
    /// <summary>In whose name messages come: the bot's, or without one the owner's of the webhook or token.</summary>
    public BotIdentity? Bot { get; set; }

    /// <summary>The portal has no REST 3.0 for us, so tasks are created the classic way, without a key.</summary>
    public bool UsesClassicTasks { get; set; }

    public long OwnerUserId => portal.OwnerUserId;

    public RestCall Of(Effect effect, FileToSend? file) => effect switch
    {
        CreateTask task => Task(task),
        Notify notify => MessengerMethods.Notify(
            notify.UserId, notify.Message, $"{notify.Tag}|{notify.UserId}", isWebhook ? Effects.Bot.Code : null),
        SendMessage message when Bot is { } bot => BotMethods.SendMessage(bot, message.DialogId, message.Message),
        SendMessage message => MessengerMethods.AddMessage(message.DialogId, Automatic(message.Message)),
        SendReport report when Bot is { } bot => BotMethods.UploadFile(bot, report.DialogId, file!.Name, file.Content.Span, report.Message),
        SendReport report => MessengerMethods.UploadFile(report.DialogId, file!.Name, file.Content.Span, Automatic(report.Message)),
        _ => throw new InvalidOperationException($"{effect.GetType().Name} has no call."),
    };

    /// <summary>The text of a message as it is sent.</summary>
    public string TextOf(SendMessage message) => Bot is null ? Automatic(message.Message) : message.Message;

    /// <summary>How an answered effect ended: notifications can be answered with "none was made".</summary>
    public static Bitrix24Error? Refusal(JsonElement result) => result.ValueKind == JsonValueKind.False
        ? new Bitrix24Error(Bitrix24ErrorKind.MethodError, "CLIENT_NOTHING_MADE", "The portal answered that nothing was made.")
        : null;

    /// <summary>The id of what was made.</summary>
    public static long? ResultId(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object)
        {
            return Lenient.ReadInteger(result);
        }

        foreach (var name in new[] { "item", "task" })
        {
            if (result.TryGetProperty(name, out var made) && made.ValueKind == JsonValueKind.Object)
            {
                return ResultId(made);
            }
        }

        return result.TryGetProperty("messageId", out var id) || result.TryGetProperty("id", out id) ? Lenient.ReadInteger(id) : null;
    }

    private RestCall Task(CreateTask task)
    {
        var description = $"{task.Description}\n\n{texts.Get("Effects.task_mark", TaskMark.Of(task.Key))}";
        var deadline = DateTimeOffset.FromUnixTimeMilliseconds(task.DeadlineAtMs);
        return UsesClassicTasks
            ? TaskMethods.AddTaskClassic(task.Title, description, portal.OwnerUserId, task.ResponsibleId, deadline)
            : TaskMethods.AddTask(task.Title, description, portal.OwnerUserId, task.ResponsibleId, deadline, TaskMark.IdempotencyKey(task.Key));
    }

    /// <summary>A message in a person's name says that no person wrote it.</summary>
    private string Automatic(string message) => $"{message}\n[i]{texts.Get("Effects.automatic")}[/i]";
}
