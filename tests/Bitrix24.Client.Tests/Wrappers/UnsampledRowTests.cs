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

    private static T Kept<T>(string json, JsonTypeInfo<T> type)
    {
        var row = JsonSerializer.Deserialize(json, type)!;
        Assert.Empty(RoundTrip.Differences(JsonElement.Parse(json), JsonSerializer.SerializeToElement(row, type)));
        return row;
    }
}
