using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Bitrix24Addon.Acceptance.Simulator;

/// <summary>What calls change in the simulated portal: tasks, notifications, messages of bots.</summary>
public sealed class WritingTests
{
    private const string NewTask = """{"fields":{"title":"Позвонить","description":"addon:1","creatorId":1,"responsibleId":2,"deadline":"2026-03-20T19:00:00+03:00"}}""";

    private const string Register = """{"fields":{"code":"addon","botToken":"t","properties":{"name":"Контроль"}}}""";

    [Fact]
    public async Task A_task_made_by_rest_3_is_listed_by_classic_rest()
    {
        await using var fixture = await StartAsync();

        var (_, made) = await fixture.CallV3Async("tasks.task.add", NewTask);

        var listed = (await fixture.ResultAsync("tasks.task.list", """{"filter":{"CREATED_BY":1,">=CREATED_DATE":"2026-03-18T11:00:00+03:00"},"select":["ID","DESCRIPTION","CREATED_BY","DEADLINE","STATUS"]}"""))["tasks"]!.AsArray();
        var task = Assert.Single(listed)!;
        Assert.Equal(((long)made["result"]!["item"]!["id"]!).ToString(CultureInfo.InvariantCulture), (string)task["id"]!);
        Assert.Equal(("addon:1", "1", "2026-03-20T19:00:00+03:00", "2"), ((string)task["description"]!, (string)task["createdBy"]!, (string)task["deadline"]!, (string)task["status"]!));
    }

    [Theory]
    [InlineData("""{"fields":{"creatorId":1,"responsibleId":2}}""", "VALIDATION_REQUESTVALIDATIONEXCEPTION")]
    [InlineData("""{"fields":{"title":"a","creatorId":1,"responsibleId":99}}""", "VALIDATION_REQUESTVALIDATIONEXCEPTION")]
    [InlineData("""{"fields":{"title":"a","creatorId":1,"responsibleId":2,"deadline":"soon"}}""", "VALIDATION_REQUESTVALIDATIONEXCEPTION")]
    [InlineData("""{"fields":{"title":"a","creatorId":1,"responsibleId":2,"TITLE":"b"}}""", "UNKNOWNDTOPROPERTYEXCEPTION")]
    public async Task A_task_that_cannot_be_made_is_refused(string json, string code)
    {
        await using var fixture = await StartAsync();

        var (status, body) = await fixture.CallV3Async("tasks.task.add", json);

        Assert.Equal((HttpStatusCode.BadRequest, "BITRIX_REST_V3_EXCEPTION_" + code), (status, (string)body["error"]!["code"]!));
        Assert.Empty((await fixture.ResultAsync("tasks.task.list"))["tasks"]!.AsArray());
    }

