using System.Globalization;

namespace Bitrix24Addon.Effects;

/// <summary>A notification that nobody asked for: a <see cref="Notify"/>, or a <see cref="SendMessage"/> to one person.</summary>
/// <param name="PersonId">Who is told.</param>
/// <param name="Cause">What of; he is told once a day.</param>
/// <param name="Text">Text with BB codes.</param>
/// <param name="IsUrgent">It passes at once.</param>
/// <param name="Replaces">A later one of the cause takes the place of this one in the portal.</param>
public sealed record Notice(long PersonId, string Cause, string Text, bool IsUrgent, bool Replaces)
{
    /// <summary>The effect as a notification; null for what is none, was asked for, or goes to a group chat.</summary>
    /// <param name="effect">The effect.</param>
    public static Notice? Of(Effect effect) => effect switch
    {
        Notify { IsAskedFor: false } notify => new(notify.UserId, $"tag:{notify.Tag}", notify.Message, notify.IsUrgent, Replaces: true),
        SendMessage { IsAskedFor: false } message when long.TryParse(message.DialogId, NumberStyles.None, CultureInfo.InvariantCulture, out var person) =>
            new(person, message.Cause is { } cause ? $"cause:{cause}" : $"key:{message.Key}", message.Message, message.IsUrgent, Replaces: false),
        _ => null,
    };
}
