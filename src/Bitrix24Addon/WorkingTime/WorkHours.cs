using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.WorkingTime;

/// <summary>
/// One unbroken stretch of work in local time. An <paramref name="End"/> at or before <paramref name="Start"/> lies on the next day:
/// <c>22:00-06:00</c> is a night shift and <c>00:00-00:00</c> a whole day.
/// In JSON it is the text <c>"09:00-13:00"</c>.
/// </summary>
/// <param name="Start">Local time at which the stretch begins.</param>
/// <param name="End">Local time at which it ends, not included.</param>
[JsonConverter(typeof(WorkHoursJsonConverter))]
public readonly record struct WorkHours(LocalTime Start, LocalTime End)
{
    private static readonly LocalTimePattern TimePattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>Whether the stretch ends on the day after the one it starts on.</summary>
    public bool EndsNextDay => End <= Start;

    /// <summary>Reads <c>09:00-13:00</c>.</summary>
    /// <param name="text">Two times of 24 hours with a hyphen or an en dash between them.</param>
    /// <exception cref="FormatException">The text is anything else; the message shows the form wanted.</exception>
    public static WorkHours Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var times = text.Split('-', '–');
        if (times.Length == 2
            && TimePattern.Parse(times[0].Trim()).TryGetValue(default, out var start)
            && TimePattern.Parse(times[1].Trim()).TryGetValue(default, out var end))
        {
            return new WorkHours(start, end);
        }

        throw new FormatException($"Working hours '{text}' cannot be read; write them as 09:00-13:00 (24-hour clock).");
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{TimePattern.Format(Start)}-{TimePattern.Format(End)}";
}

/// <summary>Writes <see cref="WorkHours"/> as one text, so that settings stay readable.</summary>
public sealed class WorkHoursJsonConverter : JsonConverter<WorkHours>
{
    /// <inheritdoc/>
    public override WorkHours Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return WorkHours.Parse(reader.TokenType == JsonTokenType.String ? reader.GetString()! : reader.TokenType.ToString());
        }
        catch (FormatException unreadable)
        {
            // JsonException without a message of its own would lose the remedy; with it the path into the document is added.
            throw new JsonException(unreadable.Message, unreadable);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, WorkHours value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
