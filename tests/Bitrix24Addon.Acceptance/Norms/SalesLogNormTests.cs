using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Norms;

/// <summary>
/// A norm over a month of a real sales log: 25 calls over 30 seconds a full-time day for department 11. What is expected is counted here,
/// straight from the lines of the log.
/// </summary>
public sealed class SalesLogNormTests
{
    private const int Target = 25;

    // November 2025 in Russia: the 1st, a Saturday, is worked and an hour shorter; the 3rd and 4th are days off.
    private static readonly Dictionary<int, int> UnusualHours = new() { [1] = 7, [3] = 0, [4] = 0 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task What_if_and_close_of_a_month_say_what_the_lines_of_the_log_say(DatabaseKind kind)
    {
        Assert.SkipUnless(File.Exists(RepositoryRoot.SalesTimeline), "needs ../shared/data/sales-timeline.jsonl.gz beside the repository");
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimelinePath = RepositoryRoot.SalesTimeline }, Stop);
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var addon = await AddonUnderTest.StartAsync(database.ConnectionString, portal.WebhookUrl, TimeProvider.System, cancellationToken: Stop);
        await addon.SyncAsync(Stop);
        var row = (await addon.Registry.FindAsync(addon.Portal.Key, Stop))!;
        var document = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "examples", "norm-calls.json"), Stop);
        var expected = Expected();
        Assert.Contains(expected, line => line.Contains("met", StringComparison.Ordinal));
        Assert.Contains(expected, line => line.Contains("below", StringComparison.Ordinal));

        var rules = new RuleBook(addon.Storage, addon.Registry, new FakeTimeProvider(PortalDays.ToDate(20251031).AtMidnight().InUtc().ToDateTimeOffset()));
        var rule = (NormRule)await rules.ReadAsync(row, document, Stop);
        var whatIf = await new NormWhatIf(addon.Storage, addon.Time).RunAsync(row, rule, 20251101, 20251130, Stop);
        Assert.Equal(expected, whatIf.Select(v => Line(v.Day, v.UserId, v.Decision.Outcome, v.Decision.Arithmetic)).Order(StringComparer.Ordinal));

        await rules.PutAsync(row, document, Stop);
        for (var day = 20251101; day <= 20251130; day++)
        {
            // Two in the morning of the next day in Moscow, as the calendar has it.
            var close = new NormClose(addon.Storage, new FakeTimeProvider(PortalDays.ToDate(day).AtMidnight().PlusHours(23).InUtc().ToDateTimeOffset()));
            var states = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => close.RunAsync(row, day, null, Stop), Stop)));
            Assert.Equal([NormCloseState.Closed, NormCloseState.AlreadyClosed], states.Select(s => s.State).Order());
        }

        await using var db = addon.Storage.Open(row.Id);
        var verdicts = await db.Verdicts.AsNoTracking().ToListAsync(Stop);
        Assert.Equal(expected, verdicts.Select(Line).Order(StringComparer.Ordinal));
        var effects = (await db.Effects.AsNoTracking().ToListAsync(Stop)).ConvertAll(e => Outbox.Read(e.Document));
        Assert.Equal(
            verdicts.Where(v => v.Outcome == "below").Select(v => $"norm:calls-over-30s:1:{v.UserId}:{v.Day}").Order(StringComparer.Ordinal),
            effects.OfType<CreateTask>().Select(t => t.Key).Order(StringComparer.Ordinal));

        // The head of the department above; the company above that has no head, so its message goes to the owner of the webhook.
        var daysBelow = verdicts.Where(v => v.Outcome == "below").Select(v => v.Day).Distinct().Order().ToList();
        Assert.All(new[] { "1", "2" }, dialog => Assert.Equal(daysBelow, effects.OfType<SendReport>().Where(m => m.DialogId == dialog).Select(m => m.FromDay).Order()));
        Assert.All(effects.OfType<SendReport>(), m => Assert.True(m is { DialogId: "1", DepartmentId: 1 } or { DialogId: "2", DepartmentId: 10 } && m.Message.Length <= 20_000));

        var replay = new NormReplay(addon.Storage);
        foreach (var verdict in verdicts.Where(v => v.Day % 7 == 0))
        {
            Assert.True((await replay.RunAsync(verdict, Stop)).IsSame);
        }
    }

    internal static string Line(VerdictRow verdict)
    {
        var counted = JsonDocument.Parse(verdict.Document).RootElement.GetProperty("arithmetic");
        decimal? Of(string name) => counted.TryGetProperty(name, out var value) ? value.GetDecimal() : null;
        return Line(verdict.Day, verdict.UserId, verdict.Outcome, Of("actual"), Of("required"));
    }

    internal static string Line(int day, long user, NormOutcome outcome, NormArithmetic counted) =>
        Line(day, user, NormWords.CodeOf(outcome), counted.Actual, counted.Required);

    private static string Line(int day, long user, string outcome, decimal? actual, decimal? required) =>
        string.Create(CultureInfo.InvariantCulture, $"{day} {user} {outcome} {actual:0} {(required is null ? "-" : $"{required:0}")}");

    /// <summary>The same list counted by hand: each call of a person once, the connected row of it, longer than 30 seconds, of type 1 to 3.</summary>
    /// <param name="knownBefore">Lines from this moment on are not known yet: calls appear when they end; null knows all.</param>
    internal static List<string> Expected(DateTimeOffset? knownBefore = null)
    {
        var people = new SortedDictionary<long, bool>();
        var rows = new Dictionary<long, Dictionary<string, JsonElement>>();
        foreach (var line in Lines().TakeWhile(l => knownBefore is null || l.GetProperty("t").GetDateTimeOffset() < knownBefore))
        {
            var (table, id, fields) = (line.GetProperty("table").GetString(), line.GetProperty("id").GetInt64(), line.GetProperty("fields"));
            if (table == "user" && fields.TryGetProperty("UF_DEPARTMENT", out var departments))
            {
                people[id] = departments.EnumerateArray().Any(d => d.GetInt64() == 11);
            }
            else if (table == "call")
            {
                rows.TryAdd(id, []);
                foreach (var field in fields.EnumerateObject())
                {
                    rows[id][field.Name] = field.Value;
                }
            }
        }

        var counted = rows.Values.Where(c => c["PORTAL_USER_ID"].ValueKind == JsonValueKind.Number && c["CALL_TYPE"].GetInt32() is 1 or 2 or 3
                && c["CALL_FAILED_CODE"].GetString() == "200" && c["CALL_DURATION"].GetInt32() > 30)
            .Select(c => (CallId: c["CALL_ID"].GetString(), User: c["PORTAL_USER_ID"].GetInt64(),
                Date: c["CALL_START_DATE"].GetDateTimeOffset().ToOffset(TimeSpan.FromHours(3)).Date))
            .DistinctBy(c => (c.CallId, c.User)).Where(c => c.Date is { Year: 2025, Month: 11 }).CountBy(c => (c.Date.Day, c.User)).ToDictionary();
        var expected = new List<string>();
        foreach (var user in people.Where(p => p.Value).Select(p => p.Key))
        {
            for (var day = 1; day <= 30; day++)
            {
                var weekday = new DateOnly(2025, 11, day).DayOfWeek;
                var hours = UnusualHours.TryGetValue(day, out var unusual) ? unusual : weekday is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 8;
                var calls = counted.GetValueOrDefault((day, user));
                expected.Add(hours == 0
                    ? Line(20251100 + day, user, "noVerdict", calls, null)
                    : Line(20251100 + day, user, calls >= Target ? "met" : "below", calls, Target));
            }
        }

        return [.. expected.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<JsonElement> Lines()
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(RepositoryRoot.SalesTimeline), CompressionMode.Decompress));
        while (file.ReadLine() is { } line)
        {
            yield return JsonDocument.Parse(line).RootElement;
        }
    }
}
