using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Live;

/// <summary>Marks of invoices, of deals with their payments, and of calendar entries.</summary>
public sealed class PaymentAndCalendarMarkTests
{
    private static readonly string[] Items =
    [
        PortalFixture.Line("02T09:00:00", "add", "invoice", 1, """{"title":"Счёт","assignedById":101,"opportunity":500,"currencyId":"RUB"}"""),
        PortalFixture.Line("03T09:00:00", "add", "payment", 1, """{"entityTypeId":2,"entityId":1,"sum":10,"currency":"RUB","paid":"Y"}"""),
        PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":102,"NAME":"Встреча","DATE_FROM":"2026-03-17T12:00:00+03:00","DATE_TO":"2026-03-17T13:00:00+03:00","ATTENDEE_LIST":[{"id":101,"entryId":70,"status":"Y"}]}"""),
        PortalFixture.Line("02T09:00:00", "add", "event", 2, """{"OWNER_ID":101,"NAME":"Планёрка","DATE_FROM":"2026-03-09T10:00:00+03:00","DATE_TO":"2026-03-09T10:30:00+03:00","RRULE":{"FREQ":"DAILY","INTERVAL":4}}"""),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task An_invoice_is_paid_live(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        Assert.Equal(10, await live.FigureAsync("payments_sum", 101));
        live.At("12:10:00");
        live.Change("invoice", 1, """{"stageId":"DT31_1:P"}""");
        live.Change("payment", 7, """{"entityTypeId":31,"entityId":1,"sum":25,"currency":"RUB","paid":"Y"}""", "add");
        live.At("12:10:01");
        await live.MarkAsync(InboxKind.Invoice, 1);
        var requests = live.Portal.Counters.Requests;

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((1, 1, 0), (collected.Taken, collected.Done, collected.Remaining));
        Assert.Equal(1, live.Portal.Counters.Requests - requests);
        Assert.Equal(["Invoice 1 v2", "InvoiceMoney 1 v1", "InvoiceStage 2 v1", "Payment 7 v1", "PaymentMoney 7 v1"], await live.Synced.NewsAsync());
        Assert.Equal(35, await live.FigureAsync("payments_sum", 101));
        Assert.Equal(["Invoice received 1 read 1 healed 0 lost 0 polled 0"], await live.DeliveriesAsync());
        await NothingIsLeftToTheReconciliationAsync(live);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_s_payments_come_and_go_with_its_marks(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        live.At("12:10:00");
        live.Change("payment", 8, """{"entityTypeId":2,"entityId":1,"sum":40,"currency":"RUB","paid":"Y"}""", "add");
        live.Change("payment", 9, """{"entityTypeId":2,"entityId":2,"sum":1000,"currency":"RUB","paid":"Y"}""", "add");
        await live.MarkAsync(InboxKind.Deal, 1);

        Assert.Equal((1, 1, 0), Counts(await live.Addon.CollectAsync(Stop)));
        Assert.Equal(50, await live.FigureAsync("payments_sum", 101));

        live.At("12:20:00");
        live.Change("payment", 1, "{}", "delete");
        live.Change("payment", 8, """{"paid":"N"}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        Assert.Equal((1, 2, 1), Counts(await live.Addon.CollectAsync(Stop)));
        Assert.Equal(0, await live.FigureAsync("payments_sum", 101));
        Assert.True((await live.VersionsAsync(FactKind.Payment, 1))[^1].Deleted);

        // The other deal was not marked: its payment is found by the reconciliation, and no post was lost, for payments have none.
        live.At("12:30:00");
        Assert.Empty((await live.Addon.SyncAsync(Stop)).Healed);
        Assert.Equal(1000, await live.FigureAsync("payments_sum", 101));
        Assert.Contains("Payment received 0 read 0 healed 0 lost 0 polled 1", await live.DeliveriesAsync());
    }

    [Theory, EveryDatabase]
    public async Task Payments_that_may_not_be_read_hold_no_deal_up(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        live.Change("deal", 2, """{"assignedById":102}""");
        await live.Synced.UseWebhookAsync(live.Portal.AddWebhook(102));
        live.At("12:10:00");
        live.Change("deal", 2, """{"stageId":"WON"}""");
        await live.MarkAsync(InboxKind.Deal, 1);
        await live.MarkAsync(InboxKind.Deal, 2);

        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((2, 1, 0, 0), (collected.Done, collected.NotVisible, collected.Remaining, collected.Dead));
        Assert.Empty(await live.InboxAsync());
        Assert.Contains("WON", (await live.VersionsAsync(FactKind.Deal, 2))[^1].Payload, StringComparison.Ordinal);
        Assert.Equal(10, await live.FigureAsync("payments_sum", 101));
    }

    [Theory, EveryDatabase]
    public async Task Without_the_scope_of_the_shop_payments_of_marked_deals_are_read_and_the_gap_stays_named(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(
            kind, webhook: p => p.AddWebhook(1, PortalSimulatorOptions.AllScopes.Except(["sale"])), lines: Items);
        Assert.Equal(0, await live.FigureAsync("payments_sum", 101));
        live.At("12:10:00");
        await live.MarkAsync(InboxKind.Deal, 1);

        Assert.Equal((1, 1, 0), Counts(await live.Addon.CollectAsync(Stop)));

        Assert.Equal(10, await live.FigureAsync("payments_sum", 101));
        Assert.Contains("changed_only", (await live.Addon.ReportAsync(20260301, 20260318, Stop)).GetProperty("completeness").GetProperty("payments").GetString(), StringComparison.Ordinal);
        await NothingIsLeftToTheReconciliationAsync(live);
    }

    [Theory, EveryDatabase]
    public async Task A_calendar_event_is_moved_live(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        Assert.Equal(4, await live.Synced.CountAsync(FactKind.CalendarEvent));
        live.At("12:10:00");
        live.Change("event", 1, """{"DATE_FROM":"2026-03-18T09:00:00+03:00","DATE_TO":"2026-03-18T10:00:00+03:00"}""");

        // The entry of a guest: the event of both is read.
        await live.MarkAsync(InboxKind.CalendarEvent, 70);
        Assert.Equal((1, 1, 0), Counts(await live.Addon.CollectAsync(Stop)));
        Assert.Equal([false, false], (await live.VersionsAsync(FactKind.CalendarEvent, FactKeys.Occurrence(1, 0))).ConvertAll(v => v.Deleted));
        await NothingIsLeftToTheReconciliationAsync(live);

        // Into the future: it has not happened.
        live.At("12:40:00");
        live.Change("event", 1, """{"DATE_FROM":"2026-03-18T13:00:00+03:00","DATE_TO":"2026-03-18T14:00:00+03:00"}""");
        await live.MarkAsync(InboxKind.CalendarEvent, 1);
        Assert.Equal((1, 1, 1), Counts(await live.Addon.CollectAsync(Stop)));
        Assert.Empty(await live.InboxAsync());
        await NothingIsLeftToTheReconciliationAsync(live);

        // When it is over the hourly reconciliation sees it, in a few requests, and it is no loss.
        live.At("14:10:00");
        var requests = live.Portal.Counters.Requests;
        Assert.Empty((await live.Addon.SyncAsync(Stop, findDeletions: false)).Healed);
        Assert.InRange(live.Portal.Counters.Requests - requests, 1, 6);
        Assert.False((await live.VersionsAsync(FactKind.CalendarEvent, FactKeys.Occurrence(1, 0)))[^1].Deleted);
        Assert.Contains(await live.DeliveriesAsync(), delivery => delivery == "CalendarEvent received 2 read 2 healed 0 lost 0 polled 1");
        Assert.Contains(await FindingsAsync(live), f => f is ("Doctor.events", [DoctorText { Key: "Sources.calendar" }, 2L, 0L, 0.0]));
    }

    [Theory, EveryDatabase]
    public async Task A_calendar_event_is_deleted_live_and_a_guest_who_was_taken_off_deletes_nothing(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        live.At("12:10:00");
        live.Change("event", 1, """{"ATTENDEE_LIST":[]}""");
        await live.MarkAsync(InboxKind.CalendarEvent, 70, isDeletion: true);
        Assert.Equal((1, 1, 0), Counts(await live.Addon.CollectAsync(Stop)));
        var left = (await live.VersionsAsync(FactKind.CalendarEvent, FactKeys.Occurrence(1, 0)))[^1];
        Assert.Equal((false, "102 H"), (left.Deleted, string.Join(';', left.As<CalendarEventFact>().People.Select(p => $"{p.UserId} {p.Status}"))));
        await NothingIsLeftToTheReconciliationAsync(live);

        live.At("12:40:00");
        live.Change("event", 1, "{}", "delete");
        live.Change("event", 2, "{}", "delete");
        await live.MarkAsync(InboxKind.CalendarEvent, 1, isDeletion: true);
        await live.MarkAsync(InboxKind.CalendarEvent, 2, isDeletion: true);
        var collected = await live.Addon.CollectAsync(Stop);

        Assert.Equal((2, 4, 0), (collected.Done, collected.Deleted, collected.NotVisible));
        Assert.Empty(await live.InboxAsync());
        await NothingIsLeftToTheReconciliationAsync(live);
    }

    [Theory, EveryDatabase]
    public async Task An_occurrence_that_is_taken_out_of_a_series_is_gone_and_the_others_stay(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        live.At("12:10:00");
        live.Change("event", 2, """{"RRULE":{"FREQ":"DAILY","INTERVAL":4,"COUNT":2}}""");
        await live.MarkAsync(InboxKind.CalendarEvent, 2);

        Assert.Equal((1, 1, 1), Counts(await live.Addon.CollectAsync(Stop)));
        await NothingIsLeftToTheReconciliationAsync(live);
    }

    [Theory, EveryDatabase]
    public async Task What_changed_in_a_calendar_without_a_post_is_healed_and_an_absence_has_no_post(DatabaseKind kind)
    {
        await using var live = await LivePortal.StartAsync(kind, lines: Items);
        live.At("12:10:00");
        live.Change("event", 1, "{}", "delete");
        live.Change("event", 5, """{"OWNER_ID":101,"NAME":"Врач","DATE_FROM":"2026-03-18T15:00:00+03:00","DATE_TO":"2026-03-18T16:00:00+03:00","ACCESSIBILITY":"absent"}""", "add");
        live.Change("invoice", 1, """{"opportunity":600}""");
        live.At("12:30:00");

        var synced = await live.Addon.SyncAsync(Stop, findDeletions: false);

        Assert.Equal([("calendar", 1), ("invoices", 1)], synced.Healed.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => (h.Key, (int)h.Value)));
        Assert.Equal(
            ["Absence received 0 read 0 healed 0 lost 0 polled 1", "CalendarEvent received 0 read 0 healed 1 lost 0 polled 0",
                "Invoice received 0 read 0 healed 1 lost 1 polled 0"],
            (await live.DeliveriesAsync()).Order(StringComparer.Ordinal));
    }

    private static (int Done, int Recorded, int Deleted) Counts(Collect.CollectResult collected) => (collected.Done, collected.Recorded, collected.Deleted);

    /// <summary>What was read live is what the reconciliation reads.</summary>
    private static async Task NothingIsLeftToTheReconciliationAsync(LivePortal live)
    {
        live.Synced.Fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        var synced = await live.Addon.SyncAsync(Stop);
        Assert.Equal((0L, 0L), (synced.Recorded, synced.Deleted));
    }

    private static async Task<List<(string Key, object[] Arguments)>> FindingsAsync(LivePortal live) =>
        [.. (await new Doctor(live.Addon.Storage, live.Addon.Registry, live.Addon.Time).ExamineAsync(live.Addon.Portal.Key, live.Addon.Client, Stop))
            .Select(f => (f.Text.Key, f.Text.Arguments))];
}
