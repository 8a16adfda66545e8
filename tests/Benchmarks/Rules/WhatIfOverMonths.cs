using System.Runtime.CompilerServices;
using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Handoffs;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Benchmarks.Rules;

/// <summary>What a norm and a handoff would have said over three months of the sales log, on both databases; the median of five, after one that warms up.</summary>
internal sealed class WhatIfOverMonths : IBenchmark
{
    private const int From = 20250927, To = 20251226, Rounds = 5;
    private const double MostSeconds = 2;

    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    public string Name => "what-if";

    public async IAsyncEnumerable<Figure> MeasureAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("what-if-").FullName;
        foreach (var figure in await MeasureAsync("SQLite", $"Data Source={Path.Combine(folder, "what-if.db")}", cancellationToken))
        {
            yield return figure;
        }

        if (Environment.GetEnvironmentVariable("TESTS_POSTGRES") is { Length: > 0 } postgres)
        {
            foreach (var figure in await MeasureAsync("PostgreSQL", await PostgresServer.CreateAsync(postgres, "bench_what_if"), cancellationToken))
            {
                yield return figure;
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task<List<Figure>> MeasureAsync(string name, string database, CancellationToken cancellationToken)
    {
        var log = Path.Combine(Root, "..", "shared", "data", "sales-timeline.jsonl.gz");
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimelinePath = log }.WithoutLimits(), cancellationToken);
        await using var services = BulkLists.Services(configure: options => (options.RequestThreshold, options.DrainPerSecond) = (100_000, 100_000));
        var credentials = WebhookCredentials.Parse(portal.WebhookUrl.ToString(), allowInsecureLoopback: true);
        var storage = new AddonStorage(database);
        await storage.MigrateAsync(cancellationToken);
        var registry = new PortalRegistry(storage, TimeProvider.System);
        var key = PortalClients.WebhookKey(credentials.Portal);
        var row = await registry.RegisterAsync(key, credentials.Portal, 1, cancellationToken);
        await registry.PutSettingsAsync(row, new PortalSettings { Tiers = new Dictionary<Tier, TierMembers> { [Tier.ClientManagers] = new() { Departments = [1] } } }, cancellationToken);
        await using (var lease = (await HeldLease.TryTakeAsync(new Leases(storage, TimeProvider.System), row.Id, LeaseNames.Sync, TimeProvider.System, null, cancellationToken))!)
        {
            await new PortalSync(storage, services.GetRequiredService<Bitrix24ClientFactory>().Create(credentials), TimeProvider.System, lease.Lease).RunAsync(row, null, null, cancellationToken);
        }

        row = (await registry.FindAsync(key, cancellationToken))!;
        var norm = (NormRule)await RuleAsync("norm-calls.json") with { Targets = [new NormTarget(NormScope.Everyone, 25)] };
        var handoff = (HandoffRule)await RuleAsync("handoff-first-call.json");
        var (people, handoffs) = (0, 0);
        var ofNorm = await MedianAsync(async () =>
        {
            var verdicts = await new NormWhatIf(storage, TimeProvider.System).RunAsync(row, norm, From, To, cancellationToken);
            people = verdicts.Select(v => v.UserId).Distinct().Count();
        });
        var ofHandoff = await MedianAsync(async () => handoffs = (await new HandoffWhatIf(storage, TimeProvider.System).RunAsync(row, handoff, From, To, cancellationToken)).Count);
        return
        [
            Figure.AtMost($"{Name}/a norm over 91 days, {people} people, {name}", ofNorm, MostSeconds, "s"),
            Figure.AtMost($"{Name}/a handoff over 91 days, {handoffs} deals, {name}", ofHandoff, MostSeconds, "s"),
        ];

        async Task<RuleDocument> RuleAsync(string file) => RuleDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Root, "examples", file), cancellationToken));
    }

    private static async Task<double> MedianAsync(Func<Task> ask)
    {
        await ask();
        var seconds = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await ask();
            seconds.Add(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }

        return seconds.Order().ElementAt(Rounds / 2);
    }
}
