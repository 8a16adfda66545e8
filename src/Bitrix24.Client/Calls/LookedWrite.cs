using System.Text.Json;

namespace Bitrix24.Client;

/// <summary>A write with the way to find out whether it arrived; see <see cref="Bitrix24Client.WriteAsync"/>.</summary>
/// <param name="Write">The call that changes something.</param>
/// <param name="Look">A read that shows what the write makes, for example a list filtered by a mark in its text.</param>
/// <param name="Judge">Tells from the answer of the look whether the write arrived.</param>
public sealed record LookedWrite(RestCall Write, RestCall? Look = null, Func<RestAnswer, Sight>? Judge = null)
{
    /// <summary>When the write was first sent, if that was earlier and nobody knows what became of it; null when it was never sent.</summary>
    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>What a look brought.</summary>
/// <param name="IsFound">True when the write arrived, false when it did not, null when the look cannot tell.</param>
/// <param name="What">What was found.</param>
public readonly record struct Sight(bool? IsFound, JsonElement? What = null)
{
    /// <summary>The write arrived.</summary>
    /// <param name="what">What it made.</param>
    public static Sight Found(JsonElement what) => new(true, what);

    /// <summary>The write did not arrive.</summary>
    public static readonly Sight Absent = new(false);

    /// <summary>The look cannot tell.</summary>
    public static readonly Sight Unclear;
}

/// <summary>How a write ended that was carried out.</summary>
/// <param name="Answer">The answer; null when the write was answered by nobody and found by the look.</param>
/// <param name="Found">What the look found; null when the write was answered.</param>
public sealed record WriteOutcome(RestAnswer? Answer, JsonElement? Found = null);
