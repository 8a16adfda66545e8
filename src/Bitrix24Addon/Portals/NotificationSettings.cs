using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Portals;

/// <summary>When and how often people are told what they did not ask for. What is urgent or was asked for passes at once.</summary>
public sealed record NotificationSettings
{
    /// <summary>
    /// Between these times, in the person's own zone, he is told only in his working hours; what comes waits for the end. Default
    /// <c>21:00-08:00</c>; null for none.
    /// </summary>
    public WorkHours? QuietHours { get; init; } = WorkHours.Parse("21:00-08:00");

    /// <summary>On days on which he does not work nothing is told; it waits for the next working day. Default true.</summary>
    public bool WaitForWorkingDay { get; init; } = true;

    /// <summary>So many notifications a day one person gets; the rest is told in one on his next working morning. Default 10.</summary>
    public int MostADay { get; init; } = 10;
}
