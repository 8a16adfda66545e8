using System.Globalization;
using System.Text.Json;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Text;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>
/// A portal in Berlin with a sales department (10, head 2) and a call centre below it (11: users 7, 8, 9), read to its end, on a Wednesday
/// night. User 9 works half days.
/// </summary>
internal sealed class JudgedPortal
{
    public const int Wednesday = 20250305;

    private const string Schedules = """
        "schedules": {"byUser": {"9": {"week": {"monday": ["09:00-13:00"], "tuesday": ["09:00-13:00"], "wednesday": ["09:00-13:00"], "thursday": ["09:00-13:00"], "friday": ["09:00-13:00"]}}}}
        """;

    public const string Settings = "{\"language\": \"en\", \"timeZone\": \"Europe/Berlin\", " + Schedules + "}";

    public const string Rule = """
        {"kind": "norm", "id": "calls", "name": {"ru": "Звонки", "en": "Calls"}, "metric": "calls_over_30s", "targets": [{"scope": {"department": 11}, "perDay": 4}]}
        """;

    private long _read = At("2025-03-06T01:00:00");
    private long _ids;

    private JudgedPortal(PortalUnderTest portal) => Portal = portal;

    public PortalUnderTest Portal { get; }

    public AddonStorage Storage => Portal.Storage;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(At("2025-03-06T02:00:00")));

    public NormClose Close => new(Storage, Time);

    /// <summary>The clock by which rules are saved: before the days that they judge.</summary>
    public FakeTimeProvider RuleTime { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(At("2025-02-01T09:00:00")));

    public RuleBook Rules => new(Storage, new PortalRegistry(Storage, RuleTime), RuleTime);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Unix milliseconds of a local time in Berlin.</summary>
    public static long At(string local) =>
        LocalDateTimePattern.GeneralIso.Parse(local).Value.InZoneStrictly(DateTimeZoneProviders.Tzdb[PortalUnderTest.Zone]).ToInstant().ToUnixTimeMilliseconds();

    public static async Task<JudgedPortal> StartAsync(AddonStorage storage, string rule = Rule, string key = "norms.example")
    {
        var judged = new JudgedPortal(await PortalUnderTest.StartAsync(storage, key, Stop));
        await judged.SetAsync(Settings);
        await judged.SeeAsync(
            new(FactKind.Department, 10, 0, new DepartmentFact(null, 2, "Sales [b]")), new(FactKind.Department, 11, 0, new DepartmentFact(10, null, "Call centre")),
            new(FactKind.User, 1, 0, new UserFact(true, [11])), new(FactKind.User, 2, 0, new UserFact(true, [10])), new(FactKind.User, 7, 0, new UserFact(true, [11])),
            new(FactKind.User, 8, 0, new UserFact(true, [11])), new(FactKind.User, 9, 0, new UserFact(true, [11])), new(FactKind.User, 6, 0, new UserFact(false, [11])));
        await judged.ReadThroughAsync("2025-03-06T01:00:00");
        await using var db = storage.Open(judged.Portal.Row.Id);
        string[] sources = ["users", "leads", "deals", "quotes", "lead_stages", "deal_stages", "tasks", "activities", "calls", "working_days", "absences", "payments", "invoices", "invoice_stages", "calendar"];
        db.Cursors.AddRange(sources.Select(name => new SourceCursorRow { Source = name, Complete = true }));
        await db.SaveChangesAsync(Stop);
        await judged.PutAsync(rule);
        return judged;
    }

    public async Task<PortalRow> RowAsync() => (await Portal.Registry.FindAsync(Portal.Row.Key, Stop))!;

    public Task PutRuleAsync(string rule, string savedAt)
    {
        RuleTime.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(At(savedAt)));
        return PutAsync(rule);
    }

    private async Task PutAsync(string rule) => await Rules.PutAsync(await RowAsync(), rule, Stop);

    public async Task SetAsync(string settings) => await Portal.Registry.PutSettingsAsync(await RowAsync(), PortalSettings.Parse(settings), Stop);

    /// <summary>The next night: read again, and to be closed.</summary>
    public async Task NextNightAsync(string date, TimeSpan after)
    {
        Time.Advance(after);
        await ReadThroughAsync($"{date}T01:00:00");
    }

    public async Task ReadThroughAsync(string local)
    {
        await using var db = Storage.Open(Portal.Row.Id);
        await db.Portals.Where(p => p.Id == db.PortalId).ExecuteUpdateAsync(set => set.SetProperty(p => p.LastSyncStartedAtMs, At(local)), Stop);
    }

    /// <summary>The portal does not let a list be read.</summary>
    public async Task RefuseAsync(string source)
    {
        await using var db = Storage.Open(Portal.Row.Id);
        await db.Cursors.Where(c => c.Source == source).ExecuteUpdateAsync(set => set.SetProperty(c => c.Complete, false).SetProperty(c => c.Failure, "AccessDenied"), Stop);
    }

    /// <summary>The portal lets a list be read, but not the records of some people.</summary>
    public async Task HideAsync(string source, params long[] people)
    {
        await using var db = Storage.Open(Portal.Row.Id);
        await db.Cursors.Where(c => c.Source == source).ExecuteUpdateAsync(set => set.SetProperty(c => c.UnseenPeople, people), Stop);
    }

    public Task SeeAsync(params Observation[] observations) => Portal.ApplyAsync(observations, _read += 1000, null, Stop);

    /// <summary>Sees what was not there before: it is known from then on only.</summary>
    public Task LearnAsync(string local, params Observation[] observations) => Portal.ApplyAsync(observations, _read += 1000, At(local), Stop);

    /// <summary>So many connected calls of a person on a day, a minute each.</summary>
    public Observation[] Calls(long userId, int count, string date = "2025-03-05") => [.. Enumerable.Range(0, count).Select(i => Call(++_ids, userId, $"{date}T10:{i:00}:00"))];

    public static Observation Call(long id, long userId, string local, long seconds = 60) =>
        new(FactKind.Call, id, At(local), new CallFact($"c{id}", userId, 1, "200", seconds, null, null, null));

    public static Observation Absence(long id, long userId, string from, string to) =>
        new(FactKind.Absence, id, At(from), new AbsenceFact(userId, At(from), At(to)));

    /// <summary>An absence of whole days, as calendars tell it.</summary>
    public static Observation DaysOff(long id, long userId, string first, string last)
    {
        var (from, to) = (LocalDatePattern.Iso.Parse(first).Value, LocalDatePattern.Iso.Parse(last).Value);
        var (fromMs, toMs) = (At($"{first}T00:00:00"), At($"{LocalDatePattern.Iso.Format(to.PlusDays(1))}T00:00:00"));
        return new(FactKind.Absence, id, fromMs, new AbsenceFact(userId, fromMs, toMs, PortalDays.ToDay(from), PortalDays.ToDay(to)));
    }

    public async Task<NormCloseResult> CloseAsync(int day = Wednesday) => await Close.RunAsync(await RowAsync(), day, null, Stop);

    public async Task<int> CorrectAsync(int from = Wednesday, int to = Wednesday) => await Close.CorrectAsync(await RowAsync(), from, to, null, Stop);

    public async Task<List<VerdictRow>> VerdictsAsync()
    {
        await using var db = Storage.Open(Portal.Row.Id);
        return await db.Verdicts.AsNoTracking().OrderBy(v => v.Day).ThenBy(v => v.RuleId).ThenBy(v => v.UserId).ThenBy(v => v.Revision).ToListAsync(Stop);
    }

    /// <summary>Verdicts in short: <c>7 below 3/4</c>, <c>8 noVerdict absentAllDay</c>, with the revision where it is not the first.</summary>
    public async Task<List<string>> SaidAsync(int day = Wednesday) =>
    [
        .. (await VerdictsAsync()).Where(v => v.Day == day).Select(v =>
        {
            var counted = JsonDocument.Parse(v.Document).RootElement.GetProperty("arithmetic");
            var said = v.Reason.Length > 0 ? v.Reason : $"{counted.GetProperty("actual").GetDecimal():0}/{counted.GetProperty("required").GetDecimal():0}";
            return string.Create(CultureInfo.InvariantCulture, $"{v.UserId}{(v.Revision > 1 ? $"#{v.Revision}" : "")} {v.Outcome} {said}");
        }),
    ];

    public async Task<List<Effect>> EffectsAsync()
    {
        await using var db = Storage.Open(Portal.Row.Id);
        return (await db.Effects.AsNoTracking().OrderBy(e => e.Id).ToListAsync(Stop)).ConvertAll(e => Outbox.Read(e.Document));
    }
}
