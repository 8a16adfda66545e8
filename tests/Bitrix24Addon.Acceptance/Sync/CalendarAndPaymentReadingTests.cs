using System.Text.Json;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>What is no plain list: payments without the list of the shop, absences, and calendar entries by id.</summary>
public sealed class CalendarAndPaymentReadingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Without_the_list_of_payments_those_of_changed_deals_are_read_and_the_gap_is_named(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(
            kind, null, p => p.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except(["sale"])),
            PortalFixture.Line("02T09:00:00", "add", "user", 101, """{"NAME":"Сотрудник"}"""),
            PortalFixture.Line("02T09:00:00", "add", "deal", 1, """{"title":"1","assignedById":101}"""),
            PortalFixture.Line("02T09:00:00", "add", "deal", 2, """{"title":"2","assignedById":101}"""),
            PortalFixture.Line("03T09:00:00", "add", "payment", 1, """{"entityTypeId":2,"entityId":1,"sum":10,"paid":"Y"}"""),
            PortalFixture.Line("03T09:00:00", "add", "payment", 2, """{"entityTypeId":2,"entityId":2,"sum":20,"paid":"Y"}"""));

        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal((0m, true), await PaymentsAsync(portal));

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        portal.Fixture.Apply("18T12:30:00", "update", "deal", 2, """{"title":"two"}""");
        portal.Fixture.Portal.ClearRecordedCalls();
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal((20m, true), await PaymentsAsync(portal));
        Assert.Equal(1, portal.Portal.RecordedCalls.Count(call => call.Method == "crm.item.payment.list"));

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        portal.Fixture.Apply("18T13:30:00", "delete", "payment", 2);
        portal.Fixture.Apply("18T13:31:00", "update", "deal", 2, """{"title":"zwei"}""");
        Assert.Equal(1, (await portal.Addon.SyncAsync(Stop)).Deleted);
        Assert.Equal((0m, true), await PaymentsAsync(portal));

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        await portal.UseWebhookAsync(portal.Portal.WebhookUrl);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal((10m, false), await PaymentsAsync(portal));
    }

    [Theory, EveryDatabase]
    public async Task Absences_are_whole_days_or_hours_up_to_a_month_ahead_and_one_that_was_shortened_is_another(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(
            kind, null, null,
            PortalFixture.Line("02T09:00:00", "add", "user", 101, """{"NAME":"Сотрудник"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":101,"NAME":"Отпуск","DATE_FROM":"2026-03-10","DATE_TO":"2026-03-20","DT_SKIP_TIME":"Y","ACCESSIBILITY":"absent"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 2, """{"OWNER_ID":101,"NAME":"Врач","DATE_FROM":"2026-04-02T12:00:00+03:00","DATE_TO":"2026-04-02T13:30:00+03:00","ACCESSIBILITY":"absent"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 3, """{"OWNER_ID":101,"NAME":"Летом","DATE_FROM":"2026-07-01","DATE_TO":"2026-07-01","DT_SKIP_TIME":"Y","ACCESSIBILITY":"absent"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 4, """{"OWNER_ID":101,"NAME":"Занят","DATE_FROM":"2026-03-10","DATE_TO":"2026-03-10","DT_SKIP_TIME":"Y"}"""));

        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal(["101 2026-03-10T00:00 2026-03-21T00:00 20260310-20260320", "101 2026-04-02T12:00 2026-04-02T13:30"], await AbsencesAsync(portal));

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        portal.Fixture.Apply("18T12:30:00", "update", "event", 1, """{"DATE_TO":"2026-03-12"}""");
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal(["101 2026-03-10T00:00 2026-03-13T00:00 20260310-20260312", "101 2026-04-02T12:00 2026-04-02T13:30"], await AbsencesAsync(portal));

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await portal.Addon.SyncAsync(Stop)).Recorded);
    }

    [Theory, EveryDatabase]
    public async Task After_a_change_of_the_zone_calendars_are_read_anew_and_say_what_they_would_have_said_at_once(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(
            kind, null, null,
            PortalFixture.Line("02T09:00:00", "add", "user", 101, """{"NAME":"Сотрудник"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":101,"NAME":"Выезд","DATE_FROM":"2026-01-10","DATE_TO":"2026-01-10","DT_SKIP_TIME":"Y"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 2, """{"OWNER_ID":101,"NAME":"Ночная сводка","DATE_FROM":"2026-01-09T23:00:00+03:00","DATE_TO":"2026-01-09T23:30:00+03:00","RRULE":{"FREQ":"DAILY","INTERVAL":1}}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 3, """{"OWNER_ID":101,"NAME":"Отпуск","DATE_FROM":"2026-01-12","DATE_TO":"2026-01-13","DT_SKIP_TIME":"Y","ACCESSIBILITY":"absent"}"""));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        var inMoscow = await CalendarAsync(portal);

        // By settings, and by the profile of the owner, who moves; nothing is left of the days of before, though they lie before those that
        // every run reads again.
        var settings = new PortalSettings { TimeZone = "Asia/Vladivostok" };
        await portal.Addon.Registry.PutSettingsAsync(portal.Addon.Portal, settings, Stop);
        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        await using var fresh = await SyncedPortal.StartAsync(kind, portal.Fixture);
        await fresh.Addon.Registry.PutSettingsAsync(fresh.Addon.Portal, settings, Stop);
        Assert.Empty((await fresh.Addon.SyncAsync(Stop)).Failures);
        Assert.NotEqual(inMoscow, await CalendarAsync(portal));
        Assert.Equal(await CalendarAsync(fresh), await CalendarAsync(portal));
        Assert.Equal(await fresh.FiguresAsync(), await portal.FiguresAsync());

        await portal.Addon.Registry.PutSettingsAsync(portal.Addon.Portal, new PortalSettings(), Stop);
        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal(inMoscow, await CalendarAsync(portal));

        portal.Fixture.Apply("18T14:30:00", "update", "user", 1, """{"TIME_ZONE":"Asia/Vladivostok"}""");
        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.Equal(await CalendarAsync(fresh), await CalendarAsync(portal));
    }

    [Fact]
    public async Task Calendar_entries_read_by_id_say_what_the_calendars_say()
    {
        await using var portal = await SyncedPortal.StartAsync(
            DatabaseKind.Sqlite, null, null,
            PortalFixture.Line("02T09:00:00", "add", "user", 101, """{"NAME":"Сотрудник"}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":1,"NAME":"Встреча","DATE_FROM":"2026-03-10T12:00:00+03:00","DATE_TO":"2026-03-10T13:00:00+03:00","ATTENDEE_LIST":[{"id":101,"entryId":70,"status":"Y"}]}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 2, """{"OWNER_ID":101,"NAME":"Планёрка","DATE_FROM":"2026-03-09T10:00:00+03:00","DATE_TO":"2026-03-09T10:30:00+03:00","RRULE":{"FREQ":"DAILY","INTERVAL":4}}"""));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        var zone = DateTimeZoneProviders.Tzdb["Europe/Moscow"];

        var read = await new CalendarReader(new ManyCalls(portal.Addon.Client)).ReadEntriesAsync(
            [70, 2, 555], new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 18), Stop);

        Assert.Equal(555, read.Errors.Keys.Single());
        Assert.Equal([1L, 2], read.ReadEventIds.Order());
        var observations = new CalendarRows(new PortalSettings(), zone, PortalFixture.Now.ToUnixTimeMilliseconds()).Events(read.Rows);
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var held = await db.Facts.AsNoTracking().Where(f => f.Kind == FactKind.CalendarEvent).OrderBy(f => f.SourceId).ToListAsync(Stop);
        Assert.Equal([1L, 2, 2, 2], held.Select(f => FactKeys.RecordId(f.Kind, f.SourceId)));
        Assert.Equal(
            held.Select(f => JsonSerializer.Serialize(f.As<CalendarEventFact>())),
            observations.OrderBy(o => o.SourceId).Select(o => JsonSerializer.Serialize((CalendarEventFact)o.Payload!)));
        Assert.Equal(held.Select(f => (f.SourceId, f.OccurredAtMs)), observations.Select(o => (o.SourceId, o.OccurredAtMs)).Order());
    }

    private static async Task<(decimal Sum, bool ChangedOnly)> PaymentsAsync(SyncedPortal portal)
    {
        var report = await portal.Addon.ReportAsync(20260301, 20260318, Stop);
        return (report.GetProperty("total").GetProperty("metrics").GetProperty("payments_sum").GetDecimal(),
            report.GetProperty("completeness").GetProperty("payments").GetString()!.Split(';').Contains("changed_only"));
    }

    /// <summary>What counts of calendars now.</summary>
    private static async Task<List<string>> CalendarAsync(SyncedPortal portal)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var facts = await db.Facts.AsNoTracking().Where(f => (f.Kind == FactKind.CalendarEvent || f.Kind == FactKind.Absence) && f.IsCurrent && !f.Deleted)
            .OrderBy(f => f.Kind).ThenBy(f => f.SourceId).ToListAsync(Stop);
        Assert.NotEmpty(facts);
        return facts.ConvertAll(f => $"{f.Kind} {f.SourceId} {f.OccurredAtMs} {f.Payload}");
    }

    private static async Task<List<string>> AbsencesAsync(SyncedPortal portal)
    {
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var facts = await db.Facts.AsNoTracking().Where(f => f.Kind == FactKind.Absence && f.IsCurrent && !f.Deleted).OrderBy(f => f.OccurredAtMs).ToListAsync(Stop);
        return facts.ConvertAll(f => f.As<AbsenceFact>()).ConvertAll(a => $"{a.UserId} {Local(a.FromMs)} {Local(a.ToMs)}{(a.FirstDay is null ? "" : $" {a.FirstDay}-{a.LastDay}")}");

        static string Local(long atMs) => DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToOffset(TimeSpan.FromHours(3)).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }
}
