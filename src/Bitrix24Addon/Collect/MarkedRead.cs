using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;

namespace Bitrix24Addon.Collect;

/// <summary>What the portal answered about the marks of one run of the collector.</summary>
internal sealed class MarkedRead
{
    // A command an item: more at once is an edit of many items, whose payments the next reconciliation reads at less cost.
    private const int MostPaymentOwners = 250;

    private readonly List<(long StartedAtMs, List<(Source Source, JsonElement Row)> Rows)> _batches = [];
    private readonly List<(long StartedAtMs, PaymentsRead Read)> _payments = [];
    private readonly HashSet<(InboxKind Kind, string Key)> _seen = [];
    private readonly Dictionary<InboxRow, long> _answeredAtMs = [];

    /// <summary>Marks that could not be read, with the error of their list.</summary>
    public Dictionary<InboxRow, Bitrix24Error> Errors { get; } = [];

    /// <summary>What the marked entries of calendars are now; null when none is marked.</summary>
    public MarkedCalendar? Calendar { get; private set; }

    /// <summary>Payments of marked items, by the request that told of them.</summary>
    public IReadOnlyList<(long StartedAtMs, PaymentsRead Read)> Payments => _payments;

    /// <summary>The token's owner sees every record, so what is not listed is gone. Asked in the same request: rights are taken away, too.</summary>
    public bool OwnerIsAdministrator { get; private set; }

    /// <summary>Reads the marks in as few requests as the limits allow.</summary>
    /// <exception cref="Bitrix24Exception">The portal as a whole cannot be read.</exception>
    public static async Task<MarkedRead> ReadAsync(
        Bitrix24Client client, IReadOnlyList<InboxRow> marks, CancellationToken cancellationToken)
    {
        var read = new MarkedRead();
        var queries = marks.GroupBy(m => m.Kind).SelectMany(g => InboxReading.Of(g.Key).Queries([.. g])).ToDictionary(q => q.Query.Key, q => q);
        var owners = marks.Where(m => !m.IsDeletion && InboxReading.Of(m.Kind).PaymentsOfType is not null).Take(MostPaymentOwners)
            .ToDictionary(m => $"payments{m.Kind}{m.Key}", m => (Mark: m, TypeId: InboxReading.Of(m.Kind).PaymentsOfType!.Value, Id: InboxReading.IdOf(m)));
        var reading = new ListReader(client).ReadAsync(
            [.. queries.Values.Select(q => q.Query)],
            [new("profile", UserMethods.Profile()), .. owners.Select(o => KeyValuePair.Create(o.Key, CrmMethods.ListItemPayments(o.Value.TypeId, o.Value.Id)))],
            cancellationToken);
        await foreach (var batch in reading.ConfigureAwait(false))
        {
            // Rows are asked for ahead, so they may be as old as their request.
            var startedAtMs = batch.AskedAt.ToUnixTimeMilliseconds();
            if (batch.Alongside.TryGetValue("profile", out var profile))
            {
                read.TakeProfile(profile);
            }

            read.TakePayments([.. batch.Alongside.Where(a => owners.ContainsKey(a.Key)).Select(a => (owners[a.Key], a.Value))], startedAtMs);
            foreach (var page in batch.Pages)
            {
                read.Take(page, queries[page.QueryKey].Marks, startedAtMs);
            }
        }

        return read;
    }

    /// <summary>Takes what calendars said.</summary>
    public void Take(MarkedCalendar calendar, IEnumerable<InboxRow> marks)
    {
        Calendar = calendar;
        foreach (var mark in marks)
        {
            if (calendar.ErrorOf(mark) is { } error)
            {
                Errors[mark] = error;
            }
        }
    }

    /// <summary>The portal has what is marked, and shows it.</summary>
    public bool IsSeen(InboxRow mark) => mark.Kind == InboxKind.CalendarEvent ? Calendar?.IsSeen(mark) == true : _seen.Contains((mark.Kind, mark.Key));

    /// <summary>What is marked is gone from the portal, as far as the list can tell.</summary>
    public bool IsGone(InboxRow mark) => mark.Kind == InboxKind.CalendarEvent
        ? Calendar?.IsGone(mark, OwnerIsAdministrator) == true
        : !IsSeen(mark) && _answeredAtMs.ContainsKey(mark) && InboxReading.Of(mark.Kind).Source!.CanBeDeleted && (mark.IsDeletion || OwnerIsAdministrator);

    /// <summary>What the rows say, and what is gone, by the request that told it, in the order of the requests.</summary>
    /// <param name="contextAt">What reading rows needs to know, by when their request started.</param>
    public IEnumerable<(long StartedAtMs, List<Observation> Observations)> Observe(Func<long, RowContext> contextAt)
    {
        foreach (var (startedAtMs, rows) in _batches)
        {
            var context = contextAt(startedAtMs);
            var gone = _answeredAtMs.Where(a => a.Value == startedAtMs && IsGone(a.Key))
                .Select(a => new Observation(InboxReading.Of(a.Key.Kind).FactKind, InboxReading.IdOf(a.Key), 0, null));
            yield return (startedAtMs, [.. rows.Select(r => r.Source.Observe(r.Row, context)).OfType<Observation>(), .. gone]);
        }
    }

    private void TakeProfile(CommandOutcome outcome)
    {
        // The profile is open to everybody: when even it comes to nothing, no list is to blame.
        if (outcome.Error is { IsRetryable: true })
        {
            outcome.Require(UserMethods.ProfileMethod);
        }

        OwnerIsAdministrator = outcome.Answer?.Result.As(Bitrix24JsonContext.Default.Profile) is { IsAdministrator: true };
    }

    /// <summary>
    /// Payments that may not be read, or not now for a limit, hold nothing up: the next reconciliation reads them. Those that failed otherwise
    /// are read again with their item.
    /// </summary>
    private void TakePayments(List<((InboxRow Mark, long TypeId, long Id) Owner, CommandOutcome Outcome)> answers, long startedAtMs)
    {
        if (answers.Count > 0)
        {
            _payments.Add((startedAtMs, PaymentsRead.Of(answers.ConvertAll(a => (a.Owner.TypeId, a.Owner.Id)), new ManyAnswers(answers.ConvertAll(a => a.Outcome)))));
        }

        foreach (var (owner, outcome) in answers.Where(a => a.Outcome.IsNotRun || a.Outcome.Error is { IsRetryable: true, ShouldWait: false }))
        {
            Errors[owner.Mark] = outcome.Error ?? Bitrix24Error.CommandNotRun;
        }
    }

    private void Take(ListPage page, IReadOnlyList<InboxRow> marks, long startedAtMs)
    {
        var source = SyncState.SourceOf(page.QueryKey);
        if (!_batches.Exists(b => b.StartedAtMs == startedAtMs))
        {
            _batches.Add((startedAtMs, []));
        }

        _batches.Find(b => b.StartedAtMs == startedAtMs).Rows.AddRange(page.Rows.Select(row => (source, row)));
        var reading = InboxReading.Of(marks[0].Kind);
        if (reading.Source == source)
        {
            _seen.UnionWith(page.Rows.Select(reading.KeyOf).OfType<string>().Select(key => (reading.Kind, key)));
            foreach (var mark in page is { IsLast: true, Error: null } ? marks : [])
            {
                _answeredAtMs[mark] = startedAtMs;
            }
        }

        foreach (var mark in page.Error is null ? [] : marks)
        {
            Errors[mark] = page.Error!;
        }
    }
}
