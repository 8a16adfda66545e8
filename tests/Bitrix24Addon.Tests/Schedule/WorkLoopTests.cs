using System.Collections.Concurrent;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bitrix24Addon.Tests.Schedule;

public sealed class WorkLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_portal_with_a_pile_does_not_delay_another()
    {
        await using var site = await Site.BuildAsync(DatabaseKind.Sqlite);
        var pile = new TaskCompletionSource();
        site.Pieces[1] = 1;
        site.Pieces[2] = 1;
        site.OnTurn = portalId => portalId == 1 ? pile.Task : Task.CompletedTask;

        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var loop = site.Loop().RunAsync(running.Token);
        await site.UntilAsync(() => site.Done.Contains(2));
        Assert.DoesNotContain(1, site.Done);

        pile.SetResult();
        await site.UntilAsync(() => site.Done.Contains(1));
        await running.CancelAsync();
        await loop;
    }

    /// <summary>More portals with piles than the loop has turns at once, all named before the one.</summary>
    [Fact]
    public async Task Portals_with_piles_do_not_take_all_the_turns()
    {
        await using var site = await Site.BuildAsync(DatabaseKind.Sqlite);
        for (var portal = 1; portal <= 8; portal++)
        {
            site.Pieces[portal] = 1000;
        }

        site.Pieces[9] = 1;
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var loop = site.Loop().RunAsync(running.Token);
        await site.UntilAsync(() => site.Done.Contains(9));
        await running.CancelAsync();
        await loop;

        Assert.True(site.Done.TakeWhile(portal => portal != 9).Count() <= 12, string.Join(' ', site.Done));
    }

    /// <summary>As many portals as there are turns at once work until each loop is stopped, as ticks are after their minute.</summary>
    [Fact]
    public async Task Who_had_no_turn_in_one_loop_comes_first_in_the_next()
    {
        await using var site = await Site.BuildAsync(DatabaseKind.Sqlite);
        for (var portal = 1; portal <= 5; portal++)
        {
            site.Pieces[portal] = 1;
        }

        var order = new TurnOrder();
        var begun = new ConcurrentQueue<int>();
        for (var round = 1; round <= 2; round++)
        {
            using var stopped = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var expected = 4 * round;
            site.OnTurn = async portalId =>
            {
                begun.Enqueue(portalId);
                if (begun.Count == expected)
                {
                    await stopped.CancelAsync();
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped.Token);
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => site.Loop(order).DrainAsync(stopped.Token));
        }

        var left = Assert.Single(Enumerable.Range(1, 5).Except(begun.Take(4)));
        Assert.Contains(left, begun.Skip(4));
    }

    [Fact]
    public async Task A_portal_whose_work_fails_does_not_stop_the_others()
    {
        await using var site = await Site.BuildAsync(DatabaseKind.Sqlite);
        site.Pieces[1] = 1;
        site.Pieces[2] = 3;
        site.OnTurn = portalId => portalId == 1 ? throw new InvalidOperationException("broken") : Task.CompletedTask;

        await site.Loop().DrainAsync(Stop);

        Assert.Equal([2, 2, 2], site.Done);
        Assert.Equal(1, site.Pieces[1]);
    }

    [Theory, EveryDatabase]
    public async Task Two_processes_never_work_for_one_portal_at_once(DatabaseKind kind)
    {
        await using var site = await Site.BuildAsync(kind);
        for (var portal = 1; portal <= 4; portal++)
        {
            site.Pieces[portal] = 5;
        }

        using var running = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var loops = new[] { site.Loop().RunAsync(running.Token), site.Loop().RunAsync(running.Token) };
        await site.UntilAsync(() => site.Done.Count == 20);
        await running.CancelAsync();
        await Task.WhenAll(loops);

        Assert.False(site.Overlapped);
        Assert.Equal([5, 5, 5, 5], site.Done.GroupBy(portal => portal).Select(g => g.Count()));
    }

    /// <summary>Portals with so many pieces of work, done a piece a turn.</summary>
    private sealed class Site(DatabaseUnderTest database, AddonStorage storage) : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<int, int> _inside = new();
        private readonly SemaphoreSlim _turned = new(0);

        public ConcurrentDictionary<int, int> Pieces { get; } = new();

        public ConcurrentQueue<int> Done { get; } = new();

        public Func<int, Task> OnTurn { get; set; } = _ => Task.CompletedTask;

        public bool Overlapped { get; private set; }

        public static async Task<Site> BuildAsync(DatabaseKind kind)
        {
            var database = await DatabaseUnderTest.CreateAsync(kind);
            var storage = new AddonStorage(database.ConnectionString);
            await storage.MigrateAsync(Stop);
            return new Site(database, storage);
        }

        public WorkLoop Loop(TurnOrder? order = null) => new(
            [new PortalWork(LeaseNames.Inbox, (_, _) => Task.FromResult<IReadOnlyList<int>>([.. Pieces.Where(p => p.Value > 0).Select(p => p.Key).Order()]), TurnAsync)],
            new Leases(storage, TimeProvider.System), new WorkSignal(), TimeProvider.System, NullLogger<WorkLoop>.Instance,
            new WorkTimings { Interval = TimeSpan.FromMilliseconds(20) }, order);

        public async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
            {
                await _turned.WaitAsync(Stop);
            }
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();

        private async Task<bool> TurnAsync(int portalId, Lease lease, CancellationToken cancellationToken)
        {
            Overlapped |= _inside.AddOrUpdate(portalId, 1, (_, count) => count + 1) > 1;
            try
            {
                await OnTurn(portalId);
                await Task.Yield();
                if (Pieces.AddOrUpdate(portalId, 0, (_, left) => left - 1) >= 0)
                {
                    Done.Enqueue(portalId);
                }

                return true;
            }
            finally
            {
                _inside.AddOrUpdate(portalId, 0, (_, count) => count - 1);
                _turned.Release();
            }
        }
    }
}
