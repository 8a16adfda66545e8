using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Rows;

namespace Bitrix24.Client.Tests;

public sealed class RowTests
{
    private static readonly Bitrix24JsonContext Rows = Bitrix24JsonContext.Default;

    [Fact]
    public void Pages_of_payments_are_not_asked_for_all_at_once()
    {
        var call = new ListQuery("k", SaleMethods.Payments) { AfterId = 7 }.Page(7, through: null, isNewestFirst: false);

        Assert.Equal(0, (int)call.Parameters["start"]!);
        Assert.Equal(7, (int)call.Parameters["filter"]![">id"]!);
    }

    [Fact]
    public void A_calendar_event_without_people_and_objects_says_so_in_every_disguise()
    {
        var alone = Read("""{"ID":"7","DATE_FROM_TS_UTC":"1733932740","UF_CRM_CAL_EVENT":false,"ATTENDEE_LIST":[],"RRULE":"","IS_MEETING":false}""", Rows.CalendarEvent);
        var meeting = Read("""{"ID":8,"UF_CRM_CAL_EVENT":{"1":"D_5"},"ATTENDEE_LIST":{"0":{"id":"3","status":"N"}},"IS_MEETING":"1"}""", Rows.CalendarEvent);

        Assert.Equal((7L, (long?)1733932740, (bool?)false), (alone.Id, alone.StartUnixSeconds, alone.IsMeeting));
        Assert.Null(alone.CrmObjects);
        Assert.Empty(alone.Attendees!);
        Assert.Equal(["D_5"], meeting.CrmObjects!);
        Assert.Equal((3L, "N"), (meeting.Attendees!.Single().UserId, meeting.Attendees!.Single().Status));
    }

    [Fact]
    public void A_payment_is_read_from_both_methods()
    {
        var sale = Read("""{"id":9,"orderId":7,"paid":"Y","datePaid":"2022-10-14T17:10:00+03:00","sum":1176,"currency":"RUB"}""", Rows.Payment);
        var ofItem = Read("""{"id":1037,"paid":"N","datePaid":null,"sum":"10.5","currency":"RUB"}""", Rows.Payment);

        Assert.Equal((7L, true, 1176m, "RUB"), (sale.OrderId, sale.Paid, sale.Sum, sale.Currency));
        Assert.Equal(DateTimeOffset.Parse("2022-10-14T14:10:00Z", CultureInfo.InvariantCulture), sale.DatePaid);
        Assert.Equal((null, false, 10.5m, null), (ofItem.OrderId, ofItem.Paid, ofItem.Sum, ofItem.DatePaid));
    }

    [Fact]
    public void Numbers_come_as_texts_and_empty_values_in_every_disguise()
    {
        var call = Read("""
            {"ID":"5","PORTAL_USER_ID":"","CALL_DURATION":95,"COST":"0.5000","CALL_VOTE":null,"CALL_FAILED_CODE":200,
             "TRANSCRIPT_PENDING":"N","CALL_START_DATE":{},"CRM_ENTITY_ID":[],"NEW_FIELD":{"a":[1]}}
            """, Rows.CallStatistic);

        Assert.Equal(5, call.Id);
        Assert.Null(call.PortalUserId);
        Assert.Equal(95, call.CallDurationSeconds);
        Assert.Equal(0.5m, call.Cost);
        Assert.Null(call.CallVote);
        Assert.Equal("200", call.CallFailedCode);
        Assert.False(call.TranscriptPending);
        Assert.Null(call.CallStartDate);
        Assert.Null(call.CrmEntityId);
        Assert.Equal("""{"a":[1]}""", call.OtherFields!["NEW_FIELD"].GetRawText());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"Y\"", true)]
    [InlineData("1", true)]
    [InlineData("\"1\"", true)]
    [InlineData("false", false)]
    [InlineData("\"N\"", false)]
    [InlineData("0", false)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    public void Truth_comes_in_many_spellings(string json, bool? expected) =>
        Assert.Equal(expected, Read($$"""{"ID":1,"ACTIVE":{{json}}}""", Rows.User).Active);

    [Theory]
    [InlineData("\"2025-11-03T14:08:40+03:00\"", "2025-11-03T14:08:40+03:00")]
    [InlineData("\"2025-11-03T14:08:40Z\"", "2025-11-03T14:08:40+00:00")]
    [InlineData("\"2025-11-03 14:08:40\"", null)]
    [InlineData("\"2025-11-03\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("{}", null)]
    [InlineData("false", null)]
    public void An_instant_needs_an_offset(string json, string? expected) => Assert.Equal(
        expected,
        Read($$"""{"ID":1,"LAST_LOGIN":{{json}}}""", Rows.User).LastLogin?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("[1,\"2\"]", "1,2")]
    [InlineData("{\"0\":1,\"5\":2}", "1,2")]
    [InlineData("[]", "")]
    [InlineData("7", "7")]
    [InlineData("false", null)]
    public void A_list_of_ids_may_be_a_map_or_a_single_id(string json, string? expected)
    {
        var departments = Read($$"""{"ID":1,"UF_DEPARTMENT":{{json}}}""", Rows.User).DepartmentIds;

        Assert.Equal(expected, departments is null ? null : string.Join(',', departments));
    }

    [Fact]
    public void An_activity_keeps_its_bindings_and_an_empty_map_of_settings()
    {
        var activity = Read(
            """{"ID":"1","COMPLETED":"Y","SETTINGS":[],"BINDINGS":[{"OWNER_ID":"10","OWNER_TYPE_ID":"2"}]}""", Rows.CrmActivity);

        Assert.True(activity.Completed);
        Assert.Equal(JsonValueKind.Array, activity.Settings!.Value.ValueKind);
        Assert.Equal(new { Type = (long?)2, Id = (long?)10 }, activity.Bindings!.Select(owner => new { Type = owner.OwnerTypeId, Id = owner.OwnerId }).Single());
    }

    [Fact]
    public void Stage_history_of_leads_and_deals_reads_alike()
    {
        var lead = Read("""{"ID":1,"STATUS_ID":"NEW","STATUS_SEMANTIC_ID":"P"}""", Rows.StageHistoryRecord);
        var deal = Read("""{"ID":2,"STAGE_ID":"C1:WON","STAGE_SEMANTIC_ID":"S"}""", Rows.StageHistoryRecord);

        Assert.Equal(("NEW", "P"), (lead.StageId, lead.StageSemanticId));
        Assert.Equal(("C1:WON", "S"), (deal.StageId, deal.StageSemanticId));
    }

    [Fact]
    public void An_empty_map_in_place_of_an_object_is_no_row()
    {
        Assert.Null(JsonElement.Parse("[]").As(Rows.Profile));
        Assert.Empty(JsonElement.Parse("[]").AsList(Rows.CrmCategory, "categories"));
        Assert.Equal(3, JsonElement.Parse("""{"categories":{"4":{"id":3}}}""").AsList(Rows.CrmCategory, "categories").Single().Id);
    }

    private static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;
}
