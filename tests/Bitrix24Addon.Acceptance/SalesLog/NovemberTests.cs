using System.Globalization;
using Bitrix24Addon.Acceptance.Norms;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.SalesLog;

/// <summary>
/// The program installed on the last evening of October and left alone for November: each night it closes the day by itself. What it
/// says is what the lines of the log say, and what it does in the portal it does once.
/// </summary>
public sealed class NovemberTests
{
    private static readonly string RuleFile = Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Most posts are lost, so that the month passes soon: what is closed at night was reconciled before.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite, 1, 7)]
    [InlineData(DatabaseKind.Postgres, 2, 1)]
    public async Task Every_night_closes_its_day_once(DatabaseKind kind, int processes, int days)
    {
        Assert.SkipUnless(File.Exists(RepositoryRoot.SalesTimeline), "needs ../shared/data/sales-timeline.jsonl.gz beside the repository");
        Assert.SkipWhen(kind == DatabaseKind.Postgres && DatabaseUnderTest.PostgresServer is null, "needs PostgreSQL: run tests/run, or set TESTS_POSTGRES");
        days = PlayedSalesLog.IsWhole && kind == DatabaseKind.Sqlite ? 30 : days;
        await using var life = await PlayedSalesLog.StartAsync(kind, PlayedSalesLog.Moscow(20251101), options => options.EventLossShare = 0.97);
        var address = await life.ServeAsync();
        for (var more = 1; more < processes; more++)
        {
            await life.ServeAsync();
        }

        await life.InstallAsync(address);
        await life.RunAsync("rules", "put", RuleFile);
        for (var day = 20251101; day < 20251101 + days; day++)
        {
            var closesAt = PlayedSalesLog.Moscow(day).AddHours(26);
            await life.PlayAsync(closesAt);
            life.Clock.Advance(TimeSpan.FromSeconds(1));
            await life.DoneAsync(CalendarJob.DailyClose, closesAt);
            await life.QuietAsync();
        }

        // A call appears when it ends; one that lasts beyond the close of its day corrects the verdict at a later close.
        var lastDay = 20251100 + days;
        var expected = SalesLogNormTests.Expected(PlayedSalesLog.Moscow(lastDay).AddHours(26))
            .Where(line => int.Parse(line[..8], CultureInfo.InvariantCulture) <= lastDay).ToList();
        Assert.Contains(expected, line => line.Contains("below", StringComparison.Ordinal));
        var verdicts = await life.ReplayedVerdictsAsync();
        var standing = verdicts.GroupBy(v => (v.Day, v.UserId)).Select(g => g.MaxBy(v => v.Revision)!).ToList();
        Assert.Equal(expected, standing.Select(SalesLogNormTests.Line).Order(StringComparer.Ordinal));
        foreach (var corrected in standing.Where(v => v.Revision > 1))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"corrected: {SalesLogNormTests.Line(corrected)}");
        }

        var rule = (NormRule)RuleDocument.Parse(await File.ReadAllTextAsync(RuleFile, Stop));
        var whatIf = await new NormWhatIf(life.Storage, life.Clock).RunAsync(life.Row, rule, 20251101, lastDay, Stop);
        Assert.Equal(expected, whatIf.Select(v => SalesLogNormTests.Line(v.Day, v.UserId, v.Decision.Outcome, v.Decision.Arithmetic)).Order(StringComparer.Ordinal));

        // One task for everybody below, each day, and none for a correction; the head of the department, user 2, gets the report of each such day.
        await life.NothingIsDoubledAsync();
        var below = verdicts.Where(v => v is { Outcome: "below", Revision: 1 }).ToList();
        Assert.Equal(below.Select(v => v.UserId).Order(), (await life.MarkedTasksAsync()).Select(t => t.UserId).Order());
        Assert.Superset(below.Select(v => v.Day).ToHashSet(), await life.ReportedDaysAsync("2"));

        // The same night once more.
        await new Slots(life.Storage, life.Clock).AddAsync(life.Row.Id, CalendarJob.DailyClose, life.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Stop);
        await life.QuietAsync();
        await life.NothingIsDoubledAsync();
        Assert.Equal(below.Count, (await life.MarkedTasksAsync()).Count);
        await using var db = life.Storage.Open(life.Row.Id);
        Assert.Equal(verdicts.Count, await db.Verdicts.CountAsync(Stop));
    }
}
