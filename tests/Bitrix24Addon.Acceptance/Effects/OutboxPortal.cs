using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bitrix24Addon.Acceptance.Effects;

/// <summary>A simulated portal on a still clock, and an add-on that only carries effects out.</summary>
internal sealed class OutboxPortal : IAsyncDisposable
{
    private readonly DatabaseUnderTest _database;
    private readonly ServiceProvider _services;
    private readonly Hook _hook;
    private readonly SentToPortal _sent;

    private OutboxPortal(
        DatabaseUnderTest database, PortalFixture fixture, AddonStorage storage, PortalRow portal, ServiceProvider services, Hook hook, SentToPortal sent)
    {
        (_database, Fixture, Storage, Portal, _services, _hook, _sent) = (database, fixture, storage, portal, services, hook, sent);
        Registry = new PortalRegistry(storage, fixture.Clock);
        Webhook = fixture.Portal.WebhookUrl;
    }

    public PortalFixture Fixture { get; }

    public SimulatedPortal Simulator => Fixture.Portal;

    public AddonStorage Storage { get; }

    public PortalRegistry Registry { get; }

    public PortalRow Portal { get; }

    public string ConnectionString => _database.ConnectionString;

    public Uri Webhook { get; set; }

    public Bitrix24Client Client => _services.GetRequiredService<Bitrix24ClientFactory>().Create(WebhookCredentials.Parse(Webhook.ToString(), allowInsecureLoopback: true));

    /// <summary>What was logged: level and event.</summary>
    public List<(LogLevel Level, int EventId)> Heard { get; } = [];

    public int Executed(string method) => Simulator.Counters.Commands.GetValueOrDefault(method);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<OutboxPortal> StartAsync(DatabaseKind kind)
    {
        var users = new[] { 101, 102, 103 }.Select(id => PortalFixture.Line("02T08:00:00", "add", "user", id, $$"""{"NAME":"Сотрудник {{id}}"}"""));
        var fixture = await PortalFixture.StartAsync(
            options => options.WithoutLimits(), [.. users, PortalFixture.Line("02T08:00:00", "add", "chat", 5, """{"name":"Отчёты"}""")]);
        var database = await DatabaseUnderTest.CreateAsync(kind);
        var hook = new Hook();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(fixture.Clock)
            .AddBitrix24Client(options => (options.RequestThreshold, options.MaxRetries, options.MaxAdaptiveDelay) = (10_000, 0, TimeSpan.Zero));
        var sent = new SentToPortal();
        services.AddHttpClient("Bitrix24.Client").AddHttpMessageHandler(sent.Handler).AddHttpMessageHandler(() => new Hook.Handler(hook));
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var portal = await new PortalRegistry(storage, fixture.Clock).RegisterAsync("webhook:test", "test", 1, Stop);
        return new OutboxPortal(database, fixture, storage, portal, services.BuildServiceProvider(), hook, sent);
    }

    /// <summary>Does something after the portal has answered the next request and before the add-on sees the answer.</summary>
    public void AfterNextAnswer(Func<Task> action) => _hook.AfterNextAnswer = action;

    /// <summary>The portal refuses the next request for good.</summary>
    public void RefuseNext() => _hook.RefusesNext = true;

    /// <summary>The portal does not know a method from now on.</summary>
    public void WithoutMethod(string name) => _hook.UnknownMethod = name;

