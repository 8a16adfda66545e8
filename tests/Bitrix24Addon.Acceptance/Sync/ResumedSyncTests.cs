using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>A first synchronisation that is broken off goes on where its last commit was.</summary>
public sealed class ResumedSyncTests
{
    private static readonly Dictionary<string, FactKind> KindsOfLists = new()
    {
        ["calls"] = FactKind.Call, ["activities"] = FactKind.Activity, ["leads"] = FactKind.Lead, ["deals"] = FactKind.Deal, ["quotes"] = FactKind.Quote,
        ["lead_stages"] = FactKind.LeadStage, ["deal_stages"] = FactKind.DealStage, ["tasks"] = FactKind.Task,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Broken_off_after_any_batch_it_reads_on_and_ends_with_the_same_facts(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 5);
        await using var undisturbed = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, portal);
        var counter = new BatchCounter(portal.Portal);
        var whole = await undisturbed.Addon.SyncAsync(Stop, progress: counter);
        Assert.Empty(whole.Failures);
        var (facts, figures) = (await undisturbed.FactsAsync(), await undisturbed.FiguresAsync());
        Assert.True(counter.Batches > 2, $"only {counter.Batches} batches: the department is too small to be broken off");

        var rowsInTheMiddle = 0L;
        for (var batch = 1; batch <= counter.Batches; batch++)
        {
            await using var disturbed = await SyncedPortal.StartAsync(kind, portal);
            await BreakOffAsync(disturbed, batch, isLast: batch == counter.Batches);
            var committed = await CommittedAsync(disturbed);

            var rest = await disturbed.Addon.SyncAsync(Stop);

            Assert.Empty(rest.Failures);
            Assert.Equal(facts, await disturbed.FactsAsync());
            Assert.Equal(figures, await disturbed.FiguresAsync());
            rowsInTheMiddle += committed.Values.Sum();
            foreach (var (source, rows) in committed)
            {
                Assert.Equal((batch, source, whole.Rows[source] - rows), (batch, source, rest.Rows.GetValueOrDefault(source)));
            }
        }

        Assert.True(rowsInTheMiddle > 0, "no list was ever broken off in its middle");
    }

    [Theory, EveryDatabase]
    public async Task Broken_off_again_and_again_it_still_comes_to_an_end(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 5);
        await using var undisturbed = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, portal);
        await undisturbed.Addon.SyncAsync(Stop);
        await using var disturbed = await SyncedPortal.StartAsync(kind, portal);

        var tries = 0;
        for (var isDone = false; !isDone; tries++)
        {
            Assert.True(tries < 50, "it makes no progress");
            try
            {
                await disturbed.Addon.SyncAsync(Stop, progress: new BatchCounter(portal.Portal, tries % 3 == 2 ? 2 : 1, () => throw new BrokenOffException()));
                isDone = true;
            }
            catch (BrokenOffException)
            {
                isDone = await IsCompleteAsync(disturbed);
            }
        }

        Assert.True(tries > 2);
        Assert.Empty((await disturbed.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal(await undisturbed.FactsAsync(), await disturbed.FactsAsync());
        Assert.Equal(await undisturbed.FiguresAsync(), await disturbed.FiguresAsync());
    }

    /// <summary>By turns: the process ends, a person stops it, the portal is closed, the connection breaks.</summary>
    private static async Task BreakOffAsync(SyncedPortal portal, int afterBatch, bool isLast)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var way = isLast ? 0 : afterBatch % 4;
        var breaker = new BatchCounter(portal.Portal, afterBatch, way switch
        {
            1 => stop.Cancel,
            2 => () => portal.Portal.FailNext(PortalFault.PortalDeleted),
            3 => () => portal.Portal.FailNext(PortalFault.ConnectionResetAfterWork),
            _ => () => throw new BrokenOffException(),
        });
        var broken = await Record.ExceptionAsync(() => portal.Addon.SyncAsync(stop.Token, progress: breaker));

        // A batch of lists that broke is asked for again in smaller ones.
        Assert.True(
            way switch { 1 => broken is OperationCanceledException, 2 => broken is Bitrix24Exception, 3 => broken is Bitrix24Exception or null, _ => broken is BrokenOffException },
            $"{way}: {broken}");
    }

    /// <summary>Rows that lists hold which were not yet at their end: these must not be read again.</summary>
    private static async Task<Dictionary<string, long>> CommittedAsync(SyncedPortal portal)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var unfinished = await db.Cursors.AsNoTracking().Where(c => !c.Complete).ToListAsync(Stop);
        var committed = new Dictionary<string, long>();
        foreach (var cursor in unfinished.Where(c => KindsOfLists.ContainsKey(c.Source)))
        {
            var kind = KindsOfLists[cursor.Source];
            committed[cursor.Source] = await db.Facts.CountAsync(f => f.Kind == kind, Stop);
            Assert.True(cursor.AfterId > 0 == committed[cursor.Source] > 0, cursor.Source);
        }

        return committed;
    }

    private static async Task<bool> IsCompleteAsync(SyncedPortal portal)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var complete = await db.Cursors.Where(c => c.Complete).Select(c => c.Source).ToListAsync(Stop);
        return KindsOfLists.Keys.All(complete.Contains);
    }

    private sealed class BrokenOffException : Exception;

    /// <summary>Counts committed batches, each of which is one request more, and does something after one of them.</summary>
    private sealed class BatchCounter(SimulatedPortal portal, int after = int.MaxValue, Action? then = null) : IProgress<SyncProgress>
    {
        private int _requests;

        public int Batches { get; private set; }

        public void Report(SyncProgress value)
        {
            if (portal.Counters.Requests != _requests)
            {
                _requests = portal.Counters.Requests;
                if (++Batches == after)
                {
                    then!();
                }
            }
        }
    }
}
