using System.Globalization;
using System.Net;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Chaos;

/// <summary>What a run is.</summary>
/// <param name="Seed">Decides what happens in the portal, and when who is killed or frozen.</param>
/// <param name="Rounds">Days; on each a process is killed or frozen.</param>
/// <param name="ConnectionString">An empty database.</param>
/// <param name="IsDisturbed">False for the run that the others are compared with.</param>
public sealed record ChaosPlan(int Seed, int Rounds, string ConnectionString, bool IsDisturbed)
{
    /// <summary>Told what processes say and what is done to them; null for nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Given both sides when the run is over and no process serves any more; null for nobody.</summary>
    public Func<AddonDbContext, SimulatedPortal, Task>? AtEnd { get; init; }
}

/// <summary>
/// The program in two processes beside a portal on one clock. Each day the portal changes, effects are wanted, and at night the day is closed. In a disturbed
/// run a fifth of the posts is lost, others come twice or in a wrong order, every tenth call fails, half of them after it was carried out, and each
/// day a process is killed, or frozen for longer than its leases and woken.
/// </summary>
public sealed class ChaosRun : IAsyncDisposable
{
    private const string Norm =
        """
        {"kind":"norm","id":"calls","name":{"ru":"Звонки","en":"Calls"},"metric":"calls_out","targets":[{"scope":"everyone","perDay":2}],
        "excluded":[],"enabled":true,"dryRun":false,"belowNorm":{"task":true,"deadlineWorkingMinutes":null,"tellHead":true}}
        """;

    private const int Processes = 2;

    // What is wanted is sent as it is: a night of seconds would hold it back, and what days of seconds bring together would be told in one.
    private static readonly NotificationSettings AtOnce = new() { QuietHours = null, WaitForWorkingDay = false, MostADay = 1000 };