    /// <summary>Calls by a webhook that lacks scopes from now on.</summary>
    public void WithoutScopes(params string[] scopes) => Webhook = Simulator.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except(scopes));

    public async Task AddAsync(params IReadOnlyList<Effect> effects)
    {
        await using var db = Storage.Open(Portal.Id);
        await using var transaction = await db.BeginWriteAsync(Stop);
        await Outbox.AddAsync(db, effects, Fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Stop);
        await transaction.CommitAsync(Stop);
    }

    public Task<Lease?> TakeAsync() => new Leases(Storage, Fixture.Clock)
        .TryTakeAsync(Portal.Id, LeaseNames.Outbox, new WorkTimings().OutboxLease, Stop);

    public async Task<IReadOnlyList<EffectOutcome>> RunAsync(MakeReport? makeReport = null)
    {
        var lease = await TakeAsync();
        Assert.NotNull(lease);
        var outcomes = await RunAsync(lease, makeReport);
        await new Leases(Storage, Fixture.Clock).ReleaseAsync(lease);
        return outcomes;
    }

    /// <summary>Carries out what is due.</summary>
    /// <returns>What became of it, without what tells the administrator of parked effects.</returns>
    public async Task<IReadOnlyList<EffectOutcome>> RunAsync(Lease lease, MakeReport? makeReport = null, TimeProvider? time = null)
    {
        var outcomes = await new EffectRunner(Storage, Registry, makeReport ?? ((_, _, _) => Task.FromResult(new FileToSend("report.xlsx", new byte[] { 1, 2, 3 }))), time ?? Fixture.Clock, logger: new Log(Heard))
            .RunAsync(Portal, Client, lease, Stop);
        var notices = (await ParkedNoticesAsync()).Select(row => row.Id).ToHashSet();
        return [.. outcomes.Where(outcome => !notices.Contains(outcome.EffectId))];
    }

    /// <summary>Lets the time pass after which an unknown outcome is taken up, and runs.</summary>
    public Task<IReadOnlyList<EffectOutcome>> RunAfterWaitAsync(TimeSpan? wait = null)
    {
        Fixture.Clock.Advance(wait ?? EffectMeans.UnknownWait);
        return RunAsync();
    }

    /// <summary>The effects, without what tells the administrator of parked ones.</summary>
    public async Task<List<EffectRow>> RowsAsync()
    {
        await using var db = Storage.Open(Portal.Id);
        return await db.Effects.AsNoTracking().Where(e => !e.Key.StartsWith("parked:")).OrderBy(e => e.Id).ToListAsync(Stop);
    }

    /// <summary>What tells the administrator of parked effects.</summary>
    public async Task<List<EffectRow>> ParkedNoticesAsync()
    {
        await using var db = Storage.Open(Portal.Id);
        return await db.Effects.AsNoTracking().Where(e => e.Key.StartsWith("parked:")).OrderBy(e => e.Id).ToListAsync(Stop);
    }

    public async Task<EffectRow> RowAsync() => Assert.Single(await RowsAsync());

    public async Task<List<(long Id, string Title)>> TasksAsync()
    {
        var (_, body) = await Fixture.CallAsync("tasks.task.list", """{"order":{"ID":"asc"},"select":["ID","TITLE"]}""");
        return [.. body["result"]!["tasks"]!.AsArray().Select(task => (long.Parse((string)task!["id"]!, System.Globalization.CultureInfo.InvariantCulture), (string)task["title"]!))];
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        await Fixture.DisposeAsync();
        _sent.MustBeDocumented();
    }

    private sealed class Log(List<(LogLevel Level, int EventId)> heard) : ILogger<EffectRunner>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            heard.Add((logLevel, eventId.Id));
    }

    private sealed class Hook
    {
        public string? UnknownMethod { get; set; }

        public bool RefusesNext { get; set; }

        public Func<Task>? AfterNextAnswer { get; set; }

        public sealed class Handler(Hook hook) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                if (hook.RefusesNext)
                {
                    hook.RefusesNext = false;
                    return new HttpResponseMessage(HttpStatusCode.Forbidden)
                    {
                        Content = new StringContent("""{"error":"ACCESS_DENIED","error_description":"Access denied!"}""", Encoding.UTF8, "application/json"),
                    };
                }

                if (hook.UnknownMethod is { } method && request.RequestUri!.AbsolutePath.Contains(method, StringComparison.Ordinal))
                {
                    return new HttpResponseMessage(HttpStatusCode.NotFound)
                    {
                        Content = new StringContent("""{"error":"ERROR_METHOD_NOT_FOUND","error_description":"Method not found!"}""", Encoding.UTF8, "application/json"),
                    };
                }

                var answer = await base.SendAsync(request, cancellationToken);
                if (hook.AfterNextAnswer is { } action)
                {
                    hook.AfterNextAnswer = null;
                    await action();
                }

                return answer;
            }
        }
    }
}
