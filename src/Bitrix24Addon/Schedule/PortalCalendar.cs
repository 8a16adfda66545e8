using System.Globalization;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using Quartz;

namespace Bitrix24Addon.Schedule;

/// <summary>
/// The calendar: a few cron triggers a portal, in its zone, kept by Quartz in our database. A trigger only writes its slot down;
/// the work is done from the slots, so that a firing that comes twice or a process that dies changes nothing.
/// </summary>
public sealed class PortalCalendar : IAsyncDisposable
{
    private static readonly JobKey Job = new("slot");

    // A firing takes milliseconds; one that belongs to a process that died is found by the next look.
    private static readonly TimeSpan MostCatchingUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly ServiceProvider _services;
    private readonly TimeProvider _time;
    private IScheduler? _scheduler;

    /// <summary>Creates the calendar; nothing is opened yet.</summary>
    /// <param name="storage">The database; Quartz makes its own tables there.</param>
    /// <param name="slots">Where firings are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where Quartz logs.</param>
    /// <param name="onFired">Called after a slot was written down; wakes who works it off.</param>
    public PortalCalendar(AddonStorage storage, Slots slots, TimeProvider time, ILoggerFactory loggers, Action? onFired = null)
    {
        ArgumentNullException.ThrowIfNull(storage);
        _time = time;
        _services = new ServiceCollection()
            .AddSingleton(loggers)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(time)
            .AddSingleton(slots)
            .AddSingleton(new FiredSignal(onFired))
            .AddTransient<SlotJob>()
            .AddQuartz(quartz =>
            {
                quartz.UseTimeProvider(time);
                quartz.ConfigureScheduler(scheduler => scheduler.IdleWaitTime = time.Paced(scheduler.IdleWaitTime));
                quartz.UsePersistentStore(store =>
                {
                    store.ProvisionSchema();

                    // What is later than a machine may be counts as missed, and is found only by a second, slower search.
                    store.ConfigureStore(options => (options.MisfireThreshold, options.DbRetryInterval, options.TransientRetryInterval) =
                        (time.Paced(options.MisfireThreshold), time.Paced(options.DbRetryInterval), time.Paced(options.TransientRetryInterval)));
                    if (storage.IsPostgres)
                    {
                        store.UsePostgres(storage.ConnectionString);
                        store.UseClustering(cluster => (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) =
                            (time.Paced(cluster.CheckinInterval), time.Paced(cluster.CheckinMisfireThreshold)));
                    }
                    else
                    {
                        store.UseSqlite(storage.ConnectionString);
                    }
                });
            })
            .BuildServiceProvider();
    }

