using System.Runtime.CompilerServices;
using Bitrix24.Client;
using Bitrix24.Client.Batches;

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
        var failure = errors.Find(e => !e.IsRefusal);
        var refused = errors.Find(e => e.IsRefusal);
        return errors.Count == count
            ? new ReadingOutcome(failure ?? refused, null)
            : new ReadingOutcome(failure, refused) { Unseen = peopleOf is null ? [] : [.. RefusedAt(from, count).SelectMany(peopleOf)] };
    }

    private IEnumerable<int> RefusedAt(int from, int count) =>
        Enumerable.Range(0, count).Where(index => Outcomes[from + index].Error is { IsRefusal: true });
}

/// <summary>Makes any number of calls in full batches and repeats those that may be repeated.</summary>
/// <param name="client">Calls the portal.</param>
public sealed class ManyCalls(Bitrix24Client client)
{
    private readonly BatchPlanner _planner = new(client);

    /// <summary>Makes the calls.</summary>
    /// <param name="calls">The calls; they only read.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    /// <exception cref="Bitrix24Exception">The portal cannot be called.</exception>
    public async Task<ManyAnswers> AskAsync(IReadOnlyList<RestCall> calls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var outcomes = new List<CommandOutcome>(calls.Count);
        await foreach (var outcome in RunAsync(calls, cancellationToken).ConfigureAwait(false))
        {
            outcomes.Add(outcome);
        }

        return new ManyAnswers(outcomes);
    }

    /// <summary>Makes the calls and tells what became of each in their order, as soon as it is known. What was not run is an error.</summary>
    /// <param name="calls">The calls; they only read.</param>
    /// <param name="cancellationToken">Stops between and inside requests.</param>
    /// <exception cref="Bitrix24Exception">The portal cannot be called.</exception>
    public async IAsyncEnumerable<CommandOutcome> RunAsync(IReadOnlyList<RestCall> calls, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var outcome in _planner.RunAsync(calls, cancellationToken).ConfigureAwait(false))
        {
            yield return outcome.IsNotRun ? new CommandOutcome(null, Bitrix24Error.CommandNotRun) : outcome;
        }
    }
}
