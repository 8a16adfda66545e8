using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Effects;

/// <summary>What became of a message.</summary>
public enum ChatOutcome
{
    /// <summary>It is in the chat.</summary>
    Sent,

    /// <summary>The portal refused it, or was not reached: it is not in the chat.</summary>
    Refused,

    /// <summary>Nobody knows: there is no way to look.</summary>
    Unknown,
}

/// <summary>A message on its way.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="MessageId">The message's id when it was sent.</param>
/// <param name="Problem">Why it was refused and what to do, else null.</param>
public sealed record ChatDelivery(ChatOutcome Outcome, long? MessageId = null, DoctorText? Problem = null);

/// <summary>Sends files into chats of the portal (<c>im.v2.File.upload</c>).</summary>
/// <param name="client">Calls the portal.</param>
public sealed class ChatFiles(Bitrix24Client client)
{
    /// <summary>Sends one message with a file.</summary>
    /// <param name="dialogId">A user's id or <c>chat{id}</c>.</param>
    /// <param name="name">File name with extension.</param>
    /// <param name="content">The file, at most 100 MB.</param>
    /// <param name="message">Text beside the file; text from outside goes through <see cref="BbCode.Plain"/> first.</param>
    /// <param name="cancellationToken">Cancels the sending; it may have been carried out.</param>
    public async Task<ChatDelivery> SendAsync(
        string dialogId, string name, ReadOnlyMemory<byte> content, string message, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CallAsync(MessengerMethods.UploadFile(dialogId, name, content.Span, message), cancellationToken)
                .ConfigureAwait(false);
            return new ChatDelivery(ChatOutcome.Sent, answer.Result.As(Bitrix24JsonContext.Default.UploadedFile)?.MessageId ?? 0);
        }
        catch (Bitrix24Exception failed)
        {
            // A fault or an unreadable answer says nothing about whether the file had arrived by then.
            return failed.Error.Kind is Bitrix24ErrorKind.OutcomeUnknown or Bitrix24ErrorKind.ServerFault or Bitrix24ErrorKind.NotAnAnswer
                ? new ChatDelivery(ChatOutcome.Unknown)
                : new ChatDelivery(ChatOutcome.Refused, Problem: DoctorText.Of(failed.Error, client.Credentials.Portal, $"{failed.MethodName} → {dialogId}"));
        }
    }
}
