using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>What a portal itself posts comes through the door and becomes facts.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class PortalEventsTests
{
    private static readonly string[] ForApplicationsOnly = ["ONAPPUPDATE", "ONAPPUNINSTALL", "ONAPPPAYMENT", "ONCRMDEALMOVETOCATEGORY"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Invoices_payments_and_calendar_entries(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(
            options => options.WithoutLimits(),
            PortalFixture.Line("02T08:00:00", "add", "user", 101, """{"NAME":"Анна"}"""),
            PortalFixture.Line("02T09:00:00", "add", "deal", 1, """{"title":"Сделка","assignedById":101}"""),
            PortalFixture.Line("02T09:00:00", "add", "invoice", 1, """{"title":"Счёт","assignedById":101}"""),
            PortalFixture.Line("02T09:00:00", "add", "event", 1, """{"OWNER_ID":101,"NAME":"Давно","DATE_FROM":"2020-03-17T12:00:00+03:00","DATE_TO":"2020-03-17T13:00:00+03:00"}"""));
        await using var served = await ServedAddon.StartAsync(kind, ("Bitrix24:WebhookUrl", portal.Portal.WebhookUrl.ToString()));
        await using var addon = await AddonUnderTest.StartAsync(served.ConnectionString, portal.Portal.WebhookUrl, TimeProvider.System, cancellationToken: Stop);
        Assert.Empty((await addon.SyncAsync(Stop)).Failures);
        portal.Portal.AddOutgoingWebhook(
            new Uri(served.Address, "bitrix24/events"), Manifest.Current.Events.Select(e => e.Name).Except(ForApplicationsOnly), ServedAddon.OutgoingToken);

        portal.Apply("18T12:10:00", "add", "payment", 7, """{"entityTypeId":2,"entityId":1,"sum":25,"paid":"Y"}""");
        portal.Apply("18T12:10:00", "update", "deal", 1, """{"title":"Оплачена"}""");
        portal.Apply("18T12:10:00", "update", "invoice", 1, """{"stageId":"DT31_1:P"}""");
        portal.Apply("18T12:10:00", "add", "event", 2, """{"OWNER_ID":101,"NAME":"Вчера","DATE_FROM":"2020-03-18T12:00:00+03:00","DATE_TO":"2020-03-18T13:00:00+03:00"}""");
        portal.Apply("18T12:10:00", "delete", "event", 1);
        await portal.Portal.WaitForDeliveryAsync(Stop);
        Assert.Equal(["CalendarEvent 1 x1 deleted", "CalendarEvent 2 x1", "Deal 1 x1", "Invoice 1 x1"], await served.MarksAsync(addon.Portal.Key));

        var collected = await addon.CollectAsync(Stop);

        Assert.Equal((4, 0, 0), (collected.Done, collected.Remaining, collected.Dead));
        Assert.Empty(await served.MarksAsync(addon.Portal.Key));
        await using var db = addon.Storage.Open(addon.Portal.Id);
        var current = await db.Facts.AsNoTracking().Where(f => f.IsCurrent && !f.Deleted).ToListAsync(Stop);
        Assert.Equal([FactKeys.Occurrence(2, 0)], current.Where(f => f.Kind == FactKind.CalendarEvent).Select(f => f.SourceId));
        Assert.Equal("D_1", current.Single(f => f.Kind == FactKind.Payment).GroupKey);
        Assert.Equal("DT31_1:P", current.Single(f => f.Kind == FactKind.Invoice).As<InvoiceFact>().StageId);
    }
}
