using Bitrix24.Client;

namespace Bitrix24Addon.Collect;

/// <summary>How a reading went.</summary>
/// <param name="Failure">Not all could be read; a later run may have more luck. Null when none failed.</param>
/// <param name="Refused">Some may not be read, which no repetition will change. Null when none was refused.</param>
public sealed record ReadingOutcome(Bitrix24Error? Failure, Bitrix24Error? Refused)
{
    /// <summary>People whom the refusals concern; none when all is missing.</summary>
    public IReadOnlyCollection<long> Unseen { get; init; } = [];

    /// <summary>Whatever went wrong, or null.</summary>
    public Bitrix24Error? Error => Failure ?? Refused;
}

/// <summary>What became of many calls, in their order.</summary>
/// <param name="Outcomes">The outcome of each.</param>
public sealed record ManyAnswers(IReadOnlyList<CommandOutcome> Outcomes)
{
    /// <summary>The answers among some of the outcomes, with their place among these.</summary>
    /// <param name="from">Index of the first.</param>
    /// <param name="count">How many.</param>
    public IEnumerable<(int Index, RestAnswer Answer)> Of(int from, int count) =>
        Outcomes.Skip(from).Take(count).Select((outcome, index) => (index, outcome.Answer)).Where(a => a.Answer is not null).Select(a => (a.index, a.Answer!));

    /// <summary>How the reading went of some of the calls. When nothing at all was answered, a refusal is a failure: all is missing.</summary>
    /// <param name="from">Index of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="peopleOf">Whom the call at an index among these was about.</param>
    public ReadingOutcome HowOf(int from, int count, Func<int, IEnumerable<long>>? peopleOf = null)
    {
        var errors = Outcomes.Skip(from).Take(count).Select(o => o.Error).OfType<Bitrix24Error>().ToList();
        var failure = errors.Find(e => !ManyCalls.IsRefusal(e.Kind));
        var refused = errors.Find(e => ManyCalls.IsRefusal(e.Kind));
        return errors.Count == count
            ? new ReadingOutcome(failure ?? refused, null)
            : new ReadingOutcome(failure, refused) { Unseen = peopleOf is null ? [] : [.. RefusedAt(from, count).SelectMany(peopleOf)] };
    }

    private IEnumerable<int> RefusedAt(int from, int count) =>
        Enumerable.Range(0, count).Where(index => Outcomes[from + index].Error is { } error && ManyCalls.IsRefusal(error.Kind));
}

/// <summary>Makes any number of classic calls in full batches and repeats those that may be repeated.</summary>
/// <param name="client">Calls the portal.</param>
/// <param name="time">The clock.</param>
public sealed class ManyCalls(Bitrix24Client client, TimeProvider time)
{
    private const int MostAttempts = 4;

    internal static readonly Bitrix24Error NotRun = new(Bitrix24ErrorKind.CommandNotRun, "", "");

    private bool _isBatchRefused;

    /// <summary>
    /// The portal will not let us have it, however often we ask; other things can still be read. Many methods refuse in words of the portal's
    /// language without a code, so whatever neither passes by itself nor concerns our access as a whole is a refusal.
    /// </summary>
    /// <param name="kind">What kind of error came.</param>
    public static bool IsRefusal(Bitrix24ErrorKind kind) => kind is not (Bitrix24ErrorKind.QueryLimit or Bitrix24ErrorKind.OperatingLimit
        or Bitrix24ErrorKind.OtherLimit or Bitrix24ErrorKind.ServerFault or Bitrix24ErrorKind.Unreachable or Bitrix24ErrorKind.CommandNotRun
        or Bitrix24ErrorKind.NotAnAnswer or Bitrix24ErrorKind.ExpiredToken or Bitrix24ErrorKind.InvalidToken or Bitrix24ErrorKind.NotAuthorised
        or Bitrix24ErrorKind.AuthorisationNeeded or Bitrix24ErrorKind.PaymentRequired or Bitrix24ErrorKind.ApplicationRemoved
        or Bitrix24ErrorKind.AuthorisationUnavailable or Bitrix24ErrorKind.AuthorisationRefused
        or Bitrix24ErrorKind.PortalDeleted or Bitrix24ErrorKind.PortalBlocked or Bitrix24ErrorKind.PortalMoved);

