using System.Globalization;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Norms;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>What a portal refuses for good, or hides at once, holds nothing else up, and what is not known is named.</summary>
public sealed class RefusalTests
{
    private const int Hidden = 102;

    private static readonly string[] People =
    [
        PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна","UF_DEPARTMENT":[1]}"""),
        PortalFixture.Line("02T08:00:00", "add", "user", Hidden, """{"NAME":"Борис","UF_DEPARTMENT":[1]}"""),
        PortalFixture.Line("03T18:00:00", "add", "workday", 1, """{"userId":101,"start":"2026-03-03T09:00:00+03:00","finish":"2026-03-03T18:00:00+03:00"}"""),
        PortalFixture.Line("03T18:00:00", "add", "workday", 2, """{"userId":102,"start":"2026-03-03T09:00:00+03:00","finish":"2026-03-03T18:00:00+03:00"}"""),
        PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":101,"NAME":"Отпуск","DATE_FROM":"2026-03-10","DATE_TO":"2026-03-12","DT_SKIP_TIME":"Y","ACCESSIBILITY":"absent"}"""),
        PortalFixture.Line("02T09:00:00", "add", "event", 2, """{"OWNER_ID":102,"NAME":"Врач","DATE_FROM":"2026-03-10","DATE_TO":"2026-03-12","DT_SKIP_TIME":"Y","ACCESSIBILITY":"absent"}"""),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_batches_of_the_newer_REST_are_refused_its_calls_are_made_one_by_one()
    {
        await using var usual = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines: People);
        await usual.Addon.SyncAsync(Stop);
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines: People);
        portal.Portal.Options.RefusesVersionThreeBatch = true;

        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);

        Assert.Equal(2, await portal.CountAsync(FactKind.WorkDay));
        Assert.Equal(await usual.FactsAsync(), await portal.FactsAsync());
    }

    [Fact]
    public async Task One_person_who_may_not_be_seen_hides_nobody_else_and_is_not_asked_about_the_whole_past_again()
    {
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines: People);
        portal.Portal.Options.HiddenPeople.Add(Hidden);

        var first = await portal.Addon.SyncAsync(Stop);

        Assert.Equal(["absences", "calendar", "working_days"], first.Failures.Keys.Order());
        Assert.All(first.Failures.Values, error => Assert.True(error.IsRefusal));
        Assert.Equal(1, await portal.CountAsync(FactKind.WorkDay));
        Assert.Equal(1, await portal.CountAsync(FactKind.Absence));
        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var cursors = await db.Cursors.AsNoTracking().Where(c => first.Failures.Keys.Contains(c.Source)).ToListAsync(Stop);
        Assert.Equal(3, cursors.Count(c => c is { Complete: true, Failure: null, UnseenPeople: [Hidden], UnreadablePeople: [] }));
        foreach (var source in first.Failures.Keys)
        {
            Assert.Contains("people_unseen:1", await CompletenessAsync(portal, source), StringComparison.Ordinal);
            Assert.DoesNotContain("unavailable", await CompletenessAsync(portal, source), StringComparison.Ordinal);
        }
    }

    [Theory, EveryDatabase]
    public async Task What_vanished_is_forgotten_of_everybody_but_those_of_whom_nothing_is_told(DatabaseKind kind)
    {
        const string Times = "\"DATE_FROM\":\"2026-03-16T12:00:00+03:00\",\"DATE_TO\":\"2026-03-16T13:00:00+03:00\"";
        const string Both = "\"ATTENDEE_LIST\":[{\"id\":101,\"entryId\":5,\"status\":\"H\"},{\"id\":102,\"entryId\":50,\"status\":\"Y\"}]";
        await using var portal = await SyncedPortal.StartAsync(kind, lines:
        [
            .. People,
            PortalFixture.Line("02T09:00:00", "add", "event", 4, $$"""{"OWNER_ID":101,"NAME":"Одна",{{Times}}}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 5, $$"""{"OWNER_ID":101,"NAME":"Вместе",{{Times}},{{Both}}}"""),
        ]);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        portal.Portal.Options.HiddenPeople.Add(Hidden);
        foreach (var (entity, id) in new[] { ("event", 1), ("event", 2), ("event", 4), ("event", 5), ("workday", 1), ("workday", 2) })
        {
            portal.Fixture.Apply("18T12:10:00", "delete", entity, id);
        }

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        await portal.Addon.SyncAsync(Stop);

        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var gone = await db.Facts.AsNoTracking().Where(f => f.Deleted && f.IsCurrent).ToListAsync(Stop);
        Assert.Equal(
            ["Absence", "CalendarEvent 1", "CalendarEvent 4", "WorkDay 1"],
            gone.Select(f => f.Kind == FactKind.Absence ? "Absence" : $"{f.Kind} {FactKeys.RecordId(f.Kind, f.SourceId)}").Order(StringComparer.Ordinal));
        var left = await db.Facts.AsNoTracking().SingleAsync(f => f.Kind == FactKind.Absence && f.IsCurrent && !f.Deleted, Stop);
        Assert.Equal(Hidden, left.As<AbsenceFact>().UserId);
    }

    [Fact]
    public async Task An_absence_that_nobody_can_read_leaves_its_person_alone_in_doubt()
    {
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines: People);
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        portal.Portal.Options.PeopleWithTimesInWords.Add(Hidden);
        portal.Fixture.Apply("18T12:10:00", "delete", "event", 1);

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);

        await using var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id);
        var left = await db.Facts.AsNoTracking().SingleAsync(f => f.Kind == FactKind.Absence && f.IsCurrent && !f.Deleted, Stop);
        Assert.Equal(Hidden, left.As<AbsenceFact>().UserId);
        var cursor = await db.Cursors.AsNoTracking().SingleAsync(c => c.Source == "absences", Stop);
        Assert.True(cursor is { Complete: true, Failure: null, Unreadable: 1, UnreadablePeople: [Hidden], UnseenPeople: [] });
    }

    [Fact]
    public async Task Beside_one_of_whom_nothing_is_told_the_others_are_judged_as_ever()
    {
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines:
        [
            .. People,
            PortalFixture.Line("17T18:00:00", "add", "workday", 3, """{"userId":101,"start":"2026-03-17T09:00:00+03:00","finish":"2026-03-17T18:00:00+03:00"}"""),
            PortalFixture.Line("17T18:00:00", "add", "workday", 4, """{"userId":102,"start":"2026-03-17T09:00:00+03:00","finish":"2026-03-17T18:00:00+03:00"}"""),
        ]);
        portal.Portal.Options.HiddenPeople.Add(Hidden);
        await portal.Addon.SyncAsync(Stop);
        var row = (await portal.Addon.Registry.FindAsync(portal.Addon.Portal.Key, Stop))!;
        var rules = new RuleBook(portal.Addon.Storage, portal.Addon.Registry, new FakeTimeProvider(PortalFixture.Now.AddDays(-14)));
        foreach (var (metric, perDay) in new[] { ("work_seconds", 3600), ("calls_over_30s", 5) })
        {
            await rules.PutAsync(row, $$"""
                {"kind":"norm","id":"{{metric.Replace('_', '-')}}","name":{"ru":"Норма","en":"Norm"},"metric":"{{metric}}","targets":[{"scope":{"user":101},"perDay":{{perDay}}},{"scope":{"user":102},"perDay":{{perDay}}}]}
                """, Stop);
        }

        Assert.Equal(NormCloseState.Closed, (await new NormClose(portal.Addon.Storage, portal.Addon.Time).RunAsync(row, 20260317, null, Stop)).State);

        await using var db = portal.Addon.Storage.Open(row.Id);
        var verdicts = await db.Verdicts.AsNoTracking().OrderBy(v => v.UserId).ThenBy(v => v.RuleId).ToListAsync(Stop);
        Assert.Equal(
            [(101L, "below", "", false), (101L, "met", "", false), (102L, "below", "", true), (102L, "noVerdict", "figureUnknown", true)],
            verdicts.Select(v => (v.UserId, v.Outcome, v.Reason, v.Document.Contains("\"isWithoutAbsences\":true", StringComparison.Ordinal))));
        var tasks = (await db.Effects.AsNoTracking().ToListAsync(Stop)).ConvertAll(e => Outbox.Read(e.Document)).OfType<CreateTask>().OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        var note = Texts.Russian.Get("Norms.without_absences");
        Assert.Equal([("norm:calls-over-30s:1:101:20260317", false), ("norm:calls-over-30s:1:102:20260317", true)],
            tasks.Select(t => (t.Key, t.Description.Contains(note, StringComparison.Ordinal))));
    }

    [Theory, EveryDatabase]
    public async Task What_lies_before_the_start_of_the_history_stays_unread_when_nothing_older_is_held(DatabaseKind kind)
    {
        await using var portal = await SyncedPortal.StartAsync(kind, lines:
        [
            .. People,
            PortalFixture.Line("05T10:05:00", "add", "call", 1, """{"CALL_ID":"a","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-05T10:00:00+03:00","CALL_FAILED_CODE":"200"}"""),
            PortalFixture.Line("17T10:05:00", "add", "call", 2, """{"CALL_ID":"b","PORTAL_USER_ID":101,"CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"2026-03-17T10:00:00+03:00","CALL_FAILED_CODE":"200"}"""),
        ]);
        await portal.Addon.SyncAsync(Stop, DateTimeOffset.Parse("2026-03-10T00:00:00+03:00", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        var second = await portal.Addon.SyncAsync(Stop);

        Assert.Equal((0, 1), (second.Recorded, await portal.CountAsync(FactKind.Call)));
        Assert.Empty(await portal.NewsAsync());
    }

    [Fact]
    public async Task When_most_calendar_entries_vanish_at_once_none_is_forgotten_until_it_is_accepted()
    {
        var days = Enumerable.Range(1, 15).SelectMany(day => new[] { day, day + 100 }).ToList();
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines:
        [
            People[0],
            .. days.Select(id => PortalFixture.Line("01T08:00:00", "add", "event", id, $$"""
                {"OWNER_ID":101,"NAME":"Встреча","DATE_FROM":"2026-03-{{id % 100:00}}T12:00:00+03:00","DATE_TO":"2026-03-{{id % 100:00}}T13:00:00+03:00"}
                """)),
        ]);
        await portal.Addon.SyncAsync(Stop);
        days.ForEach(id => portal.Fixture.Apply("18T11:00:00", "delete", "event", id));

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        var synced = await portal.Addon.SyncAsync(Stop);

        Assert.Equal(PortalSync.TooMuchGone, synced.Failures["calendar"].Code);
        Assert.Empty(await portal.NewsAsync());
        Assert.Contains("too_much_gone", await CompletenessAsync(portal, "calendar"), StringComparison.Ordinal);

        portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
        await portal.Addon.SyncAsync(Stop, acceptDeletions: true);
        Assert.Equal(30, (await portal.NewsAsync()).Count(n => n.EndsWith(" gone", StringComparison.Ordinal)));
        Assert.DoesNotContain("too_much_gone", await CompletenessAsync(portal, "calendar"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_posts_are_named_with_the_metrics_that_had_to_be_seen_and_so_are_deletions_that_nobody_tells_of()
    {
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, null, p => p.AddWebhook(101), People);
        await portal.Addon.SyncAsync(Stop);
        await using (var db = portal.Addon.Storage.Open(portal.Addon.Portal.Id))
        {
            await Deliveries.AddAsync(db, new DeliveryRow { Day = 20260318, Kind = FactKind.Quote, Lost = 2 }, Stop);
            await Deliveries.AddAsync(db, new DeliveryRow { Day = 20260318, Kind = FactKind.Call, Lost = 2 }, Stop);
            await Deliveries.AddAsync(db, new DeliveryRow { Day = 20260322, Kind = FactKind.Lead, Received = 4, Lost = 2 }, Stop);
        }

        Assert.Contains("events_lost:2:proposals_created,proposals_sent", await CompletenessAsync(portal, "quotes"), StringComparison.Ordinal);
        Assert.DoesNotContain("events_lost", await CompletenessAsync(portal, "calls"), StringComparison.Ordinal);
        Assert.DoesNotContain("events_lost", await CompletenessAsync(portal, "leads"), StringComparison.Ordinal);
        Assert.Contains("deletions_unseen", await CompletenessAsync(portal, "deals"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_be_seen_at_last_is_read_from_the_beginning()
    {
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, lines: People);
        portal.Portal.Options.HiddenPeople.Add(Hidden);
        await portal.Addon.SyncAsync(Stop);
        portal.Fixture.Clock.Advance(TimeSpan.FromDays(100));
        await portal.Addon.SyncAsync(Stop);
        Assert.Equal((1, 1), (await portal.CountAsync(FactKind.WorkDay), await portal.CountAsync(FactKind.Absence)));

        portal.Portal.Options.HiddenPeople.Clear();
        foreach (var _ in new[] { "seen again", "read again" })
        {
            portal.Fixture.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        }

        Assert.Equal((2, 2), (await portal.CountAsync(FactKind.WorkDay), await portal.CountAsync(FactKind.Absence)));
        Assert.Equal("complete", await CompletenessAsync(portal, "working_days"));
    }

    private static async Task<string> CompletenessAsync(SyncedPortal portal, string source) =>
        (await portal.Addon.ReportAsync(20260318, 20260318, Stop)).GetProperty("completeness").GetProperty(source).GetString()!;
}
