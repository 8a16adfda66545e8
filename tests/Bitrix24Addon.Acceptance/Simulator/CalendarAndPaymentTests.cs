using System.Net;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Conformity;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class CalendarAndPaymentTests
{
    private const string Weekly = """
        {"OWNER_ID":1,"NAME":"Планёрка","DATE_FROM":"2026-03-02T10:00:00+03:00","DATE_TO":"2026-03-02T11:30:00+03:00",
         "RRULE":{"FREQ":"WEEKLY","BYDAY":{"MO":"MO","WE":"WE"},"INTERVAL":2,"UNTIL":"2026-03-31"},"EXDATE":["2026-03-18"],
         "ATTENDEE_LIST":[{"id":2,"status":"N"},{"id":3,"entryId":77,"status":"Q"}],"UF_CRM_CAL_EVENT":["D_5"]}
        """;

    [Fact]
    public async Task A_recurring_event_stands_occurrence_by_occurrence_in_the_calendar_of_everybody_invited()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("01T09:00:00", "add", "event", 7, Weekly.ReplaceLineEndings(""));

        var own = await EventsAsync(fixture, 1, "2026-03-01", "2026-04-30");
        Assert.Equal(
            ["02.03.2026 10:00:00", "04.03.2026 10:00:00", "16.03.2026 10:00:00", "30.03.2026 10:00:00"],
            own.Select(row => (string)row!["DATE_FROM"]!));
        Assert.Equal(("7", "7", "1", "H", "1772434800", 5400L), (
            (string)own[0]!["ID"]!, (string)own[0]!["PARENT_ID"]!, (string)own[0]!["OWNER_ID"]!, (string)own[0]!["MEETING_STATUS"]!,
            (string)own[0]!["DATE_FROM_TS_UTC"]!, (long)own[0]!["DT_LENGTH"]!));
        var guest = Assert.Single(await EventsAsync(fixture, 3, "2026-03-16", "2026-03-17"));
        Assert.Equal(("77", "7", "Q"), ((string)guest!["ID"]!, (string)guest["PARENT_ID"]!, (string)guest["MEETING_STATUS"]!));
        Assert.Equal("77", (string)(await fixture.ResultAsync("calendar.event.getbyid", """{"id":77}"""))["ID"]!);
        Assert.Empty(await EventsAsync(fixture, 4, "2026-03-01", "2026-04-30"));
    }

    [Fact]
    public async Task Accessibility_tells_whole_days_and_leaves_out_what_was_declined()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("01T09:00:00", "add", "event", 7, Weekly.ReplaceLineEndings(""));
        fixture.Apply("01T09:00:00", "add", "event", 8, """{"OWNER_ID":2,"NAME":"Отпуск","DATE_FROM":"2026-03-10","DATE_TO":"2026-03-12","DT_SKIP_TIME":"Y","ACCESSIBILITY":"absent"}""");

        var busy = await fixture.ResultAsync("calendar.accessibility.get", """{"users":[1,2],"from":"2026-03-04","to":"2026-03-10"}""");

        Assert.Equal("busy", (string)Assert.Single(busy["1"]!.AsArray())!["ACCESSIBILITY"]!);
        var absence = Assert.Single(busy["2"]!.AsArray())!;
        Assert.Equal(("absent", "Y", "10.03.2026", "12.03.2026"), (
            (string)absence["ACCESSIBILITY"]!, (string)absence["DT_SKIP_TIME"]!, (string)absence["DATE_FROM"]!, (string)absence["DATE_TO"]!));
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "", "calendar.accessibility.get", """{"users":[1],"from":"2026-03-04"}""");
    }

    [Fact]
    public async Task Payments_belong_to_orders_and_orders_to_deals_and_invoices()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("02T09:00:00", "add", "deal", 5, """{"title":"D","assignedById":1}""");
        fixture.Apply("02T09:00:00", "add", "invoice", 6, """{"title":"I","assignedById":1,"parentId2":5}""");
        fixture.Apply("02T10:00:00", "add", "payment", 3, """{"entityTypeId":2,"entityId":5,"sum":100.5,"orderId":11}""");
        fixture.Apply("02T10:00:00", "add", "payment", 4, """{"entityTypeId":31,"entityId":6,"sum":7}""");
        fixture.Apply("03T10:00:00", "update", "payment", 3, """{"paid":"Y"}""");
        fixture.Apply("04T10:00:00", "update", "invoice", 6, """{"stageId":"DT31_1:P"}""");

        var payments = (await fixture.ResultAsync("sale.payment.list", """{"filter":{">id":0},"order":{"id":"asc"},"start":0}"""))["payments"]!.AsArray();
        Assert.Equal([3, 4], PortalFixture.Ids(payments));
        Assert.Equal(("Y", "2026-03-03T10:00:00+03:00", 11L), ((string)payments[0]!["paid"]!, (string)payments[0]!["datePaid"]!, (long)payments[0]!["orderId"]!));
        Assert.Null(payments[0]!["entityId"]);
        var bindings = (await fixture.ResultAsync("crm.orderentity.list", """{"filter":{"@orderId":[4,11]},"order":{"orderId":"asc"}}"""))["orderEntity"]!.AsArray();
        Assert.Equal([(4L, 31L, 6L), (11, 2, 5)], bindings.Select(row => ((long)row!["orderId"]!, (long)row["ownerTypeId"]!, (long)row["ownerId"]!)));
        var ofDeal = await fixture.ResultAsync("crm.item.payment.list", """{"entityTypeId":2,"entityId":5}""");
        Assert.Equal([3], PortalFixture.Ids(ofDeal));
        var stages = (await fixture.ResultAsync("crm.stagehistory.list", """{"entityTypeId":31}"""))["items"]!.AsArray();
        Assert.Equal([("DT31_1:N", "P"), ("DT31_1:P", "S")], stages.Select(row => ((string)row!["STAGE_ID"]!, (string)row["STAGE_SEMANTIC_ID"]!)));
        fixture.Apply("01T09:00:00", "add", "user", 9, """{"NAME":"Сотрудник"}""");
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "200040300010", "sale.payment.list", "{}", fixture.Portal.AddWebhook(9));
    }

    [Fact]
    public async Task What_is_answered_is_documented()
    {
        Assert.SkipUnless(SchemaJudgeTests.FactsFolder() is not null, "The documentation facts (../shared/bitrix24/spec beside the repository) are not here");
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("01T09:00:00", "add", "event", 7, Weekly.ReplaceLineEndings(""));
        fixture.Apply("02T09:00:00", "add", "deal", 5, """{"title":"D","assignedById":1}""");
        fixture.Apply("02T10:00:00", "add", "payment", 3, """{"entityTypeId":2,"entityId":5,"sum":100}""");
        await EventsAsync(fixture, 1, "2026-03-01", "2026-04-30");
        await fixture.ResultAsync("calendar.event.getbyid", """{"id":7}""");
        await fixture.ResultAsync("calendar.accessibility.get", """{"users":[1,2],"from":"2026-03-04","to":"2026-03-10"}""");
        await fixture.ResultAsync("sale.payment.list", """{"start":0}""");
        await fixture.ResultAsync("crm.orderentity.list", """{"filter":{"@orderId":[3]}}""");
        await fixture.ResultAsync("crm.item.payment.list", """{"entityTypeId":2,"entityId":5}""");

        var violations = new SchemaJudge(SchemaJudgeTests.FactsFolder()!).Judge(fixture.Portal.RecordedCalls);

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    private static async Task<JsonArray> EventsAsync(PortalFixture fixture, long user, string from, string to) =>
        (await fixture.ResultAsync("calendar.event.get", $$"""{"type":"user","ownerId":{{user}},"from":"{{from}}","to":"{{to}}"}""")).AsArray();
}
