using System.Globalization;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>Wednesday is closed; on Thursday at noon user 7 has three calls of four, 9 works until 13:00 and needs two.</summary>
public sealed class NormBoardTests
{
    private const int Thursday = 20250306;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Closed_days_are_their_verdicts_and_today_is_as_if_it_ended_now(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);

        var board = await ReadAsync(judged, JudgedPortal.Wednesday, Thursday);

        Assert.Equal(
            [
                "7: Met 4/4, Below 3/4 so far, left 18000 | 7/8 1 0 0",
                "8: Below 1/4, NoVerdict AbsentAllDay so far, left 0 | 1/4 0 1 1",
                "9: Below 0/2, Met 2/2 so far, left 3600 | 2/4 1 1 0",
            ],
            board.Standings.Select(InShort));
        var seven = board.Standings[0];
        Assert.Equal(
            ("met", "under way", "1 more call in 5 h of working time", null),
            (seven.OutcomeInWords(seven.Days[0], Texts.English), seven.OutcomeInWords(seven.Days[1], Texts.English), seven.PaceInWords(seven.Days[1], Texts.English), seven.PaceInWords(seven.Days[0], Texts.English)));
        Assert.Equal("ещё 1 звонок за 5 ч рабочего времени", seven.PaceInWords(seven.Days[1], Texts.Russian));
        Assert.False(seven.Days[1].IsBehind);
    }

    [Theory, EveryDatabase]
    public async Task Every_day_that_waits_to_be_closed_is_shown_as_such(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var judged = await StartAsync(database);
        judged.Time.Advance(TimeSpan.FromDays(4));
        await judged.ReadThroughAsync("2025-03-10T01:00:00");

        var board = await ReadAsync(judged, JudgedPortal.Wednesday, 20250310);
        var seven = board.Standings.Single(s => s.UserId == 7);

        Assert.Equal([20250306, 20250307, 20250308, 20250309], board.AwaitingDays);
        Assert.Equal("Days that are over and not closed yet: 6 March 2025 – 9 March 2025. What is shown of them is not final.", board.AwaitingInWords(Texts.English));
        Assert.Equal(
            [
                "20250305 met", "20250306 not closed yet", "20250307 not closed yet", "20250308 no verdict: a day off by the full-time schedule",
                "20250309 no verdict: a day off by the full-time schedule", "20250310 under way",
            ],
            seven.Days.Select(d => $"{d.Day} {seven.OutcomeInWords(d, Texts.English)}"));
        Assert.Null(seven.PaceInWords(seven.Days[1], Texts.English));
        Assert.Equal("met on 1 of 1 finished day", seven.InWords(Texts.English));

        await judged.CloseAsync(Thursday);
        await judged.CloseAsync(20250307);
        board = await ReadAsync(judged, JudgedPortal.Wednesday, 20250307);
        Assert.Empty(board.AwaitingDays);
        Assert.Null(board.AwaitingInWords(Texts.English));
        Assert.Equal("met on 1 of 3 finished days", board.Standings.Single(s => s.UserId == 7).InWords(Texts.English));
    }

    [Fact]
    public async Task Days_whose_verdicts_are_forgotten_are_told()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await judged.SetAsync(JudgedPortal.Settings.Replace("{\"language\"", "{\"retention\": {\"verdictsDays\": 100}, \"language\"", StringComparison.Ordinal));
        judged.Time.Advance(TimeSpan.FromDays(99));
        Assert.Null((await ReadAsync(judged, 20250301, Thursday)).KeptFromDay);

        judged.Time.Advance(TimeSpan.FromDays(1));
        await new Retention(judged.Storage, judged.Portal.Registry, new RestLog(judged.Storage, judged.Time, NullLogger<RestLog>.Instance), judged.Time)
            .ForgetAsync(await judged.RowAsync(), null, Stop);
        var board = await ReadAsync(judged, 20250301, JudgedPortal.Wednesday);

        Assert.Empty(board.Standings);
        Assert.Equal("Results of norms are kept from 6 March 2025 on. Those of earlier days of the period are neither shown nor counted.", board.ForgottenInWords(Texts.English));
        Assert.StartsWith("Данные о выполнении нормативов хранятся с 6 марта 2025", board.ForgottenInWords(Texts.Russian), StringComparison.Ordinal);

        // Of days that were never judged nothing was forgotten.
        Assert.Null((await ReadAsync(judged, 20250301, 20250304)).ForgottenInWords(Texts.English));
        Assert.Null((await ReadAsync(judged, Thursday, 20250310)).ForgottenInWords(Texts.English));
    }

    [Fact]
    public async Task It_says_the_same_as_the_close_that_follows()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        judged.Time.Advance(TimeSpan.FromHours(13));
        await judged.ReadThroughAsync("2025-03-07T00:30:00");

        var before = await ReadAsync(judged, Thursday, Thursday);
        await judged.CloseAsync(Thursday);
        var after = await ReadAsync(judged, Thursday, Thursday);

        Assert.All(before.Standings, s => Assert.True(s.Days[0].IsSoFar));
        Assert.Equal(
            after.Standings.Select(s => (s.UserId, s.Days[0].Outcome, s.Days[0].Reason, s.Days[0].Done, s.Days[0].Required)),
            before.Standings.Select(s => (s.UserId, s.Days[0].Outcome, s.Days[0].Reason, s.Days[0].Done, s.Days[0].Required)));
        Assert.Contains(after.Standings, s => s.Days[0].Outcome == NormOutcome.Below);
    }

    [Fact]
    public async Task It_shows_only_whom_it_is_asked_for_and_writes_nothing()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        var verdicts = (await judged.VerdictsAsync()).Count;
        var effects = (await judged.EffectsAsync()).Count;

        var board = await new NormBoard(judged.Storage, judged.Time).ReadAsync(await judged.RowAsync(), JudgedPortal.Wednesday, Thursday, (user, day) => user == 9 && day == Thursday, Stop);

        Assert.Equal([(9L, Thursday)], board.Standings.SelectMany(s => s.Days, (s, d) => (s.UserId, d.Day)));
        Assert.Equal((verdicts, effects), ((await judged.VerdictsAsync()).Count, (await judged.EffectsAsync()).Count));
    }

    [Fact]
    public async Task A_disabled_norm_is_not_shown_and_a_mean_is_not_added_up()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var judged = await StartAsync(database);
        await judged.PutRuleAsync(JudgedPortal.Rule.Replace("\"metric\"", "\"enabled\": false, \"metric\"", StringComparison.Ordinal), "2025-03-06T08:00:00");
        await judged.PutRuleAsync(
            """{"kind": "norm", "id": "quality", "name": {"ru": "Оценка", "en": "Quality"}, "metric": "call_quality", "targets": [{"scope": {"department": 11}, "perDay": 4}]}""", "2025-03-06T08:00:00");

        var board = await ReadAsync(judged, JudgedPortal.Wednesday, Thursday);

        Assert.Equal(["quality"], board.Rules.Select(r => r.Id));
        Assert.All(board.Standings, s => Assert.Equal(((decimal?)null, NormReason.AbsentAllDay == s.Days[0].Reason ? NormReason.AbsentAllDay : NormReason.NoCases), (s.Required, s.Days[0].Reason)));
    }

    [Theory]
    [InlineData(7.2, "ещё 8 звонков")]
    [InlineData(1, "ещё 1 звонок")]
    [InlineData(22, "ещё 22 звонка")]
    public void What_is_left_is_whole_pieces(double left, string words) =>
        Assert.Equal(words, NormWords.Left(Bitrix24Addon.Facts.Metrics.MetricCatalogue.ByCode["calls_over_30s"], (decimal)left, Texts.Russian));

    [Fact]
    public void What_is_left_of_every_metric_can_be_said() =>
        Assert.All(Bitrix24Addon.Facts.Metrics.MetricCatalogue.All, metric => Assert.Matches("ещё (5|1 мин).*(5|1 min) more|ещё 5.*5 more", NormWords.Left(metric, 5, Texts.Russian) + NormWords.Left(metric, 5, Texts.English)));

    [Fact]
    public void Done_and_required_count_the_same_days()
    {
        var free = Day(20250301, NormOutcome.NoVerdict, 10, null, NormReason.NothingPlanned);
        var unknown = Day(20250304, NormOutcome.NoVerdict, null, null, NormReason.FigureUnknown);
        var unread = Day(20250305, NormOutcome.NoVerdict, 200, null, NormReason.AbsencesUnread);
        var standing = Standing(free, Day(20250303, NormOutcome.Met, 100, 80), unknown, unread, Day(20250306, NormOutcome.Below, 20, 80), free with { Day = 20250308, Done = 5 });

        Assert.Equal((135m, 160m, 20250301, 20250308), (standing.Done, standing.Required, standing.FromDay, standing.ToDay));
        Assert.Equal([20250304, 20250305], standing.LeftOutDays);
        Assert.Equal("met on 1 of 2 finished days", standing.InWords(Texts.English));
        Assert.Equal(
            "Days not counted in “Calls”, neither in what is done nor in what is required, because not all is known of them: 4 March 2025 – 5 March 2025.",
            standing.LeftOutInWords(Texts.English));
        Assert.Null(Standing(free, Day(20250303, NormOutcome.Met, 100, 80)).LeftOutInWords(Texts.English));
        Assert.Equal((null, null), (Standing(free, unknown).Done, Standing(free, unknown).LeftOutInWords(Texts.English)));
    }

    [Fact]
    public void A_day_that_lasts_is_no_day_missed()
    {
        var under = Day(20250306, NormOutcome.Below, 1, 4) with { IsSoFar = true };
        Assert.Equal("met on 1 of 1 finished day", Standing(Day(20250305, NormOutcome.Met, 4, 4), under).InWords(Texts.English));
        Assert.Equal("met on 1 of 2 days, today included", Standing(Day(20250305, NormOutcome.Below, 3, 4), under with { Outcome = NormOutcome.Met }).InWords(Texts.English));
        Assert.Equal(
            (true, false, false),
            (Standing(under).HasUntilEndOfDay, Standing(under with { IsOver = true }).HasUntilEndOfDay, Standing(under, Day(20250307, NormOutcome.Met, 4, 4)).HasUntilEndOfDay));
        Assert.Equal("выполнен в 1 из 2 дней, считая сегодня", Standing(Day(20250305, NormOutcome.Below, 3, 4), under with { Outcome = NormOutcome.Met }).InWords(Texts.Russian));
        Assert.Equal("выполнен в 1 из 1 завершённого дня", Standing(Day(20250305, NormOutcome.Met, 4, 4), under).InWords(Texts.Russian));
        Assert.Equal("under way", Standing(Day(20250305, NormOutcome.NoVerdict, null, null, NormReason.FigureUnknown), under).InWords(Texts.English));
    }

    private static NormStanding Standing(params NormDay[] days) => new(7, (NormRule)RuleDocument.Parse(JudgedPortal.Rule), days);

    private static NormDay Day(int day, NormOutcome outcome, decimal? done, decimal? required, NormReason reason = NormReason.None) =>
        new(day, outcome, reason, done, required, IsSoFar: false, IsDry: false, IsWithoutAbsences: false, 0, 0, IsBehind: false);

    private static async Task<JudgedPortal> StartAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var judged = await JudgedPortal.StartAsync(storage);
        await judged.SeeAsync(
        [
            .. judged.Calls(7, 4), .. judged.Calls(8, 1), .. judged.Calls(7, 3, "2025-03-06"), .. judged.Calls(9, 2, "2025-03-06"), JudgedPortal.DaysOff(1, 8, "2025-03-06", "2025-03-06"),
        ]);
        Assert.Equal(NormCloseState.Closed, (await judged.CloseAsync()).State);
        judged.Time.Advance(TimeSpan.FromHours(10));
        return judged;
    }

    private static async Task<NormStandings> ReadAsync(JudgedPortal judged, int from, int to) =>
        await new NormBoard(judged.Storage, judged.Time).ReadAsync(await judged.RowAsync(), from, to, (user, _) => user != 2, Stop);

    private static string InShort(NormStanding standing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{standing.UserId}: {string.Join(", ", standing.Days.Select(d => $"{d.Outcome} {(d.Outcome == NormOutcome.NoVerdict ? d.Reason : $"{d.Done}/{d.Required}")}{(d.IsSoFar ? $" so far, left {d.LeftSeconds}" : "")}"))} | {standing.Done}/{standing.Required} {standing.Met} {standing.Below} {standing.Without}");
}
