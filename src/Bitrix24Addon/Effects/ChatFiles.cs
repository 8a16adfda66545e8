using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;

namespace Bitrix24Addon.Effects;

/// <summary>Sends files into chats of the portal (<c>im.v2.File.upload</c>).</summary>
/// <param name="client">Calls the portal.</param>
public sealed class ChatFiles(Bitrix24Client client)
{
    /// <summary>Sends one message with a file.</summary>
    /// <param name="dialogId">A user's id or <c>chat{id}</c>.</param>
    /// <param name="name">File name with extension.</param>
    /// <param name="content">The file, at most 100 MB.</param>
    /// <param name="message">Text beside the file; text from outside goes through <see cref="Plain"/> first.</param>
    /// <param name="cancellationToken">Cancels the sending; it may have been carried out.</param>
    /// <returns>The message's id; null when it is not known whether the message was sent: there is no way to look.</returns>
    /// <exception cref="Bitrix24Exception">The portal refused; nothing was sent.</exception>
    public async Task<long?> SendAsync(
        string dialogId, string name, ReadOnlyMemory<byte> content, string message, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CallAsync(MessengerMethods.UploadFile(dialogId, name, content.Span, message), cancellationToken)
                .ConfigureAwait(false);
            return answer.Result.As(Bitrix24JsonContext.Default.UploadedFile)?.MessageId ?? 0;
        }
        catch (Bitrix24Exception unclear) when (unclear.Error.Kind == Bitrix24ErrorKind.OutcomeUnknown)
        {
            return null;
        }
    }

    /// <summary>Text without BB codes: brackets become parentheses, so that a name cannot start a tag.</summary>
    /// <param name="text">Text from outside, such as a person's name.</param>
    public static string Plain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace('[', '(').Replace(']', ')');
    }
}
