using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator;
using Bitrix24.PortalSimulator.Conformity;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class SchemaJudgeTests
{
    private const string Missing = "The documentation facts (../shared/bitrix24/spec beside the repository) are not here";

    /// <summary>../shared/bitrix24 beside the repository, or null.</summary>
    internal static string? FactsFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Bitrix24Addon.sln")))
            {
                var facts = Path.Combine(folder.Parent!.FullName, "shared", "bitrix24");
                return Directory.Exists(Path.Combine(facts, "spec")) ? facts : null;
            }
        }
        return null;
    }

    private static SchemaJudge Judge()
    {
        Assert.SkipUnless(FactsFolder() is not null, Missing);
        return new SchemaJudge(FactsFolder()!);
    }

    [Fact]
    public async Task Every_answer_of_the_portal_fits_the_documentation()
    {
        var judge = Judge();
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 3);
        fixture.Apply("18T11:00:00", "add", "chat", 5, """{"name":"Отчёты"}""");
        string[] calls =
        [
            "profile {}", "server.time {}", "scope {}", """method.get {"name":"user.get"}""", "user.current {}", "user.get {}",
            """user.get {"FILTER":{"ACTIVE":true},"sort":"ID","order":"ASC","start":0}""", "department.get {}",
            """crm.status.list {"filter":{"ENTITY_ID":"DEAL_STAGE"}}""", """crm.category.list {"entityTypeId":2}""", "crm.currency.list {}",
            """crm.item.list {"entityTypeId":1,"select":["*"],"start":-1}""", """crm.item.list {"entityTypeId":2,"start":0}""",
            """crm.item.list {"entityTypeId":3,"select":["*"]}""", """crm.item.list {"entityTypeId":7}""", """crm.item.get {"entityTypeId":1,"id":1}""",
            """crm.item.get {"entityTypeId":2,"id":1}""", """crm.item.get {"entityTypeId":3,"id":1}""", """crm.item.get {"entityTypeId":7,"id":1}""",
            """crm.stagehistory.list {"entityTypeId":1}""", """crm.stagehistory.list {"entityTypeId":2,"order":{"ID":"ASC"}}""",
            """crm.activity.list {"select":["*","COMMUNICATIONS"]}""", """crm.activity.get {"id":1}""", """crm.activity.binding.list {"activityId":1}""",
            """voximplant.statistic.get {"FILTER":{">ID":5},"SORT":"ID","ORDER":"ASC","start":-1}""", "tasks.task.list {}",
            """tasks.task.list {"select":["*","UF_*"]}""", """tasks.task.get {"taskId":1,"select":["*","UF_CRM_TASK"]}""",
            """im.message.add {"DIALOG_ID":"chat5","MESSAGE":"Отчёт"}""", """im.v2.File.upload {"dialogId":"2","fields":{"name":"a.txt","content":"YQ=="}}""",
            """im.dialog.get {"DIALOG_ID":"chat5"}""", """im.dialog.get {"DIALOG_ID":"2"}""",
            """im.dialog.messages.get {"DIALOG_ID":"chat5","LIMIT":10}""",
            """im.notify.system.add {"USER_ID":2,"MESSAGE":"Норматив","TAG":"norm","CLIENT_ID":"addon"}""", """im.chat.user.add {"CHAT_ID":5,"USERS":[900001]}""",
            """imbot.v2.Bot.register {"fields":{"code":"addon","botToken":"t","properties":{"name":"Контроль"},"eventMode":"fetch"}}""",
            """imbot.v2.Bot.get {"code":"addon","botToken":"t"}""", """imbot.v2.Chat.Message.send {"botId":900001,"botToken":"t","dialogId":"2","fields":{"message":"Отчёт"}}""",
            """imbot.v2.Chat.get {"botId":900001,"botToken":"t","dialogId":"2"}""", """imbot.v2.Chat.Message.getContext {"botId":900001,"botToken":"t","messageId":3}""",
            """imbot.v2.File.upload {"botId":900001,"botToken":"t","dialogId":"chat5","fields":{"name":"a.txt","content":"YQ=="}}""",
            """tasks.task.add {"fields":{"TITLE":"Позвонить","RESPONSIBLE_ID":2}}""",
        ];
        foreach (var call in calls)
        {
            var space = call.IndexOf(' ', StringComparison.Ordinal);
            await fixture.ResultAsync(call[..space], call[(space + 1)..]);
        }
        await fixture.CallV3Async("timeman.record.list", """{"filter":[["userId",11]],"pagination":{"limit":5}}""");
        await fixture.CallV3Async("tasks.task.add", """{"fields":{"title":"Позвонить","creatorId":1,"responsibleId":2,"deadline":"2026-03-20T19:00:00+03:00"}}""");
        await fixture.ResultAsync("batch", """{"cmd":["user.current","tasks.task.get?taskId=1"]}""");
        var application = fixture.Portal.IssueToken(1);
        string[] applicationCalls =
        [
            "app.info {}", """event.bind {"event":"ONTASKADD","handler":"http://127.0.0.1/e","auth_type":1}""", "event.get {}", "events {}",
            """event.test {"any":"thing"}""", """event.unbind {"event":"ONTASKADD","handler":"http://127.0.0.1/e"}""",
        ];
        foreach (var call in applicationCalls)
        {
            var space = call.IndexOf(' ', StringComparison.Ordinal);
            var parameters = (JsonObject)JsonNode.Parse(call[space..])!;
            parameters["auth"] = application;
            await PortalFixture.PostAsync(new Uri(fixture.Portal.BaseAddress, "rest/" + call[..space]), parameters.ToJsonString());
        }
        Assert.Equal(calls.Length + 4 + applicationCalls.Length, fixture.Portal.RecordedCalls.Count);
        var violations = judge.Judge(fixture.Portal.RecordedCalls);
        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Theory]
    [InlineData("user.get", """{"Filter":{}}""", "Filter")]
    [InlineData("crm.item.list", "{}", "entityTypeId")]
    [InlineData("crm.item.list", """{"entityTypeId":"deal"}""", "entityTypeId")]
    [InlineData("crm.item.list", """{"entityTypeId":2,"select":"id"}""", "select")]
    [InlineData("im.v2.File.upload", """{"dialogId":"1","fields":{"name":"a"}}""", "fields.content")]
    [InlineData("crm.Item.list", """{"entityTypeId":2}""", "")]
    public void A_wrong_call_is_found(string method, string parameters, string path)
    {
        var judge = Judge();
        var violation = Assert.Single(judge.JudgeCall(method, (JsonObject)JsonNode.Parse(parameters)!));
        Assert.Equal((method, path), (violation.Method, violation.Path));
    }

    [Theory]
    [InlineData("department.get", """[{"ID":15}]""", "result[].ID")]
    [InlineData("department.get", """[{"ID":"15","COLOUR":"red"}]""", "result[].COLOUR")]
    [InlineData("crm.item.list", """{"items":[{"id":"1"}]}""", "result.items[].id")]
    [InlineData("crm.item.list", """{"elements7":[]}""", "result.elements7")]
    [InlineData("user.current", """{"ACTIVE":"Y"}""", "result.ACTIVE")]
    [InlineData("crm.activity.list", """[{"ID":1}]""", "result[].ID")]
    [InlineData("im.message.add", "\"1\"", "result")]
    [InlineData("tasks.task.get", """{"task":{"action":{"accept":"Y"}}}""", "result.task.action.accept")]
    public void A_wrong_answer_is_found(string method, string result, string path)
    {
        var judge = Judge();
        var answer = Answer(result);
        Assert.Equal(path, Assert.Single(judge.JudgeAnswer(method, answer, false)).Path);
    }

    [Fact]
    public void A_wrong_envelope_is_found()
    {
        var judge = Judge();
        var answer = Answer("[]");
        answer["time"]!["operating"] = "0";
        answer["extra"] = 1;
        answer["total"] = "5";
        Assert.Equal(["extra", "time.operating", "total"], judge.JudgeAnswer("department.get", answer, false).Select(violation => violation.Path).Order(StringComparer.Ordinal));
        Assert.Single(judge.JudgeAnswer("department.get", new JsonObject { ["error"] = new JsonObject() }, false));
        Assert.Single(judge.JudgeAnswer("timeman.record.list", new JsonObject { ["error"] = "CODE", ["error_description"] = "" }, true));
    }

    private static JsonObject Answer(string result) => new()
    {
        ["result"] = JsonNode.Parse(result),
        ["time"] = new JsonObject
        {
            ["start"] = 1.5,
            ["finish"] = 1.5,
            ["duration"] = 0,
            ["processing"] = 0,
            ["date_start"] = "2026-03-18T12:00:00+03:00",
            ["date_finish"] = "2026-03-18T12:00:00+03:00",
            ["operating"] = 0,
            ["operating_reset_at"] = 1,
        },
    };
}
