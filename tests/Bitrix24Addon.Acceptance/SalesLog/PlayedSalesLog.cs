using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Functions.Cli;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.SalesLog;

/// <summary>
/// The real sales log in a portal up to a moment, its rest to be played, and the program itself serving beside it: installed through its
/// door, told by events, on a clock that both share.
/// </summary>
internal sealed class PlayedSalesLog : IAsyncDisposable
{
    // A second of the machine is a minute in the portal, so that what waits by the clock does not wait long.
    private const double Pace = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    // Less than a post may be under way before what it tells of counts as found without it.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(4);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<int>> _servers = [];
    private readonly DatabaseUnderTest _database;
    private readonly string _keys = Directory.CreateTempSubdirectory("addon-keys-").FullName;

    private PlayedSalesLog(DatabaseUnderTest database, SimulatedClock clock, SimulatedPortal portal)
    {
        (_database, Clock, Portal) = (database, clock, portal);
        Storage = new AddonStorage(database.ConnectionString);
        Registry = new PortalRegistry(Storage, clock);
    }

    /// <summary>All of the log is played, instead of the days that every run can afford.</summary>
    public static bool IsWhole => Environment.GetEnvironmentVariable("TESTS_WHOLE_LOG") == "1";

    public SimulatedClock Clock { get; }

    public SimulatedPortal Portal { get; }

    public AddonStorage Storage { get; }

    public PortalRegistry Registry { get; }

