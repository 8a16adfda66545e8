using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Json;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>What calls say beyond the names of their parameters.</summary>
public sealed class CallTests
{
    [Theory]
    [InlineData(1, "L", "lead")]
    [InlineData(2, "D", "deal")]
    [InlineData(3, "C", "contact")]
    [InlineData(4, "CO", "company")]
    [InlineData(7, "Q", "quote")]
    [InlineData(31, "SI", "smart_invoice")]
    [InlineData(128, "T80", "dynamic_128")]
    [InlineData(1046, "T416", "dynamic_1046")]
    public void A_type_has_a_short_code_and_a_name(int type, string code, string name)
    {
        Assert.Equal(code, CrmProductRowMethods.ListProductRows(type, 5).Parameters["filter"]!["=ownerType"]!.GetValue<string>());
        Assert.Equal(name, CrmTimelineMethods.AddComment(type, 5, "text").Parameters["fields"]!["ENTITY_TYPE"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(127)]
    public void A_number_that_is_no_type_is_refused(int type)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CrmEntityType.ShortCode(type));
        Assert.Throws<ArgumentOutOfRangeException>(() => CrmEntityType.TimelineName(type));
    }

    [Fact]
    public void A_post_for_nobody_is_refused() =>
        Assert.Contains("everybody", Assert.Throws<ArgumentException>(() => FeedMethods.AddPost("text", [])).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_not_given_is_not_sent() =>
        Assert.Equal(["USER_ID", "MESSAGE"], NotificationMethods.NotifyPersonally(5, "text").Parameters.Select(parameter => parameter.Key));

    [Fact]
    public void Instants_keep_their_offset_and_lose_their_fractions()
    {
        var deadline = new DateTimeOffset(2025, 11, 3, 14, 8, 40, 123, TimeSpan.FromHours(3));

        Assert.Equal("2025-11-03T14:08:40+03:00", CrmTodoMethods.AddTodo(2, 5, deadline).Parameters["deadline"]!.GetValue<string>());
    }

    [Fact]
    public void Fields_of_the_caller_can_be_used_for_several_calls()
    {
        var fields = new JsonObject { ["stageId"] = "NEW" };

        var calls = new long[] { 5, 6 }.Select(id => CrmItemMethods.UpdateItem(CrmEntityType.Deal, id, fields)).ToArray();

        Assert.All(calls, call => Assert.Equal("NEW", call.Parameters["fields"]!["stageId"]!.GetValue<string>()));
    }

    [Fact]
    public void An_item_that_was_read_can_be_sent_back_with_its_own_fields()
    {
        var item = JsonElement.Parse("""{"id":5,"title":"T","opened":"Y","ufCrm_1747309879":["a"],"opportunity":10.5,"parentId1046":7}""")
            .As(Bitrix24JsonContext.Default.CrmItem)! with { Title = "New" };

        var fields = JsonSerializer.SerializeToNode(item, Bitrix24JsonContext.Default.CrmItem)!.AsObject();

        Assert.Equal(
            """{"id":5,"title":"New","opportunity":10.5,"opened":"Y","ufCrm_1747309879":["a"],"parentId1046":7}""",
            CrmItemMethods.UpdateItem(CrmEntityType.Deal, item.Id, fields).Parameters["fields"]!.ToJsonString());
    }

    [Fact]
    public void A_bot_shows_its_token_only_by_webhook()
    {
        Assert.Equal(["botId"], BotProfileMethods.GetBot(new BotIdentity(5, null)).Parameters.Select(parameter => parameter.Key));
        Assert.Equal("secret", BotProfileMethods.GetBot(new BotIdentity(5, "secret")).Parameters["botToken"]!.GetValue<string>());
    }

    [Fact]
    public void A_file_is_sent_as_name_and_content()
    {
        var post = FeedMethods.AddPost("text", ["U5"], files: [new NamedFile("a.txt", "abc"u8.ToArray())]);

        Assert.Equal("""[["a.txt","YWJj"]]""", post.Parameters["FILES"]!.ToJsonString());
    }

    [Fact]
    public void A_repeatable_call_of_the_third_interface_carries_its_key()
    {
        var call = TaskCardMethods.SendMessage(5, "text", "key-1");

        Assert.Equal(("key-1", RestVersion.V3), (call.IdempotencyKey, call.Method.Version));
    }
}
