using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>Rows of methods whose schema has no sample answer; the answers are written after the tables of their pages.</summary>
public sealed class UnsampledRowTests
{
    private static readonly Bitrix24JsonContext Rows = Bitrix24JsonContext.Default;

    [Fact]
    public void Task_history_keeps_values_of_any_kind()
    {
        var record = Kept(
            """
            {"id":16365,"createdDate":"2025-09-25T14:09:45+03:00","field":"DEADLINE","value":{"from":null,"to":1758798620},
             "user":{"id":503,"name":"A","lastName":"B","secondName":"","login":"a@example.com"}}
            """,
            Rows.TaskHistoryRecord);

        Assert.Equal((16365L, "DEADLINE", 503L), (record.Id, record.Field, record.User!.Id));
        Assert.Equal(1758798620, record.Value!.To!.Value.GetInt64());
    }

    [Fact]
    public void A_task_of_the_third_interface_keeps_its_unknown_fields()
    {
        var task = Kept(
            """
            {"id":3835,"title":"T","deadline":"2025-12-25T23:00:00+03:00","needsControl":false,"fileIds":null,"checklist":[153],"priority":"average",
             "status":"pending","chatId":2537,"mark":"none","crmItemIds":["D_6529"],"responsible":{"name":"S"},"rights":{"read":true}}
            """,
            Rows.TaskCard);

        Assert.Equal((3835L, "pending", 2537L, "D_6529"), (task.Id, task.Status, task.ChatId, task.CrmItemIds!.Single()));
        Assert.Equal("S", task.OtherFields!["responsible"].GetProperty("name").GetString());
    }

    [Fact]
    public void A_product_row_without_tax_is_not_sent_with_one()
    {
        var row = Kept(
            """
            {"id":17654,"ownerId":13143,"ownerType":"D","productId":9621,"productName":"P","price":99999.99,"quantity":1,"discountTypeId":2,
             "taxRate":null,"taxIncluded":"N","measureCode":796,"sort":10,"xmlId":"","type":4}
            """,
            Rows.ProductRow);

        Assert.Equal((99999.99m, false, (decimal?)null), (row.Price, row.TaxIncluded, row.TaxRate));
    }

    [Fact]
    public void A_row_read_with_few_fields_is_sent_with_those_only() =>
        Assert.Equal("""{"id":5,"stageId":"NEW","opened":"Y"}""", JsonSerializer.Serialize(Kept("""{"id":5,"stageId":"NEW","opened":"Y"}""", Rows.CrmItem), Rows.CrmItem));

    [Fact]
    public void The_history_of_a_session_is_read_by_message()
    {
        var history = Kept(
            """
            {"chatId":1763,"canJoin":"Y","canVoteHead":"N","sessionId":321,"sessionVoteHead":0,"sessionCommentHead":null,"userId":"chat1763",
             "message":{"85851":{"id":"85851","chatid":"1763","senderid":"103","date":"2026-03-11T13:12:46+03:00","text":"Hello","params":{"fileId":[5437]}},
                        "85833":{"id":"85833","chatid":"1763","senderid":"0","date":"2026-03-11T13:09:25+03:00","text":"New lead"}},
             "usersMessage":{"chat1763":["85851"]},"users":{"103":{"id":"103","name":"A","active":true,"phones":false,"departments":[1,7],"absent":false}}}
            """,
            Rows.OpenLineHistory);

        Assert.Equal((321L, true, 2), (history.SessionId, history.CanJoin, history.Messages!.Count));
        Assert.Equal((103L, 0L), (history.Messages["85851"].SenderId, history.Messages["85833"].SenderId));
        Assert.Equal([1L, 7L], history.Users!["103"].DepartmentIds!);
    }

    [Fact]
    public void A_month_of_working_days_is_read_by_day()
    {
        var month = Kept(
            """
            {"report":{"month_title":"May","date_start":"2025-05-01T00:00:00+03:00","date_finish":"2025-05-31T23:59:59+03:00","days":[
               {"index":"20250526","workday_date_start":"2025-05-26T14:44:47+03:00","workday_date_finish":"2025-05-26T14:45:29+03:00","workday_complete":true,
                "workday_time_leaks_user":0,"workday_duration":42,"workday_duration_final":42,"workday_duration_config":28800,"reports":[{"id":"27"}]}]},
             "user":{"id":3,"active":true,"name":"A B","last_activity_date":"2025-05-29T17:15:56+03:00"}}
            """,
            Rows.MonthReport);

        var day = Assert.Single(month.Report!.Days!);
        Assert.Equal(("20250526", true, 42L, 28800L, 3L), (day.Index, day.IsComplete, day.WorkedSeconds, day.PlannedSeconds, month.User!.Id));
    }

    [Fact]
    public void Empty_lists_in_place_of_maps_and_rows_hold_nothing()
    {
        var history = Kept("""{"chatId":1763,"message":[],"users":[]}""", Rows.OpenLineHistory);
        var uploaded = Kept("""{"messageId":5,"file":[]}""", Rows.UploadedFile);

        Assert.Empty(history.Messages!);
        Assert.Null(uploaded.File);
    }

    private static T Kept<T>(string json, JsonTypeInfo<T> type)
    {
        var row = JsonSerializer.Deserialize(json, type)!;
        Assert.Empty(RoundTrip.Differences(JsonElement.Parse(json), JsonSerializer.SerializeToElement(row, type)));
        return row;
    }
}
