using System.Runtime.ExceptionServices;

namespace Bitrix24.Client.Batches;

/// <summary>One run of a planner: which groups are on their way, what is sent next, and what became of it.</summary>
internal sealed partial class BatchRun(Bitrix24Client client, PortalHabits habits)
{
    // Enough to fill a batch of each kind; the outcomes that wait for an earlier one are bounded too.
    private const int MostOpen = 4 * Bitrix24Client.MaxBatchCommands;
    private const int MostHeld = 20 * Bitrix24Client.MaxBatchCommands;

    private const string NotAllowedCode = "ERROR_BATCH_METHOD_NOT_ALLOWED";
    private const string TooLongCode = "ERROR_BATCH_LENGTH_EXCEEDED";
    private const int TooLargeStatus = 413;

    private readonly LinkedList<PlannedGroup> _held = new();
    private readonly Stack<List<PlannedGroup>> _parts = new();
    private readonly Dictionary<RestMethod, CommandOutcome> _missing = [];
    private readonly Dictionary<int, TimeSpan> _delays = [];
    private long _number;
    private int _open;
    private int _lostInRow;

    /// <summary>Whether anything is left to send.</summary>
    public bool IsOpen => _open > 0;

    /// <summary>Why the run cannot go on.</summary>
    public Bitrix24Exception? Failure { get; private set; }

    /// <summary>Why the input ended before its end; it is thrown when all that was taken from it has its outcome.</summary>
    public ExceptionDispatchInfo? InputFailure { get; private set; }

    /// <summary>Takes as many groups as there is room for.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Fill(IEnumerator<CallGroup> input)
    {
        while (_open < MostOpen && _held.Count < MostHeld)
        {
            try
            {
                if (!input.MoveNext())
                {
                    return false;
                }

                _held.AddLast(new PlannedGroup(input.Current, _number++));
                _open++;
            }
            catch (Exception failed) when (IsOpen)
            {
                // Writes held behind a group that waits were carried out: their outcomes must not be lost.
                InputFailure = ExceptionDispatchInfo.Capture(failed);
                return false;
            }
        }

        return true;
    }

    /// <summary>What is done, up to the first group that is not.</summary>
    public IEnumerable<GroupOutcome> TakeDone()
    {
        while (_held.First?.Value is { Outcomes: { } outcomes } done)
        {
            _held.RemoveFirst();
            yield return new GroupOutcome(done.Group, outcomes);
        }
    }

    /// <summary>Sends one batch, or waits until one may be sent.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var now = client.Time.GetUtcNow();
        var batch = _parts.TryPop(out var part) ? part : NextBatch(now);
        if (batch.Count == 0)
        {
            var earliest = _held.Where(group => group.Outcomes is null).Select(group => group.NotBefore).DefaultIfEmpty(now).Min();
            if (earliest > now)
            {
                // Timers count whole milliseconds; rounding down would come back too early, again and again.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((earliest - now).TotalMilliseconds)), client.Time, cancellationToken);
            }

            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        _delays.Clear();
        try
        {
            await SendAsync(batch, cancellationToken);
        }
        catch (Bitrix24Exception failed)
        {
            Mend(batch, failed);
        }
    }

    /// <summary>The first group that may be sent and whatever of its kind fits beside it.</summary>
    private List<PlannedGroup> NextBatch(DateTimeOffset now)
    {
        var batch = new List<PlannedGroup>();
        var (commands, seconds, bytes) = (0, 0.0, 100);
        foreach (var group in _held)
        {
            if (group.Outcomes is not null || group.NotBefore > now || IsKnownToBeMissing(group))
            {
                continue;
            }

            var kind = KindOf(group);
            var groupSeconds = group.Commands.Sum(command => client.Operating.MeanSeconds(command.Value.Method.Name));
            if (batch.Count > 0 && (kind != KindOf(batch[0])
                || commands + group.Commands.Count > habits.MostCommands
                || seconds + groupSeconds > client.Options.BatchSeconds
                || bytes + group.Bytes > Math.Min(client.Options.BatchBytes, habits.MostBytes)))
            {
                continue;
            }

            batch.Add(group);
            commands += group.Commands.Count;
            seconds += groupSeconds;
            bytes += group.Bytes;
            if (kind == BatchKind.Alone || commands >= habits.MostCommands)
            {
                break;
            }
        }

        return batch;
    }

    private BatchKind KindOf(PlannedGroup group) =>
        (group.Kind == BatchKind.VersionThree && habits.RefusesVersionThree) || (group.IsSingle && habits.Forbidden.Contains(group.Method.Name))
            ? BatchKind.Alone
            : group.Kind;

    // What is missing for one call of a method is missing for all.
    private bool IsKnownToBeMissing(PlannedGroup group)
    {
        if (!group.IsSingle || !_missing.TryGetValue(group.Method, out var outcome))
        {
            return false;
        }

        Finish(group, [outcome]);
        return true;
    }