    /// <summary>The portal as the add-on knows it, once it is installed.</summary>
    public PortalRow Row { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PlayedSalesLog> StartAsync(DatabaseKind kind, DateTimeOffset until, Action<PortalSimulatorOptions>? configure = null)
    {
        var clock = new SimulatedClock(until, Pace);
        var options = new PortalSimulatorOptions { TimelinePath = RepositoryRoot.SalesTimeline, TimelineUntil = until, TimeProvider = clock };
        configure?.Invoke(options);
        return new PlayedSalesLog(await DatabaseUnderTest.CreateAsync(kind), clock, await SimulatedPortal.StartAsync(options, Stop));
    }

    /// <summary>Starts a process, or one more, and returns its address once it listens.</summary>
    public async Task<Uri> ServeAsync()
    {
        var address = new Uri($"http://127.0.0.1:{ServedAddon.FreePort()}/");
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = Settings();
        (settings["urls"], settings["App:PublicUrl"]) = (address.ToString(), address.ToString());
        var server = Task.Run(() => AddonProgram.RunAsync(["serve"], settings, _ => listening.TrySetResult(), new SharedClock(Clock, Pace), cancellationToken: _stop.Token), Stop);
        Assert.True(await Task.WhenAny(listening.Task, server) == listening.Task, "The program ended before it listened.");
        _servers.Add(server);
        return address;
    }

    /// <summary>Installs the program that serves at an address, and waits until it has read the history.</summary>
    public async Task InstallAsync(Uri address)
    {
        Assert.Equal(HttpStatusCode.OK, await Portal.InstallAsync(new Uri(address, "bitrix24/install"), cancellationToken: Stop));
        await WaitAsync("the history is read", async db => await db.Portals.AnyAsync(p => p.HistoryCompleteAtMs != null, Stop)
            && !await db.Inbox.IgnoreQueryFilters().AnyAsync(i => i.Kind == InboxKind.Installation, Stop));
        Row = Assert.Single(await Registry.ActiveAsync(Stop));
    }

    /// <summary>Runs a command line of the program to its end; it must succeed.</summary>
    public async Task RunAsync(params string[] args) =>
        Assert.Equal(0, await AddonProgram.RunAsync(args, Settings(), clock: new SharedClock(Clock, Pace), cancellationToken: Stop));

    /// <summary>
    /// Plays the log to a moment, line by line: each sets the clock to its time. The program reads and works beside it as fast as it can;
    /// in the end all must have been read, worked off and carried out.
    /// </summary>
    public async Task PlayAsync(DateTimeOffset until)
    {
        Clock.Speed = 0;
        while (Clock.GetUtcNow() < until)
        {
            // However slow the machine is, no post comes later than by a step.
            var end = Clock.GetUtcNow() + Step;
            await Portal.PlayAsync(end < until ? end : until, PlayPace.Immediately, Stop);
            await Portal.WaitForDeliveryAsync(Stop);
        }

        Clock.Speed = Pace;
        await QuietAsync();
    }

    /// <summary>Waits until nothing is to be read, to be worked off or to be carried out.</summary>
    public Task QuietAsync() => WaitAsync("inbox, calendar and outbox are worked off", async db =>
        !await db.Inbox.IgnoreQueryFilters().AnyAsync(i => i.DeadReason == null, Stop)
        && !await db.Slots.IgnoreQueryFilters().AnyAsync(s => s.DoneAtMs == null, Stop)
        && !await db.Effects.IgnoreQueryFilters().AnyAsync(e => e.State != EffectState.Done && e.State != EffectState.Parked, Stop));

    /// <summary>Waits until a job of the calendar that was due at a moment, or later, is done.</summary>
    public Task DoneAsync(CalendarJob job, DateTimeOffset dueAt) => WaitAsync($"{job} of {dueAt:u} is done", db =>
        db.Slots.IgnoreQueryFilters().AnyAsync(s => s.Job == job && s.ScheduledAtMs >= dueAt.ToUnixTimeMilliseconds() && s.DoneAtMs != null, Stop));

    /// <summary>Waits until something holds in the database.</summary>
    public async Task WaitAsync(string what, Func<AddonDbContext, Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await using (var db = Storage.Open())
            {
                if (await holds(db))
                {
                    return;
                }
            }

            Assert.False(_servers.Exists(s => s.IsCompleted), $"A process ended before {what}.");
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                Assert.Fail($"Waited {Patience.TotalMinutes:0} minutes until {what}; in vain. {await StateAsync()}");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, Stop);
        }
    }

    /// <summary>The descriptions of the portal's tasks that carry a mark of the add-on, with who is responsible.</summary>
    public async Task<List<(string Mark, long UserId)>> MarkedTasksAsync()
    {
        var marked = new List<(string Mark, long UserId)>();
        Portal.Options.WithoutLimits();
        for (var last = 0L; ;)
        {
            var (_, body) = await PortalFixture.PostAsync(new Uri(Portal.WebhookUrl, "tasks.task.list"),
                $$$"""{"order":{"ID":"asc"},"filter":{">ID":{{{last}}}},"select":["ID","DESCRIPTION","RESPONSIBLE_ID"],"start":-1}""");
            var page = body["result"]!["tasks"]!.AsArray();
            foreach (var task in page)
            {
                last = NumberOf(task!["id"]);
                if (TaskMark.FindIn((string?)task["description"]) is { } mark)
                {
                    marked.Add((mark, NumberOf(task["responsibleId"])));
                }
            }

            if (page.Count == 0)
            {
                return marked;
            }
        }

        static long NumberOf(JsonNode? field) => long.Parse((string)field!, CultureInfo.InvariantCulture);
    }

    /// <summary>Tasks are in the portal once each, and just those that the add-on says it made.</summary>
    public async Task NothingIsDoubledAsync()
    {
        await using var db = Storage.Open(Row.Id);
        var effects = await db.Effects.AsNoTracking().ToListAsync(Stop);
        Assert.All(effects, e => Assert.True(e is { State: EffectState.Done, MayBeDoubled: false }, $"{e.Key} {e.State} {e.Failure}"));
        Assert.Equal(effects.Count, effects.DistinctBy(e => e.Key).Count());
        var made = effects.Select(e => Outbox.Read(e.Document)).OfType<CreateTask>().Select(t => (TaskMark.Of(t.Key), t.ResponsibleId));
        Assert.Equal(made.Order(), (await MarkedTasksAsync()).Order());
        var reports = effects.Select(e => Outbox.Read(e.Document)).OfType<SendReport>().Select(r => r.DialogId).Order(StringComparer.Ordinal);
        var bot = Portal.Messages.Where(m => m.File is { } file && file.Name.EndsWith(".xlsx", StringComparison.Ordinal) && m.AuthorId > 1_000);
        Assert.Equal(reports, bot.Select(m => m.DialogId).Order(StringComparer.Ordinal));
    }

    /// <summary>The days whose report stands in a dialog.</summary>
    public async Task<ISet<int>> ReportedDaysAsync(string dialogId)
    {
        await using var db = Storage.Open(Row.Id);
        var sent = (await db.Effects.AsNoTracking().ToListAsync(Stop)).Select(e => Outbox.Read(e.Document)).OfType<SendReport>();
        return sent.Where(r => r.DialogId == dialogId).Select(r => r.FromDay).ToHashSet();
    }

    /// <summary>The report by day, from what the program has stored.</summary>
    public async Task<JsonElement> ReportAsync(int fromDay, int toDay)
    {
        var report = await new ReportBuilder(Storage, Registry).BuildAsync(Row, new ReportRequest(fromDay, toDay), ReportAsker.Operator, Stop);
        return JsonDocument.Parse(ReportJson.Write(report, byDay: true)).RootElement;
    }

    /// <summary>Every verdict, judged once more from what it records, is the same.</summary>
    public async Task<List<VerdictRow>> ReplayedVerdictsAsync()
    {
        await using var db = Storage.Open(Row.Id);
        var verdicts = await db.Verdicts.AsNoTracking().ToListAsync(Stop);
        var replay = new NormReplay(Storage);
        foreach (var verdict in verdicts)
        {
            Assert.True((await replay.RunAsync(verdict, Stop)).IsSame, $"{verdict.RuleId} {verdict.Day} {verdict.UserId}");
        }

        return verdicts;
    }

    public static DateTimeOffset Moscow(int day, int hour = 0, int minute = 0) =>
        new(day / 10000, day / 100 % 100, day % 100, hour, minute, 0, TimeSpan.FromHours(3));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_servers);
        await Portal.DisposeAsync();
        Clock.Dispose();
        _stop.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    private Dictionary<string, string?> Settings() => new()
    {
        ["Storage:ConnectionString"] = _database.ConnectionString,
        ["Security:KeyRing"] = _keys,
        ["Bitrix24:ClientId"] = Portal.Options.ClientId,
        ["Bitrix24:ClientSecret"] = Portal.Options.ClientSecret,
        ["Bitrix24:AppCode"] = Portal.Options.AppCode,
        ["Bitrix24:OAuthServer"] = Portal.OAuthServerAddress.ToString(),
        ["Bitrix24:AllowInsecureLoopback"] = "true",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    private async Task<string> StateAsync()
    {
        await using var db = Storage.Open();
        var marks = await db.Inbox.IgnoreQueryFilters().AsNoTracking().Take(5).ToListAsync(Stop);
        var slots = await db.Slots.IgnoreQueryFilters().AsNoTracking().OrderByDescending(s => s.ScheduledAtMs).Take(5).ToListAsync(Stop);
        var effects = await db.Effects.IgnoreQueryFilters().AsNoTracking().Where(e => e.State != EffectState.Done).Take(5).ToListAsync(Stop);
        return string.Create(CultureInfo.InvariantCulture, $"It is {Clock.GetUtcNow():u}. Marks: ")
            + string.Join(", ", marks.Select(i => $"{i.Kind} {i.Key} a{i.Attempts} {i.DeadReason}"))
            + ". Slots: " + string.Join(", ", slots.Select(s => $"{s.Job} {DateTimeOffset.FromUnixTimeMilliseconds(s.ScheduledAtMs):u} a{s.Attempts} {s.Failure}{(s.DoneAtMs is null ? "" : "done")}"))
            + ". Effects: " + string.Join(", ", effects.Select(e => $"{e.Key} {e.State} a{e.Attempts} {e.Failure}"));
    }

}
