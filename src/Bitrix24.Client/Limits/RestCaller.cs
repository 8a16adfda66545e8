namespace Bitrix24.Client;

/// <summary>
/// Whose calls these are. Callers of one portal take turns, whatever each has queued; the calls of one are served in the order they came.
/// See <see cref="Bitrix24Client.For"/>.
/// </summary>
/// <param name="Name">A name of few, such as <c>sync</c> or <c>page</c>: who has the same name shares a turn.</param>
/// <param name="IsInteractive">A person waits at a screen: goes before the others and may use what they leave of the limits.</param>
public sealed record RestCaller(string Name, bool IsInteractive = false)
{
    /// <summary>Who did not say who he is.</summary>
    public static RestCaller Unnamed { get; } = new("");
}
