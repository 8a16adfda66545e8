using System.Runtime.CompilerServices;

namespace Bitrix24.Client.Batches;

/// <summary>
/// Runs any number of calls, classic and of REST 3.0, in as few requests as the limits allow: up to 50 commands a batch, fewer when their
/// mean times exceed <see cref="Bitrix24ClientOptions.BatchSeconds"/> or their body <see cref="Bitrix24ClientOptions.BatchBytes"/>. A batch
/// that is too long, too large or too slow is halved; a method that batches do not allow is called by itself; so is everything of REST 3.0
/// where the portal refuses its batches. Commands refused by a limit or left out are asked again. What the planner learned of the portal
/// it keeps, so use one for many runs; one caller at a time.
/// </summary>
/// <param name="client">Calls the portal.</param>
public sealed class BatchPlanner(Bitrix24Client client)
{
    private readonly PortalHabits _habits = new();

    /// <summary>Runs groups of calls. They are read as they are needed and their outcomes come in the order given, each as soon as possible.</summary>
    /// <param name="groups">
    /// The groups. They are independent of each other: when something must be repeated, a later one runs before an earlier one.
    /// </param>
    /// <param name="cancellationToken">Stops before and inside a request; writes already sent may have been carried out.</param>
    /// <returns>
    /// The outcome of each group. A group whose calls were refused by a limit is asked again as a whole, up to
    /// <see cref="Bitrix24ClientOptions.MaxRetries"/> times, unless one of its writes was or may have been carried out. After a batch of
    /// unknown outcome each of its writes has the error of the batch, whose <see cref="Bitrix24Error.MayHaveBeenCarriedOut"/> says so, and
    /// its groups without writes are asked again.
    /// </returns>
    /// <exception cref="Bitrix24Exception">
    /// The portal cannot be called, or twice in a row answered nothing. It comes after the outcome of everything that was sent; groups
    /// taken from the input and not sent have outcomes that were not run. What the input itself throws comes after the outcome of every
    /// group taken before.
    /// </exception>
    public async IAsyncEnumerable<GroupOutcome> RunAsync(
        IEnumerable<CallGroup> groups, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        using var input = groups.GetEnumerator();
        var run = new BatchRun(client, _habits);
        var hasMore = true;
        while (hasMore || run.IsOpen)
        {
            hasMore = hasMore && run.Fill(input);
            if (run.IsOpen)
            {
                await run.StepAsync(cancellationToken);
            }

            foreach (var done in run.TakeDone())
            {
                yield return done;
            }

            if (run.Failure is { } failure)
            {
                throw failure;
            }
        }

        run.InputFailure?.Throw();
    }

    /// <summary>Runs calls that do not refer to each other; see <see cref="RunAsync(IEnumerable{CallGroup}, CancellationToken)"/>.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="cancellationToken">Stops before and inside a request; writes already sent may have been carried out.</param>
    /// <returns>The outcome of each call, in the order given.</returns>
    /// <exception cref="ArgumentException">A call has an idempotency key that cannot be sent; it comes after the outcomes of the calls before it.</exception>
    /// <exception cref="Bitrix24Exception">The portal cannot be called.</exception>
    public async IAsyncEnumerable<CommandOutcome> RunAsync(
        IEnumerable<RestCall> calls, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        await foreach (var done in RunAsync(calls.Select(call => new CallGroup(call)), cancellationToken))
        {
            yield return done.Outcomes[0];
        }
    }
}

/// <summary>What a planner learned of its portal.</summary>
internal sealed class PortalHabits
{
    /// <summary>Methods that the portal refuses in batches.</summary>
    public HashSet<string> Forbidden { get; } = new(StringComparer.Ordinal);

    /// <summary>The portal refuses batches of REST 3.0: how an application's token goes with them is not documented.</summary>
    public bool RefusesVersionThree { get; set; }

    public int MostCommands { get; private set; } = Bitrix24Client.MaxBatchCommands;

    public int MostBytes { get; private set; } = int.MaxValue;

    /// <summary>So many commands were too many. Never more than was learned before: a group that is not torn may be longer than a batch should be.</summary>
    public void RefusedCommands(int commands) => MostCommands = Math.Min(MostCommands, Math.Max(commands / 2, 1));

    /// <summary>So many bytes were too many.</summary>
    public void RefusedBytes(int bytes) => MostBytes = Math.Min(MostBytes, Math.Max(bytes / 2, 1));
}