    private async Task SendAsync(List<PlannedGroup> batch, CancellationToken cancellationToken)
    {
        var kind = KindOf(batch[0]);
        if (kind == BatchKind.Alone)
        {
            await SendAloneAsync(batch[0], cancellationToken);
            return;
        }

        var commands = batch.SelectMany(group => group.Commands).ToArray();
        var isSplittable = batch.Count > 1;
        var faults = batch.Max(group => group.Faults);
        IReadOnlyList<CommandOutcome> outcomes;
        if (kind == BatchKind.VersionThree)
        {
            outcomes = await client.BatchV3Async([.. commands.Select(command => command.Value)], isSplittable, faults, cancellationToken);
        }
        else
        {
            var byKey = await client.BatchAsync(commands, kind == BatchKind.Halting, isSplittable, faults, cancellationToken);
            outcomes = [.. commands.Select(command => byKey[command.Key])];
        }

        _lostInRow = 0;
        Share(batch, outcomes);
    }

    /// <summary>Gives each group of a batch its outcomes.</summary>
    private void Share(List<PlannedGroup> batch, IReadOnlyList<CommandOutcome> outcomes)
    {
        if (batch.Count > 1 && outcomes.Any(outcome => outcome.Error?.Code == TooLongCode))
        {
            habits.RefusedCommands(outcomes.Count);
        }

        var isHalting = KindOf(batch[0]) == BatchKind.Halting;
        var from = 0;
        var isStopped = false;
        foreach (var group in batch)
        {
            CommandOutcome[] own = [.. outcomes.Skip(from).Take(group.Commands.Count)];
            from += own.Length;
            if (isStopped && own[0].IsNotRun)
            {
                // An earlier group stopped the batch before this one.
                continue;
            }

            isStopped |= isHalting && own.Any(outcome => outcome.Error is not null);
            Settle(group, own, batch.Count > 1);
        }
    }

    /// <summary>Ends a group that was answered, or has it asked again.</summary>
    private void Settle(PlannedGroup group, CommandOutcome[] outcomes, bool isShared)
    {
        if (group.Commands.Zip(outcomes).Any(pair => !pair.First.Value.Method.IsRead && MayHaveRun(pair.Second)))
        {
            // Whatever became of the rest, the write must not be sent twice.
            Finish(group, outcomes);
        }
        else if (isShared && outcomes.Any(outcome => outcome.Error?.Code == TooLongCode))
        {
            // It goes with the next batch, which is shorter.
        }
        else if (group.IsSingle && outcomes[0].Error?.Code == NotAllowedCode && KindOf(group) != BatchKind.Alone)
        {
            habits.Forbidden.Add(group.Method.Name);
        }
        else if (RepeatAt(group, outcomes) is { } instant)
        {
            group.Repeats++;
            group.NotBefore = instant;
        }
        else
        {
            Finish(group, outcomes);
        }
    }

    private static bool MayHaveRun(CommandOutcome outcome) => outcome.Answer is not null || outcome.Error is { MayHaveBeenCarriedOut: true };

    /// <summary>When a group whose calls were refused for a while is asked again; null when it is not.</summary>
    private DateTimeOffset? RepeatAt(PlannedGroup group, CommandOutcome[] outcomes)
    {
        var now = client.Time.GetUtcNow();
        DateTimeOffset? latest = null;
        foreach (var (command, outcome) in group.Commands.Zip(outcomes))
        {
            var error = outcome.IsNotRun ? Bitrix24Error.CommandNotRun : outcome.Error;
            if (error is null)
            {
                continue;
            }

            // What stands behind the error of a group that stops was rightly not run.
            var mayPass = error.ShouldWait || error.Kind == Bitrix24ErrorKind.CommandNotRun
                || (error.Kind == Bitrix24ErrorKind.ServerFault && command.Value.Method.IsRead && group.Repeats < RetryRules.MaxFaultRetries);
            if (mayPass && group.Repeats < client.Options.MaxRetries && !(error.RetryAt - now > client.Options.LongestWait))
            {
                var at = LaterThan(now, error, group.Repeats);
                latest = at > latest ? at : latest ?? at;
            }

            if (group.Group.Halt)
            {
                break;
            }
        }

        return latest;
    }

    // What failed together comes back together, in one batch.
    private DateTimeOffset LaterThan(DateTimeOffset now, Bitrix24Error error, int repeats)
    {
        if (error.RetryAt is { } instant)
        {
            return instant;
        }

        if (!_delays.TryGetValue(repeats, out var delay))
        {
            _delays[repeats] = delay = RetryRules.Delay(error, repeats, client.Options, now);
        }

        return now + delay;
    }

    private void Finish(PlannedGroup group, CommandOutcome[] outcomes)
    {
        if (group.IsSingle && outcomes[0].Error is { Kind: Bitrix24ErrorKind.InsufficientScope or Bitrix24ErrorKind.MethodNotFound })
        {
            _missing.TryAdd(group.Method, outcomes[0]);
        }

        group.Outcomes = outcomes;
        _open--;
    }
}
