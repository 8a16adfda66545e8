using System.Globalization;
using Bitrix24Addon.Effects;

namespace Chaos;

/// <summary>Effects of every kind that a run adds to what its verdicts want.</summary>
internal static class ChaosEffects
{
    /// <summary>The effects of a day.</summary>
    /// <param name="number">The day's number.</param>
    /// <param name="midnight">Its beginning.</param>
    public static IReadOnlyList<Effect> Of(int number, DateTimeOffset midnight)
    {
        var day = int.Parse(midnight.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var deadline = midnight.AddDays(3).ToUnixTimeMilliseconds();
        var effects = new List<Effect>();
        foreach (var user in ChaosDay.Managers)
        {
            // Two of the same text, so that a look has to tell them apart.
            effects.AddRange(
                new CreateTask($"chaos-task:{number}:{user}", $"user:{user}", $"Поручение {number}", "Описание", user, deadline),
                new Notify($"chaos-notify:{number}:{user}", $"notify:{user}", user, $"Уведомление {number}", $"chaos{number}"),
                new SendMessage($"chaos-message:{number}:{user}:1", $"dialog:{user}", $"{user}", $"Сообщение {number}"),
                new SendMessage($"chaos-message:{number}:{user}:2", $"dialog:{user}", $"{user}", $"Сообщение {number}"));
        }

        effects.Add(new SendReport($"chaos-report:{number}", $"dialog:{ChaosDay.Head}", $"{ChaosDay.Head}", $"Отчёт {number}", day, day));
        return effects;
    }
}
