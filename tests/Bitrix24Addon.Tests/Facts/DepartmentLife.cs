using Bitrix24Addon.Facts;
using CsCheck;

namespace Bitrix24Addon.Tests.Facts;

/// <summary>One record of the portal and what each read of it showed, in order; null is "gone".</summary>
internal sealed record RecordLife(FactKind Kind, long Id, IReadOnlyList<Observation> Seen);

/// <summary>A batch as a synchronisation applies it.</summary>
internal sealed record LifeBatch(IReadOnlyList<Observation> Observations, long ReadStartedAtMs, bool IsHistory, bool IsStale);

/// <summary>
/// Days of a small department around the night of 29 March 2026, when Berlin's clocks go forward, and the order in which they are
/// read: records in any order, batches of any size, some read again unchanged, some changed, some gone, some back, some read too late.
/// </summary>
internal sealed record DepartmentLife(IReadOnlyList<RecordLife> Records, IReadOnlyList<LifeBatch> Batches)
{
    public const int FirstDay = 20260326;
    public const int LastDay = 20260402;

    private const long Start = 1_774_566_000_000; // 2026-03-27 00:00 in Berlin
    private const long Days = 5;

    /// <summary>What the portal shows in the end, as one reading.</summary>
    public IReadOnlyList<Observation> FinalState => [.. Records.Select(r => r.Seen[^1]).Where(o => o.Payload is not null)];

    private static Gen<long> Time => Gen.Long[0, (Days * 24 * 3600) - 1].Select(seconds => Start + (seconds * 1000));

    private static Gen<long?> User => Gen.Long[0, 4].Select(id => id == 0 ? (long?)null : id);

    private static Gen<CallFact> Call => Gen.Select(
        Gen.Int[1, 8], User, Gen.Int[1, 5], OneOf("200", "304", "486"), Gen.Long[0, 70], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Long[0, 6]).Select(
        (call, user, type, code, seconds, vote, phone, activity) => new CallFact(
            $"call{call}", user, type, code, code == "200" ? seconds : 0, vote == 0 ? null : vote, phone == 0 ? null : $"phone{phone}", activity == 0 ? null : activity));

    private static Gen<ActivityFact> Activity => Gen.Select(
        OneOf((1, "CRM_MEETING"), (2, "VOXIMPLANT_CALL"), (6, "IMOPENLINES_SESSION")), User, Gen.Bool, Gen.Bool, Gen.Int[0, 8], Gen.Long[1, 3], Gen.Long[0, 3]).Select(
        (type, user, completed, presentation, call, lead, deal) => new ActivityFact(
            type.Item1, type.Item2, user, completed, Start, Start, presentation, type.Item1 == 2 && call > 0 ? $"call{call}" : null,
            deal == 0 ? [FactKeys.Lead(lead)] : [FactKeys.Lead(lead), FactKeys.Deal(deal)]));

    private static Gen<TaskFact> Task => Gen.Select(User, Gen.Int[2, 5], Time, Time).Select(
        (user, status, deadline, closed) => new TaskFact(user, 2, status, Start, deadline, status == 5 ? closed : null, user));

    private static Gen<QuoteFact> Quote => Gen.Select(User, OneOf("DRAFT", "SENT", "APPROVED", "DECLAINED"), Time).Select(
        (user, stage, moved) => new QuoteFact(user, user, null, stage, moved, 100, "EUR"));

    /// <summary>A department's life.</summary>
    /// <param name="isSeenChanging">Owners, stages of quotes and tasks change between reads: facts that only a live reader can know.</param>
    public static Gen<DepartmentLife> Lives(bool isSeenChanging) => Gen.Select(
        Lives(FactKind.Call, 14, Call, moves: true),
        Lives(FactKind.Activity, 6, Activity, moves: true),
        Lives(FactKind.WorkDay, 4, Gen.Select(Gen.Long[1, 4], Gen.Long[0, 30_000], Gen.Bool).Select((user, seconds, open) => new WorkDayFact(user, seconds, open)), moves: true),
        Gen.Select(Owned(FactKind.Lead, isSeenChanging, User.Select(User, (owner, by) => new LeadFact(owner, by, "NEW"))), Stages(FactKind.LeadStage)).Select((a, b) => a.Concat(b)),
        Gen.Select(
            Owned(FactKind.Deal, isSeenChanging, User.Select(Gen.Long[0, 3], Gen.Bool, (owner, lead, dollars) =>
                new DealFact(owner, owner, 0, "NEW", lead == 0 ? null : lead, 1000, dollars ? "USD" : "EUR"))),
            Stages(FactKind.DealStage)).Select((a, b) => a.Concat(b)),
        Gen.Select(Owned(FactKind.Quote, isSeenChanging, Quote), Owned(FactKind.Task, isSeenChanging, Task)).Select((a, b) => a.Concat(b)),
        People()).Select((calls, activities, workDays, leads, deals, others, people) =>
            calls.Concat(activities).Concat(workDays).Concat(leads).Concat(deals).Concat(others).Concat(people).ToList())
        .SelectMany(records => Reading(records).Select(batches => new DepartmentLife(records, batches)));

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static Gen<IEnumerable<RecordLife>> Lives<T>(FactKind kind, int most, Gen<T> payload, bool moves)
        where T : FactPayload =>
        Gen.Select(Time, payload, Gen.Bool).Array[1, 3].Select((states) =>
            states.Select((state, index) => (At: moves ? state.Item1 : states[0].Item1, Payload: index > 0 && state.Item3 && state.Item1 % 3 == 0 ? null : (FactPayload?)state.Item2)).ToList())
        .Array[0, most].Select(lives => lives.Select((states, index) => Life(kind, index + 1, states)));

