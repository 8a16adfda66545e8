using Bitrix24.PortalSimulator.State;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24.PortalSimulator;

// The content of the portal: loaded at once or played line by line.
public sealed partial class SimulatedPortal
{
    /// <summary>Unsent posts beyond which an immediate play waits for the handlers.</summary>
    private const int UnsentWhilePlaying = 1000;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private TimelineCursor? _rest;
    private int _isPlaying;

    /// <summary>Replaces the portal's content by a timeline, without events. On a damaged one nothing changes.</summary>
    /// <param name="path">A .jsonl or .jsonl.gz file.</param>
    /// <param name="shiftToNow">Moves by whole weeks so that the last line, or <paramref name="until"/>, is the latest possible not after now.</param>
    /// <param name="until">Loads only lines before this moment of the timeline's own time (before the shift); the rest can be played. Null loads all.</param>
    /// <exception cref="TimelineException">The timeline is damaged; the message names line and remedy.</exception>
    public void LoadTimeline(string path, bool shiftToNow = false, DateTimeOffset? until = null)
    {
        const string Consequence = "Nothing was loaded.";
        var cursor = TimelineCursor.Open(path, shiftToNow ? Options.TimeProvider.GetUtcNow() : null, until);
        var state = new PortalState();
        while (cursor.Peek(Consequence) is { } next && (until is null || next.Time < until + cursor.Shift))
        {
            cursor.Take(operation => Folding.Apply(state, operation), Consequence);
        }
        lock (_gate)
        {
            state.Changed = State.Changed;
            State = state;
            _rest = until is null ? null : cursor;
        }
    }

    /// <summary>Plays the lines that <see cref="PortalSimulatorOptions.TimelineUntil"/> left, in order of time; each fires its events.</summary>
    /// <param name="until">Stops before this moment, in the portal's time (after a shift), and then has the clock there; null plays to the end.</param>
    /// <param name="pace">What a line waits for.</param>
    /// <param name="cancellationToken">Stops the play; a later one goes on from there.</param>
    /// <returns>Lines played.</returns>
    /// <exception cref="TimelineException">A line is damaged or does not fit; those before it stay played.</exception>
    /// <exception cref="InvalidOperationException">Another play is under way.</exception>
    public Task<int> PlayAsync(DateTimeOffset? until = null, PlayPace pace = PlayPace.Clock, CancellationToken cancellationToken = default) =>
        PlayAsync(_rest ?? TimelineCursor.Over([]), until, pace, cancellationToken);

    /// <summary>Plays operations in the given order, which must be that of time; each fires its events.</summary>
    /// <param name="operations">For example the later part of what <see cref="Generator.DepartmentGenerator"/> made.</param>
    /// <param name="pace">What an operation waits for.</param>
    /// <param name="cancellationToken">Stops the play.</param>
    /// <returns>Operations played.</returns>
    /// <exception cref="TimelineException">An operation does not fit the portal; those before it stay played.</exception>
    /// <exception cref="InvalidOperationException">Another play is under way.</exception>
    public Task<int> PlayOperationsAsync(IEnumerable<TimelineOperation> operations, PlayPace pace = PlayPace.Clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        return PlayAsync(TimelineCursor.Over(operations), null, pace, cancellationToken);
    }

    /// <summary>Plays one change into the running portal, wholly or not at all, and fires its events.</summary>
    /// <exception cref="TimelineException">The operation does not fit the portal; the message says how.</exception>
    public void Apply(TimelineOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        lock (_gate)
        {
            Folding.Apply(State, operation);
        }
    }

    /// <summary>Plays changes in the given order; stops at the first that does not fit, those before it stay.</summary>
    /// <exception cref="TimelineException">An operation does not fit the portal; the message says how.</exception>
    public void Apply(IEnumerable<TimelineOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var operation in operations)
        {
            Apply(operation);
        }
    }

    /// <summary>Plays one line of a timeline, written as in a file.</summary>
    /// <exception cref="TimelineException">The line is damaged or does not fit the portal; the message says how.</exception>
    public void ApplyLine(string line) => Apply(TimelineReader.ParseLine(line));

    private async Task<int> PlayAsync(TimelineCursor cursor, DateTimeOffset? until, PlayPace pace, CancellationToken cancellationToken)
    {
        const string Consequence = "The lines before it were played.";
        if (Interlocked.Exchange(ref _isPlaying, 1) != 0)
        {
            throw new InvalidOperationException("A play is under way; wait for it or cancel it before the next");
        }
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var played = 0;
            for (; cursor.Peek(Consequence) is { } next && (until is null || next.Time < until); played++)
            {
                await ReachAsync(next.Time, pace, cancellationToken);
                cursor.Take(Apply, Consequence);
            }
            if (until is { } end)
            {
                await ReachAsync(end, pace, cancellationToken);
            }
            return played;
        }
        finally
        {
            _queue.Flush();
            Volatile.Write(ref _isPlaying, 0);
        }
    }

    private async Task ReachAsync(DateTimeOffset moment, PlayPace pace, CancellationToken cancellationToken)
    {
        var clock = Options.TimeProvider;
        if (pace is PlayPace.Immediately)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _queue.WaitAsync(UnsentWhilePlaying + Options.EventReorderWindow, cancellationToken);
            (clock as SimulatedClock)?.Reach(moment);
            return;
        }
        for (var wait = moment - clock.GetUtcNow(); wait > TimeSpan.Zero; wait = moment - clock.GetUtcNow())
        {
            // Whole milliseconds, rounded up: a delay drops what is beyond them.
            var whole = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
            await Task.Delay(whole < LongestDelay ? whole : LongestDelay, clock, cancellationToken);
        }
    }
}
