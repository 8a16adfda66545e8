using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>Between the invocations of a Functions host this process may be frozen for hours: nothing is left for afterwards, and what may have died meanwhile is not trusted.</summary>
/// <param name="addon">The parts of the add-on.</param>
internal sealed class Invocations(Addon addon)
{
    // Less than the time after which networks forget connections on which nothing is said.
    private static readonly TimeSpan TrustedFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostCommitting = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _machine = addon.Time.OfTheMachine();
    private long _lastEnd = addon.Time.OfTheMachine().GetTimestamp();

    /// <summary>Does what a host called for.</summary>
    /// <param name="work">The answer to a request, or the work of a tick.</param>
    public async Task AroundAsync(Func<Task> work)
    {
        if (_machine.GetElapsedTime(Interlocked.Exchange(ref _lastEnd, _machine.GetTimestamp())) > TrustedFor)
        {
            addon.Storage.ForgetConnections();
        }

        try
        {
            await work();
        }
        finally
        {
            // Who asked may have gone; what was begun for him must not be frozen half done.
            await Task.WhenAll(addon.Preparation.SettledAsync(), CommittedAsync());
            await addon.RestLog.FlushAsync();
            Interlocked.Exchange(ref _lastEnd, _machine.GetTimestamp());
        }
    }

    /// <summary>A door tells the portal to post again when the database is slow; its transaction holds locks until it ends.</summary>
    private async Task CommittedAsync()
    {
        try
        {
            await addon.GroupCommit.SettledAsync().WaitAsync(MostCommitting, _machine);
        }
        catch (TimeoutException)
        {
            // The host waits no longer than this either.
        }
    }
}
