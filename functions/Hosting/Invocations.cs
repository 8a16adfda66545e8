using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>Between the invocations of a Functions host this process may be frozen for hours: nothing is left for afterwards, and what may have died meanwhile is not trusted.</summary>
/// <param name="addon">The parts of the add-on.</param>
internal sealed class Invocations(Addon addon)
{
    // Less than the time after which networks forget connections on which nothing is said.
    private static readonly TimeSpan TrustedFor = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _machine = addon.Time.OfTheMachine();
    private long _lastEnd = addon.Time.OfTheMachine().GetTimestamp();

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What answers it.</param>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_machine.GetElapsedTime(Interlocked.Exchange(ref _lastEnd, _machine.GetTimestamp())) > TrustedFor)
        {
            addon.Storage.ForgetConnections();
        }

        try
        {
            await next(context);
        }
        finally
        {
            // Who asked may have gone; what was begun for him must not be frozen half done.
            await addon.Preparation.SettledAsync();
            await addon.RestLog.FlushAsync();
            Interlocked.Exchange(ref _lastEnd, _machine.GetTimestamp());
        }
    }
}