    /// <summary>Begins to fire; what was missed while nobody watched fires once.</summary>
    /// <param name="cancellationToken">Stops the start.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var scheduler = await SchedulerAsync(cancellationToken).ConfigureAwait(false);
        await scheduler.Start(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to fire, and waits until what is due has fired and is written down.</summary>
    /// <param name="cancellationToken">Stops the wait; what has not fired is still due.</param>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        var machine = _time.OfTheMachine();
        var started = machine.GetTimestamp();
        while (await IsFiringAsync(cancellationToken).ConfigureAwait(false) && machine.GetElapsedTime(started) < MostCatchingUp)
        {
            await Task.Delay(BetweenLooks, machine, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a portal's triggers as they should be; those that are right stay untouched.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="zone">The zone of its days.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task EnsureAsync(int portalId, DateTimeZone zone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var scheduler = await SchedulerAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (job, local) in TimesOf(portalId))
        {
            var (cron, timeZone) = local.In(zone);
            var key = KeyOf(portalId, job);
            if (await scheduler.GetTrigger(key, cancellationToken).ConfigureAwait(false) is ICronTrigger known
                && known.CronExpressionString == cron && known.TimeZone.Id == timeZone.Id)
            {
                continue;
            }

            var trigger = TriggerBuilder.Create(_time).WithIdentity(key).ForJob(Job)
                .WithCronSchedule(cron, schedule => schedule.InTimeZone(timeZone).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
            await scheduler.ScheduleTrigger(trigger, TriggerConflict.Replace, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets a portal's triggers.</summary>
    /// <param name="portalId">The portal.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task RemoveAsync(int portalId, CancellationToken cancellationToken)
    {
        var scheduler = await SchedulerAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (job, _) in TimesOf(portalId))
        {
            await scheduler.UnscheduleJob(KeyOf(portalId, job), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_scheduler is not null)
        {
            await _scheduler.Shutdown(waitForJobsToComplete: true).ConfigureAwait(false);
        }

        await _services.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Days close when nobody works. Portals reconcile at different minutes, so that we do not call all of them at once.</summary>
    private static IEnumerable<(CalendarJob Job, LocalSchedule Local)> TimesOf(int portalId) =>
    [
        (CalendarJob.DailyClose, new LocalSchedule(2, 0)),
        (CalendarJob.Reconcile, new LocalSchedule(null, portalId * 7 % 60)),
    ];

    private static TriggerKey KeyOf(int portalId, CalendarJob job) => new(job.ToString(), portalId.ToString(CultureInfo.InvariantCulture));

    /// <summary>A trigger is due until it has fired, and its firing is listed until its slot is written down.</summary>
    private async Task<bool> IsFiringAsync(CancellationToken cancellationToken)
    {
        var scheduler = await SchedulerAsync(cancellationToken).ConfigureAwait(false);
        var due = await scheduler.QueryTriggers(new TriggerQuery { NextFireTimeBefore = _time.GetUtcNow(), Take = 1 }, cancellationToken).ConfigureAwait(false);
        if (due.Items.Count > 0)
        {
            return true;
        }

        var ours = new FireInstanceQuery { SchedulerInstanceId = await scheduler.GetSchedulerInstanceId(cancellationToken).ConfigureAwait(false), Take = 1 };
        return (await scheduler.QueryFireInstances(ours, cancellationToken).ConfigureAwait(false)).Items.Count > 0;
    }

    private async Task<IScheduler> SchedulerAsync(CancellationToken cancellationToken)
    {
        if (_scheduler is null)
        {
            _scheduler = await _services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken).ConfigureAwait(false);
            var job = JobBuilder.Create<SlotJob>().WithIdentity(Job).StoreDurably().Build();
            await _scheduler.AddJob(job, AddJobOptions.Replacing, cancellationToken).ConfigureAwait(false);
        }

        return _scheduler;
    }

    /// <summary>Every day at a time, or every hour at a minute.</summary>
    private sealed record LocalSchedule(int? Hour, int Minute)
    {
        public (string Cron, TimeZoneInfo Zone) In(DateTimeZone zone)
        {
            // A zone that is a mere offset has no name a database could keep: its clock never changes, so UTC can stand for it.
            if (TimeZoneInfo.TryFindSystemTimeZoneById(zone.Id, out var named))
            {
                return (Cron(Hour, Minute), named);
            }

            var offset = (int)zone.GetUtcOffset(Instant.FromUnixTimeSeconds(0)).ToTimeSpan().TotalMinutes;
            var minutes = ((((Hour ?? 0) * 60) + Minute - offset) % 1440 + 1440) % 1440;
            return (Cron(Hour is null ? null : minutes / 60, minutes % 60), TimeZoneInfo.Utc);
        }

        private static string Cron(int? hour, int minute) =>
            string.Create(CultureInfo.InvariantCulture, $"0 {minute} {hour?.ToString(CultureInfo.InvariantCulture) ?? "*"} * * ?");
    }

    private sealed record FiredSignal(Action? OnFired);

    /// <summary>Writes a firing down.</summary>
    private sealed class SlotJob(Slots slots, FiredSignal signal) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var key = context.Trigger.Key;
            var at = context.ScheduledFireTimeUtc ?? context.FireTimeUtc;

            // Of several firings that were missed Quartz names the first; the last one is what is to be done.
            while (context.Trigger.GetFireTimeAfter(at) is { } next && next <= context.FireTimeUtc)
            {
                at = next;
            }

            await slots.AddAsync(
                int.Parse(key.Group, CultureInfo.InvariantCulture), Enum.Parse<CalendarJob>(key.Name), at.ToUnixTimeMilliseconds(), cancellationToken)
                .ConfigureAwait(false);
            signal.OnFired?.Invoke();
        }
    }
}