    private static readonly DateTimeOffset FirstMidnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(3));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly ChaosPlan _plan;
    private readonly Random _random;
    private readonly string _folder = Directory.CreateTempSubdirectory("chaos-").FullName;
    private readonly List<AddonProcess> _processes = [];
    private readonly AddonStorage _storage;
    private readonly PortalRegistry _registry;
    private readonly SharedTime _time;
    private SimulatedPortal _simulator = null!;
    private Relay _relay = null!;
    private PortalRow _portal = null!;

    private ChaosRun(ChaosPlan plan)
    {
        _plan = plan;
        _random = new Random(plan.Seed);
        _storage = new AddonStorage(plan.ConnectionString);
        _time = new SharedTime(TimeFile, FirstMidnight.AddHours(7));
        _registry = new PortalRegistry(_storage, _time.Clock);
    }

    private string TimeFile => Path.Combine(_folder, "time");

    /// <summary>Runs to the end.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TimeoutException">Work is not done however long one waits; the text tells the seed.</exception>
    public static async Task<ChaosOutcome> RunAsync(ChaosPlan plan, CancellationToken cancellationToken)
    {
        await using var run = new ChaosRun(plan);
        await run.StartAsync(cancellationToken);
        run.Log("installed");
        for (var round = 0; round < plan.Rounds; round++)
        {
            await run.RoundAsync(round, cancellationToken);
            run.Log($"round {round} done");
        }

        var outcome = await run.EndAsync(cancellationToken);
        if (plan.AtEnd is not null)
        {
            await run.StopAsync();
            await using var db = run._storage.Open(run._portal.Id);
            await plan.AtEnd(db, run._simulator);
        }

        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        await _time.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StopAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _processes.Clear();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new PortalSimulatorOptions { TimeProvider = _time.Clock, EventSeed = _plan.Seed }.WithoutLimits();
        if (_plan.IsDisturbed)
        {
            (options.EventLossShare, options.EventDuplicateShare, options.EventReorderWindow) = (0.2, 0.1, 10);
        }

        _simulator = await SimulatedPortal.StartAsync(options, cancellationToken);
        _simulator.Apply(ChaosDay.People(FirstMidnight));
        _relay = await Relay.StartAsync(Servers);
        await _storage.MigrateAsync(cancellationToken);
        for (var count = 0; count < Processes; count++)
        {
            Start();
        }

        await Task.WhenAll(_processes.Select(p => p.Address));
        await InstallAsync(cancellationToken);
        await UntilAsync("the history is read", db => db.Portals.AnyAsync(p => p.HistoryCompleteAtMs != null), cancellationToken);
        _portal = (await _registry.ActiveAsync(cancellationToken)).Single();
        await _registry.PutSettingsAsync(_portal, new PortalSettings { Notifications = AtOnce }, cancellationToken);
        await new RuleBook(_storage, _registry, _time.Clock).PutAsync(_portal, Norm, cancellationToken);
        options.FaultEvery = _plan.IsDisturbed ? 10 : 0;
    }

    /// <summary>A day and the night after it.</summary>
    private async Task RoundAsync(int round, CancellationToken cancellationToken)
    {
        var midnight = FirstMidnight.AddDays(round);
        MoveTo(midnight.AddHours(8));
        var disturbance = _plan.IsDisturbed ? DisturbAsync(cancellationToken) : Task.CompletedTask;
        await AddAsync(ChaosEffects.Of(round, midnight), cancellationToken);
        await _simulator.PlayOperationsAsync(ChaosDay.Of(_plan.Seed, round, midnight), PlayPace.Immediately, cancellationToken);
        await _simulator.WaitForDeliveryAsync(cancellationToken);
        Log("played");
        await CloseAsync(midnight, cancellationToken);
        await disturbance;
    }

    private async Task CloseAsync(DateTimeOffset midnight, CancellationToken cancellationToken)
    {
        MoveTo(midnight.AddHours(26).AddSeconds(-10));
        var (day, before) = (int.Parse(midnight.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), midnight.ToUnixTimeMilliseconds());

        await UntilAsync($"{day} is closed", db => db.ClosedDays.IgnoreQueryFilters().AnyAsync(d => d.Day == day), cancellationToken);

        // What an earlier day wanted must not come to be too old to be sent, only because days are short here.
        await UntilAsync(
            "the effects of earlier days are carried out", async db => !await OpenEffects(db).AnyAsync(e => e.CreatedAtMs < before), cancellationToken, OpenEffectsDueAsync);
    }

    /// <summary>Nothing is disturbed any more: whatever is left is worked off, what a person has to decide is taken up, and the last day is reconciled.</summary>
    private async Task<ChaosOutcome> EndAsync(CancellationToken cancellationToken)
    {
        _simulator.Options.FaultEvery = 0;
        await SettleAsync(cancellationToken);
        await using var db = _storage.Open(_portal.Id);
        await Outbox.ResumeParkedAsync(db, _time.Clock.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        await CloseAsync(FirstMidnight.AddDays(_plan.Rounds), cancellationToken);
        await SettleAsync(cancellationToken);
        return await ChaosOutcome.ReadAsync(db, _simulator);
    }

    private Task SettleAsync(CancellationToken cancellationToken) => UntilAsync(
        "inbox, calendar and outbox are worked off",
        async db => !await db.Inbox.IgnoreQueryFilters().AnyAsync(i => i.DeadReason == null) && !await db.Slots.IgnoreQueryFilters().AnyAsync(s => s.DoneAtMs == null)
            && !await OpenEffects(db).AnyAsync(),
        cancellationToken,
        OpenEffectsDueAsync);

    private static IQueryable<EffectRow> OpenEffects(AddonDbContext db) =>
        db.Effects.IgnoreQueryFilters().Where(e => e.State != EffectState.Done && e.State != EffectState.Parked);

    /// <summary>When the first effect that may go is due; one that is being sent is due.</summary>
    private static Task<long?> OpenEffectsDueAsync(AddonDbContext db) => OpenEffects(db)
        .Where(e => !OpenEffects(db).Any(earlier => earlier.Subject == e.Subject && earlier.Id < e.Id && earlier.State != EffectState.Held))
        .MinAsync(e => (long?)(e.State == EffectState.Sending ? 0 : e.NotBeforeMs));

    /// <summary>At some moment of the round a process dies, and another is started in its place; or it is frozen, and woken when others have its work.</summary>
    private async Task DisturbAsync(CancellationToken cancellationToken)
    {
        var (victim, isKilled) = (_random.Next(_processes.Count), _random.Next(2) == 0);
        var (after, frozen) = (TimeSpan.FromMilliseconds(_random.Next(2500)), AddonProcess.Lease * (1.1 + _random.NextDouble()));
        await Task.Delay(after, TimeProvider.System, cancellationToken);
        var process = _processes[victim];
        Log($"{(isKilled ? "kill" : "freeze")} process {victim} after {after.TotalMilliseconds:0} ms");
        if (isKilled)
        {
            _processes.RemoveAt(victim);
            await process.DisposeAsync();
            Start();
            return;
        }

        await process.FreezeAsync();
        await Task.Delay(frozen, TimeProvider.System, cancellationToken);
        await process.ThawAsync();
    }

    private void Start() => _processes.Add(AddonProcess.Start(
        TimeFile,
        new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["App__PublicUrl"] = _relay.Address.ToString(),
            ["Storage__ConnectionString"] = _plan.ConnectionString,
            ["Security__KeyRing"] = Path.Combine(_folder, "keys"),
            ["Bitrix24__ClientId"] = _simulator.Options.ClientId,
            ["Bitrix24__ClientSecret"] = _simulator.Options.ClientSecret,
            ["Bitrix24__AppCode"] = _simulator.Options.AppCode,
            ["Bitrix24__OAuthServer"] = _simulator.OAuthServerAddress.ToString(),
            ["Bitrix24__AllowInsecureLoopback"] = "true",
            ["Bitrix24__WebhookUrl"] = "",
            ["Logging__LogLevel__Default"] = "Warning",
        },
        Log));

    private IReadOnlyList<Uri> Servers() => [.. _processes.ToArray().Where(p => p.Address.IsCompletedSuccessfully).Select(p => p.Address.Result)];

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (await _simulator.InstallAsync(new Uri(_relay.Address, "bitrix24/install"), cancellationToken: cancellationToken) is var status and not HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"The installation was answered with {status}.");
        }
    }

    private async Task AddAsync(IReadOnlyList<Effect> effects, CancellationToken cancellationToken)
    {
        await using var db = _storage.Open(_portal.Id);
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        await Outbox.AddAsync(db, effects, _time.Clock.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Waits until something holds. While all that is open rests, the clock goes to the end of the first rest: pauses grow to hours, and notices wait for the
    /// morning. What rests otherwise is only seen by the clock, which runs faster after a while.
    /// </summary>
    private async Task UntilAsync(
        string what, Func<AddonDbContext, Task<bool>> holds, CancellationToken cancellationToken, Func<AddonDbContext, Task<long?>>? alsoDue = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await using (var db = _storage.Open())
            {
                if (await holds(db))
                {
                    break;
                }

                var waited = TimeProvider.System.GetElapsedTime(began);
                _time.Clock.Speed = waited > Patience / 6 ? 10 * SharedTime.Pace : SharedTime.Pace;
                if (waited > Patience)
                {
                    var state = await StateAsync(db);
                    throw new TimeoutException($"Seed {_plan.Seed}: waited in vain until {what}. {state}");
                }

                long?[] due =
                [
                    await db.Inbox.IgnoreQueryFilters().Where(i => i.DeadReason == null).MinAsync(i => (long?)i.NotBeforeMs, cancellationToken),
                    await db.Slots.IgnoreQueryFilters().Where(s => s.DoneAtMs == null).MinAsync(s => (long?)s.NotBeforeMs, cancellationToken),
                    alsoDue is null ? null : await alsoDue(db),
                ];
                if (due.Min() is { } first)
                {
                    MoveTo(DateTimeOffset.FromUnixTimeMilliseconds(first));
                }

                // The only way back to a portal whose tokens were renewed by a process that died before it could store them.
                if (await db.Access.IgnoreQueryFilters().AnyAsync(a => a.ReauthoriseSinceMs != null, cancellationToken))
                {
                    Log("an administrator authorises anew");
                    await InstallAsync(cancellationToken);
                }
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }

        _time.Clock.Speed = SharedTime.Pace;
    }

    private void Log(string text) => _plan.Log?.Invoke($"{TimeProvider.System.GetElapsedTime(_began).TotalSeconds:0.0} s: {text}");

    private void MoveTo(DateTimeOffset moment)
    {
        if (moment - _time.Clock.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            _time.Clock.Advance(left);
        }
    }

    private async Task<string> StateAsync(AddonDbContext db)
    {
        var marks = await db.Inbox.IgnoreQueryFilters().AsNoTracking().Take(5).ToListAsync();
        var slots = await db.Slots.IgnoreQueryFilters().AsNoTracking().OrderByDescending(s => s.ScheduledAtMs).Take(5).ToListAsync();
        var effects = await db.Effects.IgnoreQueryFilters().AsNoTracking().Where(e => e.State != EffectState.Done).Take(5).ToListAsync();
        var leases = await db.Leases.IgnoreQueryFilters().AsNoTracking().ToListAsync();
        return $"It is {_time.Clock.GetUtcNow():u}. Marks: {string.Join(", ", marks.Select(i => $"{i.Kind} {i.Key} a{i.Attempts} until {At(i.NotBeforeMs)}"))}. "
            + $"Slots: {string.Join(", ", slots.Select(s => $"{s.Job} {At(s.ScheduledAtMs)} a{s.Attempts} until {At(s.NotBeforeMs)} {s.Failure}{(s.DoneAtMs is null ? "" : "done")}"))}. "
            + $"Effects: {string.Join(", ", effects.Select(e => $"{e.Key} {e.State} a{e.Attempts} until {At(e.NotBeforeMs)} {e.Failure}"))}. "
            + $"Leases: {string.Join(", ", leases.Select(l => $"{l.Name} e{l.Epoch} until {At(l.UntilMs)}"))}";

        static string At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("u", CultureInfo.InvariantCulture);
    }
}