    /// <summary>Makes the calls.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    /// <exception cref="Bitrix24Exception">A whole batch failed after its repetitions.</exception>
    public async Task<ManyAnswers> AskAsync(IReadOnlyList<RestCall> calls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var final = new CommandOutcome[calls.Count];
        var pending = new Queue<(int Index, int Attempt)>(Enumerable.Range(0, calls.Count).Select(index => (index, 1)));
        while (pending.Count > 0)
        {
            var asked = Enumerable.Range(0, Math.Min(pending.Count, Bitrix24Client.MaxBatchCommands)).Select(_ => pending.Dequeue()).ToList();
            var outcomes = await client.BatchAsync(
                asked.ConvertAll(a => KeyValuePair.Create($"c{a.Index}", calls[a.Index])), cancellationToken: cancellationToken).ConfigureAwait(false);
            var again = new List<Bitrix24Error>();
            foreach (var (index, attempt) in asked)
            {
                var outcome = outcomes[$"c{index}"];
                final[index] = outcome.IsNotRun ? new CommandOutcome(null, NotRun) : outcome;
                if (final[index].Error is { IsRetryable: true } error && attempt < MostAttempts)
                {
                    again.Add(error);
                    pending.Enqueue((index, attempt + 1));
                }
            }

            if (asked.TrueForAll(a => final[a.Index].Error is { Kind: Bitrix24ErrorKind.InsufficientScope or Bitrix24ErrorKind.MethodNotFound }))
            {
                // Nothing more is to be had by asking for everybody.
                var refusal = final[asked[0].Index];
                foreach (var (index, _) in pending)
                {
                    final[index] = refusal;
                }

                break;
            }

            await WaitAsync(again, cancellationToken).ConfigureAwait(false);
        }

        return new ManyAnswers(final);
    }

    /// <summary>
    /// Makes calls of REST 3.0 in one batch, or one by one where the portal refuses that batch as a whole: how an application's token goes
    /// with it is not documented.
    /// </summary>
    /// <param name="calls">At most <see cref="Bitrix24Client.MaxBatchCommands"/>.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    /// <exception cref="Bitrix24Exception">The portal cannot be called.</exception>
    public async Task<IReadOnlyList<CommandOutcome>> TogetherAsync(IReadOnlyList<RestCall> calls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (!_isBatchRefused)
        {
            try
            {
                return await client.BatchV3Async(calls, cancellationToken).ConfigureAwait(false);
            }
            catch (Bitrix24Exception refused) when (IsForGood(refused.Error))
            {
                _isBatchRefused = true;
            }
        }

        var outcomes = new List<CommandOutcome>();
        foreach (var call in calls)
        {
            // What is missing for one is missing for all.
            outcomes.Add(outcomes is [{ Error.Kind: Bitrix24ErrorKind.InsufficientScope or Bitrix24ErrorKind.MethodNotFound }, ..]
                ? outcomes[0]
                : await AloneAsync(call, cancellationToken).ConfigureAwait(false));
        }

        return outcomes;
    }

    private async Task<CommandOutcome> AloneAsync(RestCall call, CancellationToken cancellationToken)
    {
        try
        {
            return new CommandOutcome(await client.CallAsync(call, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Bitrix24Exception refused) when (IsForGood(refused.Error))
        {
            // A portal without REST 3.0 answers with its page for what is not there.
            return new CommandOutcome(
                null, refused.Error.Kind == Bitrix24ErrorKind.NotAnAnswer ? refused.Error with { Kind = Bitrix24ErrorKind.MethodNotFound } : refused.Error);
        }
    }

    private static bool IsForGood(Bitrix24Error error) =>
        IsRefusal(error.Kind) || error is { Kind: Bitrix24ErrorKind.NotAnAnswer, IsRetryable: false };

    /// <summary>Waits until the errors allow a repetition.</summary>
    /// <param name="errors">Errors that may be repeated.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task WaitAsync(IReadOnlyCollection<Bitrix24Error> errors, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var wait = errors.Select(error => error.RetryAt ?? now.AddSeconds(1)).Append(now).Max() - now;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
