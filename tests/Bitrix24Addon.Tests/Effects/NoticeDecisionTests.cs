using Bitrix24Addon.Effects;
using Bitrix24Addon.Effects.Deciding;
using Bitrix24Addon.WorkingTime;
using CsCheck;
using NodaTime;

namespace Bitrix24Addon.Tests.Effects;

/// <summary>Which notifications a person gets now, which wait, and which are told together.</summary>
public sealed class NoticeDecisionTests
{
    private static readonly DateTimeZone Moscow = DateTimeZoneProviders.Tzdb["Europe/Moscow"];

    // 18 March 2026 is a Wednesday.
    private static readonly Instant Noon = At(18, 12);

    [Fact]
    public void By_day_what_waits_is_sent_in_its_order() =>
        Assert.Equal([1, 2], Decide(Noon, [Waiting(1, "a"), Waiting(2, "b")]).Send);

    [Fact]
    public void Of_one_cause_the_last_is_sent_and_tells_the_others()
    {
        var plan = Decide(Noon, [Waiting(1, "a", "one"), Waiting(2, "b"), Waiting(3, "a", "three")]);

        Assert.Equal([2, 3], plan.Send);
        Assert.Equal([(1, 3)], plan.Told);
    }

    [Fact]
    public void What_was_told_today_in_the_same_words_is_told()
    {
        var plan = Decide(Noon, [Waiting(2, "a", "same")], sent: [new SentNotice(1, Notice("a", "same"))]);

        Assert.Empty(plan.Send);
        Assert.Equal([(2, 1)], plan.Told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_words_take_the_place_of_the_first_or_wait_for_the_next_day(bool replaces)
    {
        // The day has no room left, and what takes the place of another needs none.
        var plan = Decide(Noon, [new(2, Notice("a", "new", replaces: replaces))], mostADay: 1, sent: [new SentNotice(1, Notice("a", "old", replaces: replaces))]);

        Assert.Equal(replaces ? [2L] : [], plan.Send);
        Assert.Equal(replaces ? [] : [new HeldNotice(2, At(19, 8), HeldFor.SameCause)], plan.Held);
    }

    [Theory]
    [InlineData(18, 21, 19, 8)]
    [InlineData(18, 23, 19, 8)]
    [InlineData(19, 0, 19, 8)]
    [InlineData(19, 7, 19, 8)]
    [InlineData(20, 22, 23, 8)] // Friday night to Monday.
    [InlineData(21, 12, 23, 8)]
    public void At_night_and_on_free_days_they_wait_for_the_next_working_morning(int day, int hour, int untilDay, int untilHour)
    {
        var plan = Decide(At(day, hour), [Waiting(1, "a"), Waiting(2, "b", isUrgent: true)]);

        Assert.Equal([2], plan.Send);
        Assert.Equal([new HeldNotice(1, At(untilDay, untilHour), HeldFor.QuietTime)], plan.Held);
    }

    [Fact]
    public void Holidays_are_free_days() =>
        Assert.Equal(
            [new HeldNotice(1, Moscow.AtStrictly(new LocalDateTime(2026, 1, 12, 8, 0)).ToInstant(), HeldFor.QuietTime)],
            Decide(Moscow.AtStrictly(new LocalDateTime(2025, 12, 31, 12, 0)).ToInstant(), [Waiting(1, "a")]).Held);

    [Fact]
    public void The_night_is_that_of_his_own_zone()
    {
        var vladivostok = DateTimeZoneProviders.Tzdb["Asia/Vladivostok"];

        // At noon in Moscow it is 19:00 there, at 15:00 it is 22:00.
        Assert.Equal([1], Decide(Noon, [Waiting(1, "a")], time: Time(zone: vladivostok)).Send);
        Assert.Equal([new HeldNotice(1, At(19, 1), HeldFor.QuietTime)], Decide(At(18, 15), [Waiting(1, "a")], time: Time(zone: vladivostok)).Held);
    }

    [Fact]
    public void In_his_working_hours_it_is_never_quiet()
    {
        var nights = new WorkSchedule { Week = new Dictionary<IsoDayOfWeek, IReadOnlyList<WorkHours>> { [IsoDayOfWeek.Wednesday] = [WorkHours.Parse("22:00-06:00")] } };
        var time = Time(nights);

        Assert.Equal([1], Decide(At(18, 23), [Waiting(1, "a")], time: time).Send);
        Assert.Equal([1], Decide(At(19, 3), [Waiting(1, "a")], time: time).Send);
        Assert.Equal([new HeldNotice(1, At(25, 8), HeldFor.QuietTime)], Decide(At(19, 7), [Waiting(1, "a")], time: time).Held);
        Assert.Equal([new HeldNotice(1, At(18, 22), HeldFor.QuietTime)], Decide(At(18, 21), [Waiting(1, "a")], time: time).Held);
    }

    [Fact]
    public void Who_has_no_working_time_at_all_is_told_in_the_morning() =>
        Assert.Equal([new HeldNotice(1, At(22, 8), HeldFor.QuietTime)], Decide(At(21, 23), [Waiting(1, "a")], time: Time(new WorkSchedule())).Held);

    [Fact]
    public void Without_quiet_hours_and_free_days_nothing_waits() =>
        Assert.Equal([1], Decide(At(22, 3), [Waiting(1, "a")], time: new PersonTime(null, false, Working(WorkSchedule.FiveDayWeek), Moscow)).Send);

    [Fact]
    public void The_last_room_of_a_day_tells_the_rest_together()
    {
        var plan = Decide(Noon, [.. Enumerable.Range(1, 12).Select(n => Waiting(n, $"c{n}"))], sent: [new SentNotice(100, Notice("x"))]);

        Assert.Equal(Enumerable.Range(1, 8).Select(n => (long)n), plan.Send);
        Assert.Equal([9L, 10, 11, 12], plan.Digest.Select(n => n.Id));
        Assert.Empty(plan.Held);
    }

    [Fact]
    public void What_comes_after_the_last_room_waits_for_the_next_working_morning_and_is_told_in_one()
    {
        var full = Enumerable.Range(1, 10).Select(n => new SentNotice(n, Notice($"c{n}"))).ToList();
        var plan = Decide(At(20, 12), [Waiting(11, "c11"), Waiting(12, "c12"), Waiting(13, "c13", isUrgent: true)], sent: full);

        Assert.Equal([13], plan.Send);
        Assert.Equal([new HeldNotice(11, At(23, 8), HeldFor.Budget), new HeldNotice(12, At(23, 8), HeldFor.Budget)], plan.Held);

        var morning = Decide(
            At(23, 8), [Waiting(11, "c11") with { HeldFor = HeldFor.Budget }, Waiting(12, "c12") with { HeldFor = HeldFor.Budget }, Waiting(20, "c20")]);
        Assert.Equal([20], morning.Send);
        Assert.Equal([11L, 12], morning.Digest.Select(n => n.Id));
        Assert.Equal([11], Decide(At(23, 8), [Waiting(11, "c11") with { HeldFor = HeldFor.Budget }]).Send);
    }

    [Fact]
    public void What_a_refused_notification_was_to_tell_is_told_by_itself_while_the_day_has_room()
    {
        var refused = Enumerable.Range(1, 3).Select(n => Waiting(n, $"c{n}") with { HeldFor = HeldFor.TellerRefused }).ToList();

        var day = Decide(Noon, [.. refused, Waiting(4, "c4"), Waiting(5, "c5")], mostADay: 2);
        Assert.Equal([1L, 2], day.Send);
        Assert.Equal(
            [new HeldNotice(3, At(19, 8), HeldFor.TellerRefused), new HeldNotice(4, At(19, 8), HeldFor.Budget), new HeldNotice(5, At(19, 8), HeldFor.Budget)], day.Held);

        Assert.Equal([new HeldNotice(1, At(19, 8), HeldFor.TellerRefused)], Decide(At(18, 23), refused[..1]).Held);
        var morning = Decide(At(19, 8), [refused[2], .. new[] { 4, 5 }.Select(n => Waiting(n, $"c{n}") with { HeldFor = HeldFor.Budget })]);
        Assert.Equal([3L], morning.Send);
        Assert.Equal([4L, 5], morning.Digest.Select(n => n.Id));
    }

    [Fact]
    public void Nothing_is_lost_and_no_day_brings_more_than_its_rooms()
    {
        var notice = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 2], Gen.Bool, Gen.Bool, Gen.Int[0, 3]);
        Gen.Select(notice.Array[0, 20], notice.Array[0, 8], Gen.Int[1, 6], Gen.Int[0, 14 * 24]).Sample((waiting, sent, mostADay, hour) =>
        {
            var facts = waiting.Select((w, n) => new WaitingNotice(
                n + 1, Notice($"c{w.Item1}", $"t{w.Item2}", w.Item3, w.Item4 && w.Item5 == 0), w.Item5 switch { 1 => HeldFor.Budget, 2 => HeldFor.TellerRefused, _ => null })).ToList();
            var before = sent.Select((s, n) => new SentNotice(1000 + n, Notice($"c{s.Item1}", $"t{s.Item2}", s.Item3))).ToList();
            var now = At(9, 0) + Duration.FromHours(hour);

            var plan = Decide(now, facts, mostADay, before);

            var decided = plan.Send.Concat(plan.Held.Select(h => h.Id)).Concat(plan.Told.Select(t => t.Id)).Concat(plan.Digest.Select(d => d.Id)).ToList();
            Assert.Equal(facts.Select(f => f.Id).Order(), decided.Order());
            Assert.All(plan.Held, h => Assert.True(h.Until > now && Time().MayBeTold(h.Until)));
            Assert.All(facts.Where(f => f.Notice.IsUrgent), f => Assert.Contains(f.Id, plan.Send));
            Assert.NotEqual(1, plan.Digest.Count);
            Assert.DoesNotContain(plan.Digest, d => d.HeldFor == HeldFor.TellerRefused);
            var urgent = facts.Where(f => f.Notice.IsUrgent).Select(f => f.Notice.Cause).Concat(before.Select(s => s.Notice.Cause)).ToHashSet();
            var causes = facts.Where(f => plan.Send.Contains(f.Id)).Select(f => f.Notice.Cause).Where(c => !urgent.Contains(c)).ToList();
            Assert.Equal(causes.Count, causes.Distinct().Count());
            Assert.True(causes.Count + (plan.Digest.Count > 0 ? 1 : 0) <= Math.Max(0, mostADay - urgent.Count));
        });
    }

