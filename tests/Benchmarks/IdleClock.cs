using Bitrix24.PortalSimulator;

namespace Benchmarks;

/// <summary>How many requests are between their sending and the last byte of the answer, and when they were sent and answered.</summary>
internal sealed class Traffic(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<DateTimeOffset> _sent = [];
    private readonly List<DateTimeOffset> _answered = [];
    private int _open;

    public int Open => Volatile.Read(ref _open);

    /// <summary>When requests were sent. A copy.</summary>
    public IReadOnlyList<DateTimeOffset> Sent => Copy(_sent);

    /// <summary>When requests were answered. A copy.</summary>
    public IReadOnlyList<DateTimeOffset> Answered => Copy(_answered);

    public void Begin()
    {
        lock (_gate)
        {
            _sent.Add(time.GetUtcNow());
        }

        Interlocked.Increment(ref _open);
    }

    public void End()
    {
        lock (_gate)
        {
            _answered.Add(time.GetUtcNow());
        }

        Interlocked.Decrement(ref _open);
    }

    private List<DateTimeOffset> Copy(List<DateTimeOffset> times)
    {
        lock (_gate)
        {
            return [.. times];
        }
    }
}

/// <summary>Counts requests, and an answer as come when all of it is there.</summary>
internal sealed class TrafficHandler(Traffic traffic) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        traffic.Begin();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            return response;
        }
        finally
        {
            traffic.End();
        }
    }
}

/// <summary>
/// Lets work run on a simulated clock with real HTTP in between: the clock stands still, and jumps to its next timer when nothing else
/// goes on. Nothing goes on when no request is open, no work waits for a thread and no thread but this one works, which does not depend on how
/// busy the machine is. A jump too early only makes the measured time longer. The timeout of a request needs no care: the clock stands while one is open.
/// </summary>
internal static class IdleClock
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private const int LooksInARow = 3;

    public static async Task RunAsync(SimulatedClock clock, Traffic traffic, Task work, CancellationToken cancellationToken)
    {
        var idle = 0;
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Look, TimeProvider.System, cancellationToken));
            idle = traffic.Open == 0 && ThreadPool.PendingWorkItemCount == 0 && BusyThreads() <= 1 ? idle + 1 : 0;
            if (idle >= LooksInARow && clock.NextDueAt is { } due)
            {
                idle = 0;
                var now = clock.GetUtcNow();
                clock.SetUtcNow(due > now ? due : now);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        await work;
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return most - available;
    }
}
