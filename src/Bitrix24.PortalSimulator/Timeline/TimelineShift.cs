using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>Moves a timeline by whole weeks, so that weekday and hour of every moment stay.</summary>
internal static class TimelineShift
{
    /// <summary>The whole weeks by which a timeline moves so that its last line is the latest possible that is not after <paramref name="now"/>.</summary>
    public static TimeSpan WeeksUntil(DateTimeOffset lastLine, DateTimeOffset now) => TimeSpan.FromDays(7 * Math.Floor((now - lastLine).TotalDays / 7));

    /// <summary>Moves the operation and, in place, every moment and day in its fields.</summary>
    public static TimelineOperation Move(TimelineOperation operation, TimeSpan shift)
    {
        ShiftObject(operation.Fields, shift);
        return operation with { Time = operation.Time + shift };
    }

    private static void ShiftObject(JsonObject fields, TimeSpan shift)
    {
        foreach (var (name, node) in fields.ToArray())
        {
            if (Shifted(node, shift) is { } moved)
            {
                fields[name] = moved;
            }
        }
    }

    /// <summary>The moved value when the node is a moment or a day; null when it stays (containers are moved in place).</summary>
    private static JsonValue? Shifted(JsonNode? node, TimeSpan shift)
    {
        switch (node)
        {
            case JsonObject map:
                ShiftObject(map, shift);
                return null;
            case JsonArray array:
                for (var index = 0; index < array.Count; index++)
                {
                    if (Shifted(array[index], shift) is { } moved)
                    {
                        array[index] = moved;
                    }
                }
                return null;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return ShiftedText(text, shift) is { } shifted ? JsonValue.Create(shifted) : null;
            default:
                return null;
        }
    }

    private static string? ShiftedText(string text, TimeSpan shift)
    {
        if (text.Length == 10 && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day.AddDays((int)shift.TotalDays).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
        if (text.Length is < 19 or > 35 || text[10] is not 'T' || !FieldValue.TryInstant(text, TimeSpan.Zero, out var instant))
        {
            return null;
        }
        // A moment without an offset keeps none: the server's offset is the same before and after.
        return (instant + shift).ToString(text.Length == 19 ? "yyyy-MM-dd'T'HH:mm:ss" : FieldValue.InstantFormat, CultureInfo.InvariantCulture);
    }
}