    [Fact]
    public async Task The_same_key_is_answered_from_store_for_24_hours_and_refused_for_another_body()
    {
        await using var fixture = await StartAsync();

        var first = await KeyedAsync(fixture, NewTask);
        var again = await KeyedAsync(fixture, NewTask);
        Assert.Equal((HttpStatusCode.OK, false), (first.Status, first.IsReplayed));
        Assert.Equal((HttpStatusCode.OK, true), (again.Status, again.IsReplayed));
        Assert.Equal(first.Body["result"]!.ToJsonString(), again.Body["result"]!.ToJsonString());

        var other = await KeyedAsync(fixture, NewTask.Replace("Позвонить", "Написать", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Single((await fixture.ResultAsync("tasks.task.list"))["tasks"]!.AsArray());

        fixture.Clock.Advance(TimeSpan.FromHours(24));
        Assert.False((await KeyedAsync(fixture, NewTask)).IsReplayed);
        Assert.Equal(2, (await fixture.ResultAsync("tasks.task.list"))["tasks"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_refusal_is_not_kept_by_the_key()
    {
        await using var fixture = await StartAsync();
        const string early = """{"fields":{"title":"a","creatorId":1,"responsibleId":77}}""";
        Assert.Equal(HttpStatusCode.BadRequest, (await KeyedAsync(fixture, early)).Status);

        fixture.Apply("18T11:59:00", "add", "user", 77, """{"NAME":"Новый"}""");

        var later = await KeyedAsync(fixture, early);
        Assert.Equal((HttpStatusCode.OK, false), (later.Status, later.IsReplayed));
    }

    [Fact]
    public async Task A_notification_takes_the_place_of_the_one_with_its_tag()
    {
        await using var fixture = await StartAsync();

        await fixture.ResultAsync("im.notify.system.add", """{"USER_ID":2,"MESSAGE":"a","TAG":"t","CLIENT_ID":"addon"}""");
        await fixture.ResultAsync("im.notify.system.add", """{"USER_ID":2,"MESSAGE":"b","TAG":"t","CLIENT_ID":"addon"}""");
        await fixture.ResultAsync("im.notify.system.add", """{"USER_ID":2,"MESSAGE":"c","TAG":"t","CLIENT_ID":"another"}""");
        await fixture.ResultAsync("im.notify.system.add", """{"USER_ID":2,"MESSAGE":"d"}""");

        Assert.Equal(["b", "c", "d"], fixture.Portal.Notifications.Select(n => n.Text));
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "ERROR_ARGUMENT", "im.notify.system.add", """{"USER_ID":2,"MESSAGE":"a","TAG":"t"}""");
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "USER_ID_EMPTY", "im.notify.system.add", """{"USER_ID":99,"MESSAGE":"a"}""");
    }

    [Fact]
    public async Task A_bot_is_registered_once_and_writes_to_people_and_to_chats_that_took_it_in()
    {
        await using var fixture = await StartAsync();
        fixture.Apply("18T11:00:00", "add", "chat", 5, """{"name":"Отчёты"}""");
        var id = (long)(await fixture.ResultAsync("imbot.v2.Bot.register", Register))["bot"]!["id"]!;
        Assert.Equal(id, (long)(await fixture.ResultAsync("imbot.v2.Bot.register", Register))["bot"]!["id"]!);

        await fixture.ResultAsync("imbot.v2.Chat.Message.send", $$$"""{"botId":{{{id}}},"botToken":"t","dialogId":"2","fields":{"message":"Отчёт"}}""");
        Assert.Equal((id, "2", "Отчёт"), fixture.Portal.Messages.Select(m => (m.AuthorId, m.DialogId, m.Text)).Single());
        Assert.Contains("Контроль", WebUtility.HtmlDecode((await PortalFixture.GetAsync(fixture.Portal.BaseAddress)).Body), StringComparison.Ordinal);

        var toChat = $$$"""{"botId":{{{id}}},"botToken":"t","dialogId":"chat5","fields":{"name":"a.txt","content":"YQ=="}}""";
        await fixture.AssertErrorAsync(HttpStatusCode.Forbidden, "ACCESS_DENIED", "imbot.v2.File.upload", toChat);
        await fixture.ResultAsync("im.chat.user.add", $$$"""{"CHAT_ID":5,"USERS":[{{{id}}}]}""");
        await fixture.ResultAsync("imbot.v2.File.upload", toChat);
        Assert.Equal(("chat5", "a.txt"), (fixture.Portal.Messages[1].DialogId, fixture.Portal.Messages[1].File!.Name));

        // The private dialog of the bot is not the one of the webhook's owner with the same person.
        Assert.Empty((await fixture.ResultAsync("im.dialog.messages.get", """{"DIALOG_ID":"2"}"""))["messages"]!.AsArray());
        var context = await fixture.ResultAsync("imbot.v2.Chat.Message.getContext", $$$"""{"botId":{{{id}}},"botToken":"t","messageId":1}""");
        Assert.Equal("Отчёт", (string)Assert.Single(context["messages"]!.AsArray())!["text"]!);
    }

    [Theory]
    [InlineData("imbot.v2.Bot.register", """{"fields":{"code":"addon","properties":{"name":"a"}}}""", "BOT_TOKEN_NOT_SPECIFIED")]
    [InlineData("imbot.v2.Bot.register", """{"fields":{"code":"addon","botToken":"other","properties":{"name":"a"}}}""", "BOT_CODE_ALREADY_TAKEN")]
    [InlineData("imbot.v2.Bot.get", """{"code":"none","botToken":"t"}""", "BOT_NOT_FOUND")]
    [InlineData("imbot.v2.Chat.Message.send", """{"botId":900001,"botToken":"t","dialogId":"2","fields":{"message":""}}""", "EMPTY_MESSAGE")]
    [InlineData("imbot.v2.Chat.Message.send", """{"botId":900001,"dialogId":"2","fields":{"message":"a"}}""", "BOT_TOKEN_NOT_SPECIFIED")]
    public async Task A_call_of_a_bot_that_is_wrong_is_refused(string method, string json, string code)
    {
        await using var fixture = await StartAsync();
        await fixture.ResultAsync("imbot.v2.Bot.register", Register);

        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, code, method, json);
        Assert.Empty(fixture.Portal.Messages);
    }

    [Fact]
    public async Task An_application_needs_no_token_for_its_bot()
    {
        await using var fixture = await StartAsync();
        var token = fixture.Portal.IssueToken(1);

        var (status, _) = await PortalFixture.PostAsync(
            new Uri(fixture.Portal.BaseAddress, "rest/imbot.v2.Bot.register"), "{\"auth\":\"" + token + "\",\"fields\":{\"code\":\"a\",\"properties\":{\"name\":\"a\"}}}");

        Assert.Equal(HttpStatusCode.OK, status);
    }

    private static Task<PortalFixture> StartAsync() => PortalFixture.StartAsync(null, PortalFixture.Line("01T08:00:00", "add", "user", 2, """{"NAME":"Андрей"}"""));

    private static async Task<(JsonNode Body, HttpStatusCode Status, bool IsReplayed)> KeyedAsync(PortalFixture fixture, string json)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fixture.Portal.BaseAddress, $"rest/api/1/{fixture.Portal.Options.WebhookSecret}/tasks.task.add"));
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", "key-1");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!, response.StatusCode, response.Headers.Contains("Idempotent-Replayed"));
    }
}
