namespace Bitrix24.PortalSimulator.Timeline;

/// <summary>A place in a timeline. Parses line by line, so that no more than one operation is held, and names the line in errors.</summary>
internal sealed class TimelineCursor
{
    private readonly string? _path;
    private readonly IEnumerator<TimelineOperation> _operations;
    private int _line;
    private bool _isRead;

    private TimelineCursor(List<string> lines, string path, DateTimeOffset? now, DateTimeOffset? anchor)
    {
        _path = path;
        _line = lines.FindLastIndex(line => !string.IsNullOrWhiteSpace(line)) + 1;
        if (now is { } end && _line > 0)
        {
            Shift = Guarded(() => TimelineShift.WeeksUntil(anchor ?? TimelineReader.ParseLine(lines[_line - 1]).Time, end), "Nothing was loaded.");
        }
        _operations = Read(lines).GetEnumerator();
    }

    private TimelineCursor(IEnumerable<TimelineOperation> operations) => _operations = operations.GetEnumerator();

    /// <summary>By how much every moment is moved.</summary>
    public TimeSpan Shift { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">A .jsonl or .jsonl.gz file.</param>
    /// <param name="now">Moves the timeline by whole weeks so that the anchor is as late as possible before this; null leaves it.</param>
    /// <param name="anchor">The moment of the timeline that the shift goes by; null takes that of the last line.</param>
    public static TimelineCursor Open(string path, DateTimeOffset? now, DateTimeOffset? anchor) => new(TimelineReader.ReadLines(path), path, now, anchor);

    /// <summary>A cursor over operations that are no file.</summary>
    public static TimelineCursor Over(IEnumerable<TimelineOperation> operations) => new(operations);

    /// <summary>The next operation, moved, or null at the end.</summary>
    /// <param name="consequence">What an error says about the lines before.</param>
    public TimelineOperation? Peek(string consequence)
    {
        if (!_isRead)
        {
            _isRead = Guarded(_operations.MoveNext, consequence);
        }
        return _isRead ? _operations.Current : null;
    }

    /// <summary>Plays the operation that was peeked at and goes on to the next.</summary>
    public void Take(Action<TimelineOperation> play, string consequence) => _isRead = Guarded(() =>
    {
        play(_operations.Current);
        return false;
    }, consequence);

    private IEnumerable<TimelineOperation> Read(List<string> lines)
    {
        var previous = DateTimeOffset.MinValue;
        for (_line = 1; _line <= lines.Count; _line++)
        {
            if (string.IsNullOrWhiteSpace(lines[_line - 1]))
            {
                continue;
            }
            var operation = TimelineReader.ParseLine(lines[_line - 1]);
            if (operation.Time < previous)
            {
                throw new TimelineException("the line is earlier than the one before it; sort the lines by \"t\"");
            }
            previous = operation.Time;
            yield return Shift == TimeSpan.Zero ? operation : TimelineShift.Move(operation, Shift);
        }
    }

    private T Guarded<T>(Func<T> step, string consequence)
    {
        try
        {
            return step();
        }
        catch (TimelineException exception) when (_path is not null)
        {
            throw new TimelineException($"{Path.GetFileName(_path)}, line {_line}: {exception.Message}. {consequence}", exception);
        }
    }
}
