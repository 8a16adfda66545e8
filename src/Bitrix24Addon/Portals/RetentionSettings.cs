namespace Bitrix24Addon.Portals;

/// <summary>
/// How many days personal data are kept; what is older is forgotten when a day is closed, and where days are closed no more, because the application
/// was removed or has no access, by the same days. Figures stay.
/// </summary>
public sealed record RetentionSettings
{
    /// <summary>So often it is forgotten even where no day is closed; longer than a day, so that it is usually forgotten at night.</summary>
    internal static readonly TimeSpan AtLeastEvery = TimeSpan.FromDays(2);

    /// <summary>The log of requests to the portal. Default 5, at least 3: the Marketplace demands it.</summary>
    public int RestLogDays { get; init; } = 5;

    /// <summary>Marks in the inbox that could not be read. Default 30.</summary>
    public int DeadLettersDays { get; init; } = 30;

    /// <summary>Texts of tasks, messages and reports that were sent or parked. Default 90, at least 7.</summary>
    public int TextsDays { get; init; } = 90;

    /// <summary>Verdicts about people. Default 400, at least 100: corrections look two months back.</summary>
    public int VerdictsDays { get; init; } = 400;

    /// <summary>Keyed hashes of phone numbers in calls. Default 400, at least 62; the figures of older days are final.</summary>
    public int PhonesDays { get; init; } = 400;
}
