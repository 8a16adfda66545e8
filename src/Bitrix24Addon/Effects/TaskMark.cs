using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Bitrix24Addon.Effects;

/// <summary>
/// The mark of the add-on's own tasks: a code in the description, where both kinds of REST can write it and the list can read it. By it
/// a task is found again after an unknown outcome.
/// </summary>
public static partial class TaskMark
{
    /// <summary>The mark of the task of an effect.</summary>
    /// <param name="effectKey">See <see cref="Effect.Key"/>.</param>
    public static string Of(string effectKey) => "addon:" + Digest(effectKey)[..16];

    /// <summary>The idempotency key of an effect: printable ASCII of a fixed length, the same however often it is sent.</summary>
    /// <param name="effectKey">See <see cref="Effect.Key"/>.</param>
    public static string IdempotencyKey(string effectKey) => "addon-" + Digest(effectKey);

    /// <summary>The mark that a task carries, or null. Anybody may have pasted it: only the outbox proves whose the task is.</summary>
    /// <param name="description">The task's description.</param>
    public static string? FindIn(string? description) => description is not null && Mark().Matches(description) is [.., var last] ? last.Value : null;

    private static string Digest(string effectKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(effectKey)));

    [GeneratedRegex(@"\baddon:[0-9a-f]{16}\b")]
    private static partial Regex Mark();
}
