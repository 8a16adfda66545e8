using System.IO.Compression;
using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Handoffs;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Storage;
using Bitrix24Addon.WorkingTime;
using NodaTime;

namespace Bitrix24Addon.Acceptance.SalesLog;

/// <summary>How soon leads and deals of the log are called about, beside what its lines say without any of our code.</summary>
public sealed class FirstActionTests
{
    private static readonly DateTime Monday = new(2025, 9, 22);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Report_and_what_if_say_what_the_lines_of_the_log_say(DatabaseKind kind)
    {
        Assert.SkipUnless(File.Exists(RepositoryRoot.SalesTimeline), "needs ../shared/data/sales-timeline.jsonl.gz beside the repository");
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimelinePath = RepositoryRoot.SalesTimeline }.WithoutLimits(), Stop);
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        await using var addon = await AddonUnderTest.StartAsync(database.ConnectionString, portal.WebhookUrl, TimeProvider.System, cancellationToken: Stop);
        IReadOnlyList<WorkHours> day = [new WorkHours(new LocalTime(9, 0), new LocalTime(18, 0))];
        var log = await LogAsync();
        await addon.Registry.PutSettingsAsync(
            addon.Portal,
            new PortalSettings
            {
                Schedules = new WorkScheduleSettings
                {
                    Default = new WorkSchedule
                    {
                        Week = new[] { IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday }.ToDictionary(d => d, _ => day),
                        FollowsProductionCalendar = false,
                    },
                },
                Tiers = new Dictionary<Tier, TierMembers> { [Tier.ClientManagers] = new() { Departments = [1] } },
            },
            Stop);
        Assert.Empty((await addon.SyncAsync(Stop)).Failures);

        var report = await addon.ReportAsync(20250927, 20251226, Stop);
        var expected = log.Cases.Where(c => c.UserId is not null).ToList();
        Assert.True(expected.Count > 5_000);
        Assert.Equal(MedianOf(expected), MinutesOf(report.GetProperty("total")));
        Assert.Equal(
            expected.GroupBy(c => c.UserId!.Value).OrderBy(g => g.Key).Select(g => (g.Key, MedianOf([.. g]))),
            report.GetProperty("rows").EnumerateArray().Select(r => (r.GetProperty("userId").GetInt64(), MinutesOf(r))).Where(r => r.Item2 is not null).OrderBy(r => r.Item1));
        Assert.Equal(
            log.Departments.Select(d => (Id: d, Cases: expected.FindAll(c => log.IsIn(c.UserId!.Value, d)))).Where(d => d.Cases.Count > 0).Select(d => (d.Id, MedianOf(d.Cases))),
            report.GetProperty("departments").EnumerateArray().Select(d => (d.GetProperty("departmentId").GetInt64(), MinutesOf(d))).Where(d => d.Item2 is not null).OrderBy(d => d.Item1));

        var rule = (HandoffRule)RuleDocument.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Folder, "examples", "handoff-first-call.json"), Stop));
        var whatIf = await new HandoffWhatIf(addon.Storage, TimeProvider.System).RunAsync((await addon.Registry.FindAsync(addon.Portal.Key, Stop))!, rule, 20250927, 20251226, Stop);
        var deals = log.Cases.Where(c => c.IsDeal).ToList();
        Assert.Equal(
            deals.Where(c => c.UserId is not null).OrderBy(c => c.Id).Select(c => (c.Id, c.UserId, c.Minutes, IsLate: c.Seconds > 60 * 60)),
            whatIf.Where(h => h.TakenAtMs is not null).OrderBy(h => h.Id).Select(h => (h.Id, h.UserId, (long?)h.Minutes, IsLate: h.Outcome == HandoffHindsight.Late)));

        // Of those that nobody has called about, all are late by now.
        var open = whatIf.Where(h => h.TakenAtMs is null).ToList();
        Assert.Equal(deals.Where(c => c.UserId is null).Select(c => c.Id).Order(), open.Select(h => h.Id).Order());
        Assert.All(open, h => Assert.True(h is { Outcome: HandoffHindsight.Late, IsEscalated: true }));
        var tally = HandoffTally.Of(whatIf);
        Assert.Equal((deals.Count, deals.Count(c => c.UserId is not null && c.Seconds <= 3600)), (tally.Count, tally.InTime));
        Assert.Equal(tally.Late, tally.Escalated);
    }

    private static decimal? MinutesOf(JsonElement line) =>
        line.GetProperty("metrics").GetProperty("first_action_minutes") is { ValueKind: JsonValueKind.Number } minutes ? minutes.GetDecimal() : null;

    private static decimal? MedianOf(IReadOnlyCollection<Case> cases)
    {
        var minutes = cases.Select(c => c.Minutes!.Value).Order().ToList();
        return minutes.Count % 2 == 1 ? minutes[minutes.Count / 2] : (minutes[(minutes.Count / 2) - 1] + minutes[minutes.Count / 2]) / 2m;
    }

    /// <summary>Seconds from nine to six, Monday to Friday, counted on the clock of Moscow.</summary>
    private static long WorkedSeconds(DateTime from, DateTime to)
    {
        var seconds = 0L;
        for (var day = from.Date; day <= to.Date; day = day.AddDays(1))
        {
            if ((day - Monday).Days % 7 < 5)
            {
                var (start, end) = (Later(from, day.AddHours(9)), Later(to, DateTime.MinValue) < day.AddHours(18) ? to : day.AddHours(18));
                seconds += end > start ? (long)(end - start).TotalSeconds : 0;
            }
        }

        return seconds;

        static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;
    }

    private static async Task<Log> LogAsync()
    {
        var (created, leadOf) = (new Dictionary<(string Table, long Id), DateTime>(), new Dictionary<long, long>());
        var (calls, ownerOf) = (new Dictionary<string, (DateTime At, long UserId)>(), new List<(string CallId, string Table, long OwnerId)>());
        var (departmentsOf, parentOf) = (new Dictionary<long, long[]>(), new Dictionary<long, long?>());
        await using var file = File.OpenRead(RepositoryRoot.SalesTimeline);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var (table, id, fields) = (json.RootElement.GetProperty("table").GetString()!, json.RootElement.GetProperty("id").GetInt64(), json.RootElement.GetProperty("fields"));
            if (table is "lead" or "deal")
            {
                created.TryAdd((table, id), json.RootElement.GetProperty("t").GetDateTimeOffset().DateTime);
                if (fields.TryGetProperty("leadId", out var lead) && lead.ValueKind == JsonValueKind.Number)
                {
                    leadOf[id] = lead.GetInt64();
                }
            }
            else if (table == "call" && fields.GetProperty("PORTAL_USER_ID") is { ValueKind: JsonValueKind.Number } user && user.GetInt64() > 1)
            {
                calls[fields.GetProperty("CALL_ID").GetString()!] = (fields.GetProperty("CALL_START_DATE").GetDateTimeOffset().DateTime, user.GetInt64());
            }
            else if (table == "activity" && fields.GetProperty("OWNER_TYPE_ID").GetInt32() is 1 or 2)
            {
                var ownerTable = fields.GetProperty("OWNER_TYPE_ID").GetInt32() == 1 ? "lead" : "deal";
                ownerOf.Add((fields.GetProperty("ORIGIN_ID").GetString()!["VI_".Length..], ownerTable, fields.GetProperty("OWNER_ID").GetInt64()));
            }
            else if (table == "user")
            {
                departmentsOf[id] = [.. fields.GetProperty("UF_DEPARTMENT").EnumerateArray().Select(d => d.GetInt64())];
            }
            else if (table == "department")
            {
                parentOf[id] = fields.GetProperty("PARENT") is { ValueKind: JsonValueKind.Number } parent ? parent.GetInt64() : null;
            }
        }

        var callsOf = ownerOf.Where(o => calls.ContainsKey(o.CallId)).ToLookup(o => (o.Table, o.OwnerId), o => calls[o.CallId]);
        var cases = created.Select(c =>
        {
            var about = callsOf[c.Key].Concat(c.Key.Table == "deal" && leadOf.TryGetValue(c.Key.Id, out var lead) ? callsOf[("lead", lead)] : []);
            var first = about.Where(call => call.At >= c.Value).OrderBy(call => call.At).FirstOrDefault();
            var seconds = first.UserId > 0 ? WorkedSeconds(c.Value, first.At) : (long?)null;
            return new Case(c.Key.Table == "deal", c.Key.Id, first.UserId > 0 ? first.UserId : null, seconds);
        });
        return new Log([.. cases], departmentsOf, parentOf);
    }

    private sealed record Case(bool IsDeal, long Id, long? UserId, long? Seconds)
    {
        public long? Minutes => Seconds / 60;
    }

    private sealed record Log(List<Case> Cases, Dictionary<long, long[]> DepartmentsOf, Dictionary<long, long?> ParentOf)
    {
        public IEnumerable<long> Departments => ParentOf.Keys.Order();

        public bool IsIn(long userId, long department) => DepartmentsOf.GetValueOrDefault(userId, []).Any(own => Upwards(own).Contains(department));

        private IEnumerable<long> Upwards(long department)
        {
            for (long? above = department; above is { } id; above = ParentOf.GetValueOrDefault(id))
            {
                yield return id;
            }
        }
    }
}
