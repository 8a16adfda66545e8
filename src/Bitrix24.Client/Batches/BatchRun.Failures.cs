namespace Bitrix24.Client.Batches;

/// <summary>What a run does when a request failed as a whole.</summary>
internal sealed partial class BatchRun
{
    // Twice nothing at all: a third request would hardly fare better, and each may take minutes or leave a write open.
    private const int MostLostInRow = 2;

    /// <summary>Makes the calls of a group one after the other.</summary>
    private async Task SendAloneAsync(PlannedGroup group, CancellationToken cancellationToken)
    {
        var outcomes = new List<CommandOutcome>();
        foreach (var (_, call) in group.Commands)
        {
            try
            {
                outcomes.Add(new CommandOutcome(await client.CallAsync(call, cancellationToken), null));
                _lostInRow = 0;
            }
            catch (Bitrix24Exception failed)
            {
                var error = OfMethod(call, failed.Error);
                outcomes.Add(new CommandOutcome(null, error));
                if (!IsOfCallOnly(error) || (IsLost(error) && ++_lostInRow == MostLostInRow))
                {
                    outcomes.AddRange(Enumerable.Repeat(new CommandOutcome(null, null), group.Commands.Count - outcomes.Count));
                    Finish(group, [.. outcomes]);
                    Stop(failed);
                    return;
                }
            }
        }

        Finish(group, [.. outcomes]);
    }

    /// <summary>Decides what becomes of a batch that failed as a whole.</summary>
    private void Mend(List<PlannedGroup> batch, Bitrix24Exception failed)
    {
        var error = failed.Error;
        var holdsWrite = batch.Exists(group => group.HasWrite);
        if (error.Code == TooLongCode)
        {
            habits.RefusedCommands(batch.Sum(group => group.Commands.Count));
            Halve(batch, error);
        }
        else if (error.HttpStatus == TooLargeStatus)
        {
            habits.RefusedBytes(batch.Sum(group => group.Bytes));
            Halve(batch, error);
        }
        else if (error.Code == NotAllowedCode)
        {
            Halve(batch, error);
        }
        else if (holdsWrite && error.MayHaveBeenCarriedOut)
        {
            LeaveOpen(batch, failed);
        }
        else if (error.IsTimeout)
        {
            HalveSlow(batch, failed);
        }
        else if (KindOf(batch[0]) == BatchKind.VersionThree && IsForGood(error))
        {
            habits.RefusesVersionThree = true;
        }
        else
        {
            foreach (var group in batch)
            {
                Fail(group, error);
            }

            Stop(failed);
        }
    }

    /// <summary>Sends the halves of a batch next; a group that cannot be halved goes alone where that may help.</summary>
    private void Halve(List<PlannedGroup> batch, Bitrix24Error error)
    {
        if (batch.Count > 1)
        {
            _parts.Push(batch[(batch.Count / 2)..]);
            _parts.Push(batch[..(batch.Count / 2)]);
        }
        else if (batch[0].IsSingle && error.HttpStatus != TooLargeStatus)
        {
            habits.Forbidden.Add(batch[0].Method.Name);
        }
        else
        {
            Fail(batch[0], error);
        }
    }

    private void HalveSlow(List<PlannedGroup> batch, Bitrix24Exception failed)
    {
        if (batch.Count > 1)
        {
            Halve(batch, failed.Error);
            return;
        }

        Fail(batch[0], failed.Error);
        if (++_lostInRow == MostLostInRow)
        {
            Stop(failed);
        }
    }

    /// <summary>Nobody knows what a batch did: its writes are not repeated, its groups of reads are asked again.</summary>
    private void LeaveOpen(List<PlannedGroup> batch, Bitrix24Exception failed)
    {
        var isStopping = ++_lostInRow == MostLostInRow;
        var isFault = failed.Error.Kind == Bitrix24ErrorKind.ServerFault;
        var now = client.Time.GetUtcNow();
        var ofWrite = new CommandOutcome(null, failed.Error);
        var ofRead = failed.Error.Kind == Bitrix24ErrorKind.OutcomeUnknown
            ? new CommandOutcome(null, failed.Error with { Kind = Bitrix24ErrorKind.Unreachable })
            : ofWrite;
        foreach (var group in batch)
        {
            if (!group.HasWrite && !isStopping && group.Repeats < client.Options.MaxRetries && !(isFault && group.Faults == RetryRules.MaxFaultRetries))
            {
                group.Faults += isFault ? 1 : 0;
                group.NotBefore = LaterThan(now, failed.Error, group.Repeats++);
            }
            else
            {
                Finish(group, [.. group.Commands.Select(command => command.Value.Method.IsRead ? ofRead : ofWrite)]);
            }
        }

        if (isStopping)
        {
            Stop(failed);
        }
    }

    private void Fail(PlannedGroup group, Bitrix24Error error) => Finish(group, [.. group.Commands.Select(_ => new CommandOutcome(null, error))]);

    private void Stop(Bitrix24Exception failed)
    {
        Failure = failed;
        foreach (var group in _held.Where(group => group.Outcomes is null))
        {
            Finish(group, [.. group.Commands.Select(_ => new CommandOutcome(null, null))]);
        }
    }

    /// <summary>A portal without REST 3.0 answers with its page for what is not there.</summary>
    private static Bitrix24Error OfMethod(RestCall call, Bitrix24Error error) =>
        call.Method.Version == RestVersion.V3 && error is { Kind: Bitrix24ErrorKind.NotAnAnswer, IsRetryable: false } && (call.Method.IsRead || !error.MayHaveBeenCarriedOut)
            ? error with { Kind = Bitrix24ErrorKind.MethodNotFound }
            : error;

    // The next call may fare better.
    private static bool IsOfCallOnly(Bitrix24Error error) => IsForGood(error) || IsLost(error)
        || error.Kind is Bitrix24ErrorKind.ServerFault or Bitrix24ErrorKind.OperatingLimit or Bitrix24ErrorKind.OtherLimit;

    private static bool IsLost(Bitrix24Error error) => error.Kind == Bitrix24ErrorKind.OutcomeUnknown || error.IsTimeout;

    private static bool IsForGood(Bitrix24Error error) => error.IsRefusal || error is { Kind: Bitrix24ErrorKind.NotAnAnswer, IsRetryable: false };
}
