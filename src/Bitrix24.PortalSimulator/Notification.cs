namespace Bitrix24.PortalSimulator;

/// <summary>A system notification of a user.</summary>
/// <param name="Id">As answered by im.notify.system.add.</param>
/// <param name="UserId">Who sees it.</param>
/// <param name="Time">When the portal received it.</param>
/// <param name="Text">Text as sent, with its BB codes.</param>
/// <param name="Tag">The application's tag, or null.</param>
public sealed record Notification(long Id, long UserId, DateTimeOffset Time, string Text, string? Tag);
