using Bitrix24Addon.Effects;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Rules;
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
    private static readonly string Rule = Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 1, 2)]
    public async Task Every_night_closes_its_day(DatabaseKind kind, int processes, int days)
    {
        Assert.SkipUnless(File.Exists(RepositoryRoot.SalesTimeline), "needs ../shared/data/sales-timeline.jsonl.gz beside the repository");
        await using var life = await PlayedSalesLog.StartAsync(kind, PlayedSalesLog.Moscow(20251101));
        var address = await life.ServeAsync();
        for (var more = 1; more < processes; more++)
        {
            await life.ServeAsync();
        }

        await life.InstallAsync(address);
        await life.RunAsync("rules", "put", Rule);
        for (var day = 20251101; day < 20251101 + days; day++)
        {
            var closesAt = PlayedSalesLog.Moscow(day).AddHours(26);
            await life.PlayAsync(closesAt);
            life.Clock.Advance(TimeSpan.FromSeconds(1));
            await life.DoneAsync(CalendarJob.DailyClose, closesAt);
            await life.QuietAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"{day} closed");
        }
    }
}
