using System.Text.Json;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Functions.Work;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Functions.Hosting;

/// <summary>
/// The timer of a Functions host: does what is due, checkpoints and returns. It may run in another process than the doors, and in several at once;
/// afterwards this process holds no turn, no lock and nothing unwritten.
/// </summary>
/// <param name="addon">The parts of the add-on.</param>
/// <param name="loggers">Told of what goes wrong.</param>
/// <param name="invocations">Notes when this process works.</param>
internal sealed class Tick(Addon addon, ILoggerFactory loggers, Invocations invocations)
{
    /// <summary>Within it turns that were broken off end, and what they left is written.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(3) + Invocations.MostSettling;

    private static readonly JsonSerializerOptions AsWritten = new();

    private readonly TurnOrder _order = new();
    private int _isWorking;
    private bool _hasLooked;

    /// <summary>Opens the path on which a Functions host tells that a minute passed. Nobody else can reach it: the host listens to the world, we to the host.</summary>
    /// <param name="routes">The server.</param>
    /// <remarks>Source: the contract of custom handlers; an answer that is no such object fails the invocation.</remarks>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/Tick", async context =>
    {
        var told = await WorkAsync(context.RequestAborted);
        await Results.Json(new { Outputs = new { }, Logs = new[] { told }, ReturnValue = (object?)null }, AsWritten).ExecuteAsync(context);
    });

    /// <summary>Does what is due.</summary>
    /// <param name="cancellationToken">Stops the work between commits; the rest stays due.</param>
    /// <returns>What there was to do, for the log.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var told = "";
        await invocations.AroundAsync(async () => told = await WorkAsync(cancellationToken));
        return told;
    }

    private async Task<string> WorkAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isWorking, 1) == 1)
        {
            return "The tick before still works.";
        }

        var work = LimitedAsync(cancellationToken);
        try
        {
            return await work.WaitAsync(addon.Timings.Tick - Invocations.MostSettling, addon.Time.OfTheMachine(), CancellationToken.None);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            return "The database does not answer: what was begun ends when it does.";
        }
    }

    private async Task<string> LimitedAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limited = new CancellationTokenSource(addon.Timings.Tick - Ending, addon.Time.OfTheMachine());
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limited.Token);
            return await CatchUpAsync(either.Token, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _isWorking, 0);
        }
    }

    private async Task<string> CatchUpAsync(CancellationToken either, CancellationToken cancellationToken)
    {
        var hadWork = true;
        try
        {
            await addon.Preparation.WaitAsync(either);
            await using var work = new BackgroundWork(addon, loggers, _order);
            var turns = await work.CatchUpAsync(!_hasLooked, either);
            (_hasLooked, hadWork) = (true, turns > 0);
            return $"Turns of work: {turns}. Nothing more is due.";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Worked for {(addon.Timings.Tick - Ending).TotalSeconds:0} s; the rest goes on with the next tick.";
        }
        finally
        {
            if (hadWork)
            {
                // Until the next tick nothing is made that would let the collector give back what this one took.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
