using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Bitrix24.Client.Bitrix24ErrorKind;

namespace Bitrix24Addon.Effects;

/// <summary>What became of an effect.</summary>
/// <param name="EffectId">The effect's row.</param>
/// <param name="State">How far it is.</param>
/// <param name="ResultId">What the portal made of it.</param>
/// <param name="Problem">Why it is not done and what to do, else null.</param>
/// <param name="Failure">The same in one word (see <see cref="EffectRow.Failure"/>).</param>
public sealed record EffectOutcome(long EffectId, EffectState State, long? ResultId, DoctorText? Problem, string? Failure = null)
{
    /// <summary>It was sent, and nobody knows whether it arrived.</summary>
    public bool MayHaveArrived => State is EffectState.Sending or EffectState.Unknown
        || (State == EffectState.Parked && Failure is nameof(OutcomeUnknown) or nameof(ServerFault) or nameof(NotAnAnswer));

    /// <summary>What stands in the outbox of an effect.</summary>
    /// <param name="row">The effect's row.</param>
    /// <param name="portal">The portal's host.</param>
    public static EffectOutcome Of(EffectRow row, string portal)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new EffectOutcome(row.Id, row.State, row.ResultId, row.Failure is { } failure ? EffectEnd.ProblemOf(failure, portal) : null, row.Failure);
    }
}

/// <summary>Makes the file of a report when it is sent.</summary>
/// <param name="portal">The portal.</param>
/// <param name="report">Which report.</param>
/// <param name="cancellationToken">Stops the work.</param>
/// <exception cref="ProblemException">The report cannot be made.</exception>
public delegate Task<FileToSend> MakeReport(PortalRow portal, SendReport report, CancellationToken cancellationToken);

