using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Timeline;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Collect;

/// <summary>
/// How long after an event was stored its facts and the figures that follow from them are committed: through inbox, work loop and collector as the
/// program puts them together, against a portal in this process that answers at once and refuses nothing. Each event tells of another record.
/// </summary>
internal sealed class EventToFigures : IBenchmark
{
    private const int EventsASecond = 200;
    private const int People = 50;
    private const double MostMilliseconds = 100;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    public string Name => "collect";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("collect-").FullName;
        yield return AtMost("SQLite", await MeasureAsync($"Data Source={Path.Combine(folder, "collect.db")}", cancellationToken));
        if (Environment.GetEnvironmentVariable("TESTS_POSTGRES") is { Length: > 0 } postgres)
        {
            yield return AtMost("PostgreSQL", await MeasureAsync(await PostgresServer.CreateAsync(postgres, "bench_collect"), cancellationToken));
        }

        Directory.Delete(folder, recursive: true);
    }

    private Figure AtMost(string database, double milliseconds) =>
        Figure.AtMost($"{Name}/p95 from event to figures at {EventsASecond} a second, {database}", milliseconds, MostMilliseconds, "ms");

    private static async Task<double> MeasureAsync(string database, CancellationToken cancellationToken)
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions().WithoutLimits(), cancellationToken);
        portal.Apply(Enumerable.Range(101, People).Select(id => Add("user", id, new JsonObject { ["NAME"] = $"Сотрудник {id}" })));
        await using var services = BulkLists.Services(configure: options => (options.RequestThreshold, options.DrainPerSecond) = (100_000, 100_000));
        var credentials = WebhookCredentials.Parse(portal.WebhookUrl.ToString(), allowInsecureLoopback: true);
        var client = services.GetRequiredService<Bitrix24ClientFactory>().Create(credentials);
        var storage = new AddonStorage(database);
        await storage.MigrateAsync(cancellationToken);
        var row = await new PortalRegistry(storage, TimeProvider.System).RegisterAsync(PortalClients.WebhookKey(credentials.Portal), credentials.Portal, 1, cancellationToken);
        var leases = new Leases(storage, TimeProvider.System);
        await using (var lease = (await HeldLease.TryTakeAsync(leases, row.Id, LeaseNames.Sync, TimeProvider.System, null, cancellationToken))!)
        {
            await new PortalSync(storage, client, TimeProvider.System, lease.Lease).RunAsync(row, null, null, cancellationToken);
        }

        var events = new StoredEvents(storage, row.Id);
        var signal = new WorkSignal();
        var collector = new InboxCollector(storage, TimeProvider.System);
        var loop = new WorkLoop(
            [new PortalWork(LeaseNames.Inbox, events.DueAsync, async (_, lease, stop) =>
            {
                var before = events.StoredSoFar();
                var taken = (await collector.RunAsync(row, client, lease, stop)).Taken;
                await events.DoneAsync(before);
                return taken > 0;
            })],
            leases, signal, TimeProvider.System, NullLogger<WorkLoop>.Instance);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = loop.RunAsync(end.Token);
        await PostAsync(0, Warming, isMeasured: false);
        await PostAsync((int)(Warming.TotalSeconds * EventsASecond), Duration, isMeasured: true);
        await events.UntilAllAreDoneAsync(cancellationToken);
        await end.CancelAsync();
        await working;
        return await events.P95Async();

        async Task PostAsync(int first, TimeSpan duration, bool isMeasured)
        {
            var commit = new InboxGroupCommit(storage, TimeProvider.System);
            var began = TimeProvider.System.GetTimestamp();
            var stored = new List<Task>();
            for (var count = 0; count < duration.TotalSeconds * EventsASecond; count++)
            {
                var wait = TimeSpan.FromSeconds((double)count / EventsASecond) - TimeProvider.System.GetElapsedTime(began);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, TimeProvider.System, cancellationToken);
                }

                var mark = Happen(portal, first + count);
                stored.Add(StoreAsync(mark));
            }

            await Task.WhenAll(stored);

            async Task StoreAsync(InboxMark mark)
            {
                await commit.TryMark(row.Id, [mark])!;
                events.Stored(mark, isMeasured);
                signal.Wake();
            }
        }
    }

    /// <summary>Half of what happens are calls, the rest leads, tasks and deals.</summary>
    private static InboxMark Happen(SimulatedPortal portal, int number)
    {
        var (id, user, now) = (number + 1, 101 + (number % People), TimeProvider.System.GetUtcNow());
        var (kind, table, fields) = (number % 10) switch
        {
            < 5 => (InboxKind.Call, "call", new JsonObject
            {
                ["CALL_ID"] = $"call.{id}", ["PORTAL_USER_ID"] = user, ["PHONE_NUMBER"] = $"+7900{id:D7}", ["CALL_TYPE"] = 1, ["CALL_DURATION"] = 60,
                ["CALL_START_DATE"] = now.AddMinutes(-2).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), ["CALL_FAILED_CODE"] = "200",
            }),
            < 7 => (InboxKind.Lead, "lead", new JsonObject { ["title"] = "Заявка", ["assignedById"] = user, ["createdBy"] = user }),
            < 9 => (InboxKind.Task, "task", new JsonObject { ["title"] = "Дело", ["responsibleId"] = user, ["createdBy"] = user, ["status"] = 5, ["closedBy"] = user }),
            _ => (InboxKind.Deal, "deal", new JsonObject { ["title"] = "Сделка", ["assignedById"] = user, ["createdBy"] = user, ["opportunity"] = 1000, ["currencyId"] = "RUB" }),
        };
        portal.Apply(new TimelineOperation(now, TimelineAction.Add, table, id, fields));
        return new InboxMark(kind, kind == InboxKind.Call ? $"call.{id}" : id.ToString(CultureInfo.InvariantCulture));
    }

    private static TimelineOperation Add(string table, long id, JsonObject fields) => new(TimeProvider.System.GetUtcNow().AddDays(-1), TimelineAction.Add, table, id, fields);

    /// <summary>When events were stored, and when nothing was left to be read of them.</summary>
    private sealed class StoredEvents(AddonStorage storage, int portalId)
    {
        private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

        private readonly ConcurrentDictionary<InboxMark, (long At, bool IsMeasured)> _stored = [];
        private readonly ConcurrentBag<double> _milliseconds = [];
        private int _measured;

        public void Stored(InboxMark mark, bool isMeasured)
        {
            _stored[mark] = (TimeProvider.System.GetTimestamp(), isMeasured);
            Interlocked.Add(ref _measured, isMeasured ? 1 : 0);
        }

        public IReadOnlyList<InboxMark> StoredSoFar() => [.. _stored.Keys];

        public async Task<IReadOnlyList<int>> DueAsync(long nowMs, CancellationToken cancellationToken)
        {
            await using var db = storage.Open(portalId);
            return await db.Inbox.AnyAsync(i => i.NotBeforeMs <= nowMs, cancellationToken) ? [portalId] : [];
        }

        /// <summary>Of the events that were stored before a reading, those whose marks are gone are done now.</summary>
        public async Task DoneAsync(IReadOnlyList<InboxMark> before)
        {
            var now = TimeProvider.System.GetTimestamp();
            await using var db = storage.Open(portalId);
            var left = (await db.Inbox.Select(i => new { i.Kind, i.Key }).ToListAsync()).Select(i => (i.Kind, i.Key)).ToHashSet();
            foreach (var mark in before.Where(mark => !left.Contains((mark.Kind, mark.Key))))
            {
                if (_stored.TryRemove(mark, out var stored) && stored.IsMeasured)
                {
                    _milliseconds.Add(TimeProvider.System.GetElapsedTime(stored.At, now).TotalMilliseconds);
                }
            }
        }

        public async Task UntilAllAreDoneAsync(CancellationToken cancellationToken)
        {
            while (!_stored.IsEmpty)
            {
                await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);

                // One that was read before it was noted here as stored.
                await DoneAsync(StoredSoFar());
            }
        }

        /// <exception cref="InvalidOperationException">An event left no fact, so nothing was measured.</exception>
        public async Task<double> P95Async()
        {
            await using var db = storage.Open(portalId);
            var facts = await db.Facts.CountAsync(f => f.KnownAtMs != null);
            var figures = await db.Figures.CountAsync();
            var sorted = _milliseconds.Order().ToArray();
            return facts >= _measured && figures > 0 && sorted.Length == _measured
                ? sorted[(int)(sorted.Length * 0.95)]
                : throw new InvalidOperationException($"{_measured} events left {facts} facts and {figures} figures; {sorted.Length} were done.");
        }
    }
}
