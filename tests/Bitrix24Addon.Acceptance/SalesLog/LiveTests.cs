using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Bitrix24Addon.Acceptance.Cases;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.SalesLog;

/// <summary>
/// The program reads the first four fifths of the real log and is told of what follows by posts of which some are lost, some come twice
/// and most in a wrong order. What can be found again is at the end what one reading of the whole gives.
/// </summary>
public sealed class LiveTests
{
    private const double Loss = 0.2;

    private static readonly int LastDay = PlayedSalesLog.IsWhole ? 20251226 : 20251211;

    private static readonly string[] RecoverablePerUser =
    [
        "calls_out", "calls_in", "calls_connected", "calls_over_30s", "calls_out_over_30s", "calls_in_over_30s", "talk_seconds", "callbacks", "info_calls",
        "missed_calls", "missed_returned", "leads_created", "tasks_closed", "tasks_closed_late", "work_seconds",
    ];

    private static readonly string[] RecoverableForTheCompany =
        ["leads_processed", "deals_won", "deals_lost", "won_sum", "contracts", "proposals_created"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    public async Task What_is_told_badly_and_reconciled_equals_what_is_read_at_once(DatabaseKind kind)
    {
        Assert.SkipUnless(File.Exists(RepositoryRoot.SalesTimeline), "needs ../shared/data/sales-timeline.jsonl.gz beside the repository");
        var lines = Lines();
        var installedAt = lines[lines.Count * 4 / 5].GetProperty("t").GetDateTimeOffset();
        await using var life = await PlayedSalesLog.StartAsync(kind, installedAt, options =>
            (options.EventLossShare, options.EventDuplicateShare, options.EventReorderWindow) = (Loss, 0.1, 20));
        await life.InstallAsync(await life.ServeAsync());
        await life.RunAsync("rules", "put", Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json"));
        await life.PlayAsync(PlayedSalesLog.Moscow(LastDay).AddHours(26));

        // The night after the last day reconciles and closes.
        life.Clock.Advance(TimeSpan.FromSeconds(1));
        await life.DoneAsync(CalendarJob.DailyClose, PlayedSalesLog.Moscow(LastDay).AddHours(26));
        await life.QuietAsync();

        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        await using var fresh = await AddonUnderTest.StartAsync(
            database.ConnectionString, life.Portal.WebhookUrl, life.Clock, options => options.RequestTimeout = TimeSpan.FromHours(2), cancellationToken: Stop);
        Assert.Empty((await fresh.SyncAsync(Stop)).Failures);
        var whole = await fresh.ReportAsync(20250927, LastDay, Stop, byDay: true);
        var told = await life.ReportAsync(20250927, LastDay);

        AreEqual("rows", RecoverablePerUser);
        AreEqual("unattributed", RecoverablePerUser);
        AreEqual("total", [.. RecoverablePerUser, .. RecoverableForTheCompany]);

        await MeasuresItsLossAsync(life);
        Assert.NotEmpty(await life.ReplayedVerdictsAsync());
        await life.NothingIsDoubledAsync();
        NamesWhatWasNotSeen(whole, told, lines, installedAt);

        void AreEqual(string part, string[] metrics)
        {
            var (expected, actual) = (Figures(whole, part, metrics), Figures(told, part, metrics));
            Assert.NotEmpty(expected);
            Assert.True(expected.SequenceEqual(actual), $"{part}: at once [{string.Join("; ", expected.Except(actual))}], told [{string.Join("; ", actual.Except(expected))}]");
        }
    }

    /// <summary>The portal lost a fifth of the posts; the reconciliation found objects that no post had told of.</summary>
    private static async Task MeasuresItsLossAsync(PlayedSalesLog life)
    {
        var counters = life.Portal.Counters;
        Assert.InRange((double)counters.EventsLost / counters.EventsQueued, Loss - 0.02, Loss + 0.02);
        Assert.Equal(0, counters.EventsFailed);
        await using var db = life.Storage.Open(life.Row.Id);
        foreach (var kind in (await db.Deliveries.AsNoTracking().ToListAsync(Stop)).GroupBy(d => d.Kind))
        {
            var (received, read, healed, lost) = (kind.Sum(d => d.Received), kind.Sum(d => d.Read), kind.Sum(d => d.Healed), kind.Sum(d => d.Lost));
            Say($"{kind.Key}: {received} posts, {read} objects read, {healed} healed, {lost} of them lost");

            // A call has one post: the share that was measured is the share that was lost.
            if (kind.Key == FactKind.Call)
            {
                Assert.InRange((double)lost / (lost + read), Loss - 0.05, Loss + 0.05);
            }
        }
    }

    /// <summary>Names where the person or a passing state had to be seen, and was not seen as it is read at once, or at all.</summary>
    private static void NamesWhatWasNotSeen(JsonElement whole, JsonElement told, List<JsonElement> lines, DateTimeOffset installedAt)
    {
        var metrics = told.GetProperty("total").GetProperty("metrics").EnumerateObject().Select(m => m.Name).Except(RecoverablePerUser).ToArray();
        var (atOnce, live) = (Figures(whole, "rows", metrics), Figures(told, "rows", metrics));
        var different = atOnce.Except(live).Concat(live.Except(atOnce)).ToList();
        foreach (var metric in different.GroupBy(line => line.Split(' ')[2]).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Say($"{metric.Key}: {metric.Count()} figures of people and days differ from one reading");
        }

        Assert.NotEmpty(different);

        // A quote that left the stage before anybody looked may be missing; none may be too much. One reading sees only those that stand there.
        var sent = lines.Where(l => Is(l, "quote") && l.GetProperty("fields").TryGetProperty("stageId", out var stage) && stage.GetString() == "SENT"
            && l.GetProperty("t").GetDateTimeOffset() is var at && at >= installedAt && at < PlayedSalesLog.Moscow(LastDay).AddDays(1)).Select(Id).Distinct().Count();
        var next = PortalDays.ToDate(int.Parse(installedAt.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)).PlusDays(1);
        decimal Sent(JsonElement report) => PortalDays.Range(PortalDays.ToDay(next), LastDay).Sum(
            day => new ReportFigures(report).Of("total", PortalDays.ToIso(day))?.GetProperty("proposals_sent").GetDecimal() ?? 0);
        var (seen, standing) = (Sent(told), Sent(whole));
        Say($"proposals_sent from the day after the installation: {seen} seen live, {standing} by one reading; {sent} quotes were sent since the installation");
        Assert.InRange(seen, standing + 1, sent);
    }

    /// <summary>One text a figure: who, when, which, how many; what is zero is left out.</summary>
    private static List<string> Figures(JsonElement report, string part, string[] metrics)
    {
        var rows = part == "rows" ? report.GetProperty(part) : report.GetProperty(part).GetProperty("days");
        return [.. from row in rows.EnumerateArray()
                   from metric in metrics
                   let value = row.GetProperty("metrics").GetProperty(metric)
                   where value.ValueKind == JsonValueKind.Number && value.GetDecimal() != 0
                   orderby row.GetProperty("date").GetString()
                   select $"{row.GetProperty("date")} {(part == "rows" ? row.GetProperty("userId").ToString() : part)} {metric} {value}"];
    }

    private static bool Is(JsonElement line, string table) => line.GetProperty("table").GetString() == table;

    private static long Id(JsonElement line) => line.GetProperty("id").GetInt64();

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    private static List<JsonElement> Lines()
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(RepositoryRoot.SalesTimeline), CompressionMode.Decompress));
        var lines = new List<JsonElement>();
        while (file.ReadLine() is { } line)
        {
            lines.Add(JsonDocument.Parse(line).RootElement);
        }

        return lines;
    }
}