    /// <summary>Records with an owner; seen with one owner only unless they may change. They may be gone and come back in any case.</summary>
    private static Gen<IEnumerable<RecordLife>> Owned<T>(FactKind kind, bool isSeenChanging, Gen<T> payload)
        where T : FactPayload =>
        isSeenChanging
            ? Lives(kind, 3, payload, moves: kind == FactKind.Task)
            : Gen.Select(Time, payload, Gen.Int[0, 5]).Array[0, 3].Select(ones => ones.Select((one, index) => Life(kind, index + 1, one.Item3 switch
            {
                0 => [(one.Item1, one.Item2), (one.Item1, null)],
                1 => [(one.Item1, one.Item2), (one.Item1, null), (one.Item1, one.Item2)],
                _ => [(one.Item1, (FactPayload?)one.Item2)],
            })));

    private static Gen<IEnumerable<RecordLife>> Stages(FactKind kind) =>
        Gen.Select(Time, Gen.Long[1, 3], OneOf(("P", "NEW"), ("P", "SIGNED"), ("S", "WON"), ("F", "LOSE"))).Array[0, 8].Select(moves => moves.Select(
            (move, index) => Life(kind, index + 1, [(move.Item1, new StageFact(move.Item2, 2, move.Item3.Item2, move.Item3.Item1, 0))])));

    private static Gen<IEnumerable<RecordLife>> People() => Gen.Int[0, 15].Array[4].Select(departments => departments
        .Select((mask, index) => Life(FactKind.User, index + 1, [(0, new UserFact(true, [.. new long[] { 10, 11, 12 }.Where(d => (mask & (1 << (int)(d - 10))) != 0)]))]))
        .Concat(new (long Id, long? Parent)[] { (10, null), (11, 10), (12, 10) }
            .Select(d => Life(FactKind.Department, d.Id, [(0, new DepartmentFact(d.Parent, null, ""))]))));

    private static RecordLife Life(FactKind kind, long id, IReadOnlyList<(long At, FactPayload? Payload)> states) => new(
        kind, id, [.. states.Select((state, index) => state.Payload switch
        {
            null => new Observation(kind, id, 0, null),

            // When it happened and since when it holds are told as the rows of the portal tell them.
            TaskFact task => new Observation(kind, id, task.ClosedAtMs ?? task.CreatedAtMs, task) { EffectiveAtMs = Math.Max(task.ClosedAtMs ?? 0, ChangedAt(index)) },
            QuoteFact quote => Moved(id, state.At, quote with { MovedAtMs = Math.Max(quote.MovedAtMs!.Value, state.At) }),
            LeadFact or DealFact => new Observation(kind, id, state.At, state.Payload) { EffectiveAtMs = ChangedAt(index) },
            _ => new Observation(kind, id, state.At, state.Payload),
        })]);

    private static Observation Moved(long id, long createdAtMs, QuoteFact quote) =>
        new(FactKind.Quote, id, createdAtMs, quote) { EffectiveAtMs = quote.MovedAtMs };

    private static long ChangedAt(int index) => Start + (index * 24 * 3600 * 1000L);

    /// <summary>Orders the reads at random, each record's own in their order, and cuts them into batches.</summary>
    private static Gen<IReadOnlyList<LifeBatch>> Reading(List<RecordLife> records) =>
        Gen.Select(Gen.Int.Array[records.Sum(r => r.Seen.Count)], Gen.Int[1, 12].Array[60], Gen.Int[0, 9].Array[records.Sum(r => r.Seen.Count)], Gen.Int[0, 20]).Select(
            (order, sizes, fates, history) =>
            {
                var turns = records.SelectMany((record, index) => record.Seen.Select(_ => index)).Zip(order).OrderBy(pair => pair.Second).Select(pair => pair.First);
                var next = new int[records.Count];
                var batches = new List<LifeBatch>();
                var batch = new List<Observation>();
                var late = new List<Observation>();
                var (clock, size, turn) = (Start + (Days * 24 * 3600 * 1000), 0, 0);
                void Close()
                {
                    clock += 60_000;
                    batches.Add(new LifeBatch([.. batch], clock, batches.Count < history, IsStale: false));
                    if (late.Count > 0)
                    {
                        // A read that began long ago and comes in only now.
                        batches.Add(new LifeBatch(
                            [.. late.Where(o => batch.FindLast(b => b.Kind == o.Kind && b.SourceId == o.SourceId)?.Payload is not null)], clock - 30_000, false, IsStale: true));
                    }

                    batch.Clear();
                    late.Clear();
                    size++;
                }

                foreach (var index in turns)
                {
                    var seen = records[index].Seen;
                    var observation = seen[next[index]++];
                    batch.Add(observation);
                    switch (fates[turn++])
                    {
                        case 0:
                            // The same row twice in one batch, as when pages overlap.
                            batch.Add(observation);
                            break;
                        case 1 when next[index] > 1:
                            late.Add(seen[next[index] - 2]);
                            break;
                        case 2:
                            Close();
                            batch.Add(observation);
                            break;
                    }

                    if (batch.Count >= sizes[size % sizes.Length])
                    {
                        Close();
                    }
                }

                Close();
                return (IReadOnlyList<LifeBatch>)batches;
            });
}