    [Fact]
    public void A_digest_says_how_many_and_of_each_the_first_line_without_codes()
    {
        var text = NoticeDigest.Write(["[B]Сделка [URL=https://portal/1]№ 1[/URL][/B]\nподробности", "Вторая", new string('ж', 500)], Texts.Russian);

        Assert.Equal($"И ещё 3 уведомления:|• Сделка № 1|• Вторая|• {new string('ж', 120)}…", text.ReplaceLineEndings("|"));
        Assert.Equal("And 31 more notifications:", NoticeDigest.Write([.. Enumerable.Repeat("a", 31)], Texts.English).Split(Environment.NewLine)[0]);
        Assert.EndsWith("…", NoticeDigest.Write([.. Enumerable.Repeat("a", 31)], Texts.English), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_nobody_asked_for_and_one_person_gets_is_decided_about()
    {
        Assert.Equal(new Notice(101, "tag:t", "Текст", true, true), Bitrix24Addon.Effects.Notice.Of(new Notify("k", "s", 101, "Текст", "t", IsUrgent: true)));
        Assert.Equal(new Notice(101, "cause:c", "Текст", false, false), Bitrix24Addon.Effects.Notice.Of(new SendMessage("k", "s", "101", "Текст", "c")));
        Assert.Equal("key:k", Bitrix24Addon.Effects.Notice.Of(new SendMessage("k", "s", "101", "Текст"))!.Cause);
        Assert.All(
            new Effect[]
            {
                new Notify("k", "s", 101, "Текст", "t", IsAskedFor: true), new SendMessage("k", "s", "101", "Текст", IsAskedFor: true), new SendMessage("k", "s", "chat5", "Текст"),
                new SendReport("k", "s", "101", "Отчёт", 20260301, 20260302), new CreateTask("k", "s", "", "", 101, 0),
            },
            effect => Assert.Null(Bitrix24Addon.Effects.Notice.Of(effect)));
    }

    private static NoticePlan Decide(
        Instant now, IReadOnlyList<WaitingNotice> waiting, int mostADay = 10, IReadOnlyList<SentNotice>? sent = null, PersonTime? time = null) =>
        NoticeDecision.Decide(new NoticeFacts(now, time ?? Time(), mostADay, waiting, sent ?? []));

    private static WaitingNotice Waiting(long id, string cause, string text = "Текст", bool isUrgent = false) => new(id, Notice(cause, text, isUrgent: isUrgent));

    private static Notice Notice(string cause, string text = "Текст", bool replaces = true, bool isUrgent = false) => new(101, cause, text, isUrgent, replaces);

    private static PersonTime Time(WorkSchedule? schedule = null, DateTimeZone? zone = null) =>
        new(WorkHours.Parse("21:00-08:00"), true, Working(schedule ?? WorkSchedule.FiveDayWeek, zone), zone ?? Moscow);

    private static WorkingTimeCalculator Working(WorkSchedule schedule, DateTimeZone? zone = null) => new(schedule, ProductionCalendar.Russia, zone ?? Moscow);

    private static Instant At(int day, int hour) => Moscow.AtStrictly(new LocalDateTime(2026, 3, day, hour, 0)).ToInstant();
}