/// <summary>Carries the effects of the outbox out: each effectively once, by the means of its kind (<see cref="EffectMeans"/>).</summary>
/// <param name="storage">The database.</param>
/// <param name="registry">The portals.</param>
/// <param name="makeReport">Makes reports, which another part of the house knows.</param>
/// <param name="time">The clock.</param>
/// <param name="timings">How long a sending may take; null for that of Bitrix24.</param>
/// <param name="logger">Told of what goes wrong before anything is sent; null for nobody.</param>
public sealed class EffectRunner(
    AddonStorage storage, PortalRegistry registry, MakeReport makeReport, TimeProvider time, WorkTimings? timings = null, ILogger<EffectRunner>? logger = null)
{
    private readonly ILogger _logger = logger ?? NullLogger<EffectRunner>.Instance;

    private readonly WorkTimings _timings = timings ?? new WorkTimings();

    /// <summary>Carries out all effects of a portal that are due.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="client">Calls it.</param>
    /// <param name="lease">The turn, of the name <see cref="LeaseNames.Outbox"/>.</param>
    /// <param name="cancellationToken">Stops before the next sending, or in it: its outcome is then found out later.</param>
    /// <param name="keys">Only these effects; null for all.</param>
    /// <param name="progress">Told how each sending ended.</param>
    /// <returns>The last state of each effect that was touched.</returns>
    /// <exception cref="LeaseLostException">Another process has taken over; nothing was written since.</exception>
    public async Task<IReadOnlyList<EffectOutcome>> RunAsync(
        PortalRow portal, Bitrix24Client client, Lease lease, CancellationToken cancellationToken, IReadOnlyList<string>? keys = null,
        IProgress<EffectOutcome>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(lease);
        var context = await registry.ContextAsync(portal, cancellationToken).ConfigureAwait(false);
        var texts = Texts.For(context.Settings.Language);
        var journal = new EffectJournal(storage, lease, new ParkedNotices(context, texts), time, _timings);
        var calls = new EffectCalls(portal, texts, client.Credentials is WebhookCredentials);
        var gate = new NoticeGate(storage, lease, context, texts, time, _logger);
        var sender = new EffectSender(client, new Bot(storage, client, lease), calls, texts, (report, cancellation) => makeReport(portal, report, cancellation), time, _timings);
        var resolver = new EffectResolver(new EffectLook(storage, client, calls), sender, time);
        var outcomes = new Dictionary<long, EffectOutcome>();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var notices = keys is null ? await gate.DecideAsync(cancellationToken).ConfigureAwait(false) : null;
            var due = await journal.DueAsync(keys, notices, cancellationToken).ConfigureAwait(false);
            if (due.Count == 0)
            {
                return [.. outcomes.Values];
            }

            foreach (var group in await ReadyAsync(due).ConfigureAwait(false))
            {
                using var activity = AddonTelemetry.Begin("carry out", portal.Id, group.Select(e => e.Row.TraceParent));
                var ends = await sender.SendAsync(group, () => journal.BeginAsync([.. group.Select(e => e.Row)], cancellationToken), cancellationToken).ConfigureAwait(false);
                await EndAsync(ends).ConfigureAwait(false);
            }
        }

        // Finds out about what is unknown, prepares what is to be sent, and puts it into requests.
        async Task<IEnumerable<IReadOnlyList<OutgoingEffect>>> ReadyAsync(List<EffectRow> due)
        {
            var ready = new List<OutgoingEffect>();
            foreach (var row in due)
            {
                var (outgoing, end) = await PrepareAsync(row).ConfigureAwait(false);
                if (outgoing is { Call: not null })
                {
                    ready.Add(outgoing);
                    continue;
                }

                end ??= outgoing!.Failed!;
                var staysUnknown = row.State != EffectState.Pending && end.State == EffectState.Pending;
                await EndAsync([(row, staysUnknown ? end with { State = EffectState.Unknown, Failure = row.Failure ?? end.Failure } : end)]).ConfigureAwait(false);
            }

            return [.. ready.Where(e => e.GoesAlone).Select(e => new[] { e }), .. ready.Where(e => !e.GoesAlone).Chunk(Bitrix24Client.MaxBatchCommands)];
        }

        // One that cannot be read is parked and one that cannot be made put off, each alone: the others go on.
        async Task<(OutgoingEffect? Outgoing, EffectEnd? End)> PrepareAsync(EffectRow row)
        {
            var stale = EffectEnd.IsStale(row, time.GetUtcNow()) ? new EffectEnd(EffectState.Parked, null, EffectEnd.Stale) : null;
            if (stale is not null && row.State == EffectState.Pending)
            {
                return (null, stale);
            }

            if (Outbox.TryRead(row.Document) is not { } effect)
            {
                return (null, new EffectEnd(EffectState.Parked, null, EffectEnd.Unreadable, EffectEnd.ProblemOf(EffectEnd.Unreadable, portal.Host)));
            }

            try
            {
                var end = row.State == EffectState.Pending
                    ? null
                    : await resolver.ResolveAsync(row, effect, cancellationToken).ConfigureAwait(false)
                        ?? (EffectMeans.Of(effect).Repetition is Repetition.ByKey or Repetition.AfterLook && !resolver.IsKeyKept(row) ? stale : null);
                return (end is null ? await sender.PrepareAsync(row, effect, cancellationToken).ConfigureAwait(false) : null, end);
            }
            catch (Exception failed) when (failed is not LeaseLostException && !cancellationToken.IsCancellationRequested)
            {
                row.Attempts++;
                return (null, EffectEnd.Of(failed, row.Attempts, time.GetUtcNow()));
            }
        }

        async Task EndAsync(IReadOnlyList<(EffectRow Row, EffectEnd End)> ends)
        {
            await journal.EndAsync(ends).ConfigureAwait(false);
            foreach (var (row, end) in ends)
            {
                outcomes[row.Id] = new EffectOutcome(row.Id, end.State, end.ResultId, end.Problem, end.Failure);
                progress?.Report(outcomes[row.Id]);
            }
        }
    }
}
