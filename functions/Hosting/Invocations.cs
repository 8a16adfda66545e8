using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>Between the invocations of a Functions host this process may be frozen for hours: nothing is left for afterwards, and what may have died meanwhile is not trusted.</summary>
/// <param name="addon">The parts of the add-on.</param>
internal sealed class Invocations(Addon addon)
{
    /// <summary>So long whoever leaves last waits for what others began; then their transactions end by themselves.</summary>
    public static readonly TimeSpan MostSettling = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _machine = addon.Time.OfTheMachine();
    private long _lastEnd = addon.Time.OfTheMachine().GetTimestamp();
    private int _open;

    /// <summary>Does what a host called for.</summary>
    /// <param name="work">The answer to a request, or the work of a tick.</param>
    public async Task AroundAsync(Func<Task> work)
    {
        Interlocked.Increment(ref _open);
        if (_machine.GetElapsedTime(Interlocked.Exchange(ref _lastEnd, _machine.GetTimestamp())) > addon.Timings.ConnectionsTrusted)
        {
            addon.Storage.ForgetConnections();
        }

        try
        {
            await work();
        }
        finally
        {
            // While others are asked the process is not frozen; the last of them sees to what is left.
            if (Interlocked.Decrement(ref _open) == 0)
            {
                await SettleAsync();
            }

            Interlocked.Exchange(ref _lastEnd, _machine.GetTimestamp());
        }
    }

    /// <summary>Who asked may have gone, or been told that the database is slow: what was begun for him must not be frozen half done, for nobody tells it again.</summary>
    private async Task SettleAsync()
    {
        try
        {
            await Task.WhenAll(addon.Preparation.SettledAsync(), addon.GroupCommit.SettledAsync(), addon.RestLog.FlushAsync()).WaitAsync(MostSettling, _machine);
        }
        catch (TimeoutException)
        {
            // The database does not answer. What is not written stays in memory and is tried again while this process lives; reconciliation finds the rest.
        }
    }
}
