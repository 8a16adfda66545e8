using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Timeline;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Chaos;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Chaos;

/// <summary>The comparison that judges a disturbed run sees each fault, alone and by its name: a day is played, then one thing after the other is broken.</summary>
public sealed class ChaosOutcomeTests
{
    private const long Manager = 11, Head = 2, Unused = 999_999;

    [Fact]
    public async Task Whatever_is_broken_after_a_run_is_told_and_nothing_else()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);

        await ChaosRun.RunAsync(new ChaosPlan(1, 1, database.ConnectionString, IsDisturbed: false) { AtEnd = BreakAsync }, TestContext.Current.CancellationToken);
    }

    private static async Task BreakAsync(AddonDbContext db, SimulatedPortal portal)
    {
        var broken = new Broken(db, portal);
        await BreakFactsAsync(broken);
        await BreakFiguresAsync(broken);
        await BreakVerdictsAsync(broken);
        await BreakEffectsAsync(broken);
        await BreakTasksAsync(broken);
        await BreakMessagesAsync(broken);
    }

    private static async Task BreakFactsAsync(Broken broken)
    {
        // One of each kind that a run makes.
        var lines = (await broken.ReadAsync()).Facts.GroupBy(line => line.Split(' ')[1]).Select(kind => kind.First()).ToList();
        Assert.Superset(
            new HashSet<string> { "Call", "Activity", "Lead", "Deal", "Quote", "LeadStage", "DealStage", "Task", "WorkDay", "User", "Department" },
            lines.Select(line => line.Split(' ')[1]).ToHashSet());
        foreach (var line in lines)
        {
            var fact = broken.Facts(line);
            await broken.MustTellAsync([line], [], () => fact.ExecuteUpdateAsync(set => set.SetProperty(f => f.IsCurrent, false)));
            await broken.MustTellAsync([], [line], () => fact.ExecuteUpdateAsync(set => set.SetProperty(f => f.IsCurrent, true)));
            await broken.MustTellAsync([line], [], () => fact.ExecuteUpdateAsync(set => set.SetProperty(f => f.Deleted, true)));
        }

        var call = await broken.Db.Facts.AsNoTracking().FirstAsync(f => f.Kind == FactKind.Call && !f.Deleted);
        call.SourceId = Unused;
        call.Sequence += Unused;
        var extra = await broken.AfterAsync(() => broken.AddAsync(call));
        Assert.Equal([], extra.Lost);
        Assert.StartsWith($"fact Call {Unused} ", Assert.Single(extra.Doubled), StringComparison.Ordinal);

        var payload = JsonNode.Parse(call.Payload)!;
        payload["durationSeconds"] = 4321;
        await broken.MustTellAChangeAsync(
            $"fact Call {Unused} ",
            () => broken.Db.Facts.Where(f => f.Kind == FactKind.Call && f.SourceId == Unused).ExecuteUpdateAsync(set => set.SetProperty(f => f.Payload, payload.ToJsonString())));
    }

    private static async Task BreakFiguresAsync(Broken broken)
    {
        var untold = new List<string>();
        foreach (var cell in (await broken.Db.Figures.AsNoTracking().ToListAsync()).GroupBy(f => f.Metric).Select(metric => metric.First()).ToList())
        {
            var row = broken.Db.Figures.Where(f => f.Day == cell.Day && f.UserId == cell.UserId && f.Metric == cell.Metric && f.Detail == cell.Detail);
            Task<int> MoreAsync() => row.ExecuteUpdateAsync(set => set.SetProperty(f => f.Sum, f => f.Sum + 1));
            if (await broken.AfterAsync(MoreAsync) is ([], []))
            {
                untold.Add(cell.Metric);
                continue;
            }

            if (cell.Metric != MetricCatalogue.TalkSeconds)
            {
                continue;
            }

            var name = $"figure {cell.Day} {cell.UserId} {cell.Metric} {cell.Detail} ";
            await broken.MustTellAChangeAsync(name, MoreAsync);
            await broken.MustTellAChangeAsync(name, () => row.ExecuteUpdateAsync(set => set.SetProperty(f => f.Count, f => f.Count + 1)));
            await broken.MustTellAChangeAsync(name, () => row.ExecuteUpdateAsync(set => set.SetProperty(f => f.Cases, f => (f.Cases ?? "") + "1")));
            var gone = await broken.AfterAsync(() => row.ExecuteDeleteAsync());
            Assert.StartsWith(name, Assert.Single(gone.Lost), StringComparison.Ordinal);
            Assert.Equal([], gone.Doubled);
        }

        // When a meeting was marked as held has to be seen.
        Assert.Equal(["meetings"], untold);
    }

    private static async Task BreakVerdictsAsync(Broken broken)
    {
        var verdict = (await broken.Db.Verdicts.AsNoTracking().ToListAsync()).First();
        var rows = broken.Db.Verdicts.Where(v => v.RuleId == verdict.RuleId && v.Day == verdict.Day && v.UserId == verdict.UserId);
        var name = $"verdict {verdict.RuleId} {verdict.RuleVersion} {verdict.Day} {verdict.UserId} ";
        var document = JsonNode.Parse(verdict.Document)!;
        document["arithmetic"] = new JsonArray();
        await broken.MustTellAChangeAsync(name, () => rows.ExecuteUpdateAsync(set => set.SetProperty(v => v.Outcome, "another")));
        await broken.MustTellAChangeAsync(name, () => rows.ExecuteUpdateAsync(set => set.SetProperty(v => v.Reason, "another")));
        await broken.MustTellAChangeAsync(name, () => rows.ExecuteUpdateAsync(set => set.SetProperty(v => v.Document, document.ToJsonString())));
        await broken.MustTellAChangeAsync(name, () => rows.ExecuteUpdateAsync(set => set.SetProperty(v => v.IsDry, v => !v.IsDry)));
        var gone = await broken.AfterAsync(() => rows.ExecuteDeleteAsync());
        Assert.StartsWith(name, Assert.Single(gone.Lost), StringComparison.Ordinal);
        Assert.Equal([], gone.Doubled);
    }

    private static async Task BreakEffectsAsync(Broken broken)
    {
        foreach (var key in (string[])[$"chaos-task:0:{Manager}", $"chaos-notify:0:{Manager}", $"chaos-message:0:{Manager}:1", "chaos-report:0"])
        {
            var row = broken.Db.Effects.Where(e => e.Key == key);
            foreach (var state in Enum.GetValues<EffectState>().Where(state => state != EffectState.Done))
            {
                await broken.MustTellAsync([$"effect {key} {state} "], [], () => row.ExecuteUpdateAsync(set => set.SetProperty(e => e.State, state)));
                await broken.MustTellAsync([], [], () => row.ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EffectState.Done)));
            }
        }
    }

    private static async Task BreakTasksAsync(Broken broken)
    {
        var mark = TaskMark.Of($"chaos-task:0:{Manager}");
        var line = Assert.Single((await broken.ReadAsync()).Effects, effect => effect.StartsWith($"task {mark} ", StringComparison.Ordinal));
        var fields = new JsonObject
        {
            ["title"] = "Поручение 0", ["description"] = mark, ["responsibleId"] = Manager, ["createdBy"] = 1, ["deadline"] = line.Split(' ')[^1],
        };
        await broken.MustTellAsync([], [line], () => broken.ApplyAsync(TimelineAction.Add, "task", Unused, fields));
        await broken.MustTellAsync([line], [], () => broken.ApplyAsync(TimelineAction.Delete, "task", Unused, []));
    }

    private static async Task BreakMessagesAsync(Broken broken)
    {
        var notification = new { USER_ID = Manager, MESSAGE = "Уведомление 0", TAG = "chaos0", CLIENT_ID = "another" };
        await broken.MustTellAsync([], [$"notification {Manager} chaos0 Уведомление 0"], () => broken.CallAsync("im.notify.system.add", notification));

        // A message has a look: its double counts, whatever the outbox notes.
        var (message, text) = (new { DIALOG_ID = $"{Manager}", MESSAGE = "Сообщение 0" }, $"message {Manager} Сообщение 0");
        var before = await broken.ReadAsync();
        await broken.MustTellAsync([], [text], () => broken.CallAsync("im.message.add", message));
        Assert.Equal([text], before.Lost(await broken.ReadAsync()));
        await broken.Db.Effects.ExecuteUpdateAsync(set => set.SetProperty(e => e.MayBeDoubled, e => e.Key.StartsWith("chaos-message")));
        await broken.ReadAsync();
        await broken.MustTellAsync([], [text], () => broken.CallAsync("im.message.add", message));

        // A file has none: one double is counted, a second one counts.
        var (file, uploaded) = (new { dialogId = $"{Head}", fields = new { name = "a.xlsx", content = "AA==", message = "Отчёт 0" } }, $"message {Head} file Отчёт 0");
        await broken.MustTellAsync([], [uploaded], () => broken.CallAsync("im.v2.File.upload", file));
        await broken.Db.Effects.ExecuteUpdateAsync(set => set.SetProperty(e => e.MayBeDoubled, e => e.Key == "chaos-report:0"));
        await broken.ReadAsync();
        await broken.MustTellAsync([], [], () => broken.CallAsync("im.v2.File.upload", file));
        var once = await broken.ReadAsync();
        await broken.CallAsync("im.v2.File.upload", file);
        await broken.CallAsync("im.v2.File.upload", file);
        Assert.Equal([uploaded], (await broken.ReadAsync()).Doubled(once));
    }

    /// <summary>Both sides of a run that is over.</summary>
    private sealed record Broken(AddonDbContext Db, SimulatedPortal Portal)
    {
        private ChaosOutcome? _last;

        public async Task<ChaosOutcome> ReadAsync() => _last = await ChaosOutcome.ReadAsync(Db, Portal);

        /// <summary>What the comparison tells of a fault, beside what was before it.</summary>
        public async Task<(IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled)> AfterAsync(Func<Task> fault)
        {
            var before = _last ?? await ReadAsync();
            await fault();
            var after = await ReadAsync();
            return (after.Lost(before), after.Doubled(before));
        }

        public async Task MustTellAsync(string[] lost, string[] doubled, Func<Task> fault)
        {
            var told = await AfterAsync(fault);
            Assert.Equal(lost, told.Lost);
            Assert.Equal(doubled, told.Doubled);
        }

        /// <summary>What was is lost, what is was not wanted.</summary>
        public async Task MustTellAChangeAsync(string name, Func<Task> fault)
        {
            var (lost, doubled) = await AfterAsync(fault);
            Assert.StartsWith(name, Assert.Single(lost), StringComparison.Ordinal);
            Assert.StartsWith(name, Assert.Single(doubled), StringComparison.Ordinal);
        }

        /// <summary>The fact of a line of the outcome.</summary>
        public IQueryable<FactRow> Facts(string line)
        {
            var (kind, sourceId) = (Enum.Parse<FactKind>(line.Split(' ')[1]), long.Parse(line.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture));
            var version = Db.Facts.Where(f => f.Kind == kind && f.SourceId == sourceId).Max(f => f.Version);
            return Db.Facts.Where(f => f.Kind == kind && f.SourceId == sourceId && f.Version == version);
        }

        public async Task AddAsync(FactRow row)
        {
            Db.Facts.Add(row);
            await Db.SaveChangesAsync();
        }

        public Task ApplyAsync(TimelineAction action, string table, long id, JsonObject fields)
        {
            Portal.Apply([new TimelineOperation(DateTimeOffset.UnixEpoch, action, table, id, fields)]);
            return Task.CompletedTask;
        }

        public async Task CallAsync(string method, object parameters)
        {
            using var http = new HttpClient();
            using var answer = await http.PostAsJsonAsync(new Uri(Portal.WebhookUrl, method), parameters, new System.Text.Json.JsonSerializerOptions());
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }
}
