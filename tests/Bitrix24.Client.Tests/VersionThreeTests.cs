using System.Text.Json.Nodes;
using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

/// <summary>What is particular to REST 3.0.</summary>
public sealed class VersionThreeTests
{
    [Fact]
    public void Conditions_are_written_as_the_documentation_has_them()
    {
        var moscow = new DateTimeOffset(2025, 11, 3, 9, 0, 0, TimeSpan.FromHours(3));

        var filter = Condition.Filter(
            Condition.Equal("userId", 5),
            Condition.NotEqual("title", "a"),
            Condition.Greater("id", 1),
            Condition.AtLeast("id", 2),
            Condition.Less("id", 9),
            Condition.AtMost("id", 8),
            Condition.In("id", 1, 2),
            Condition.Between("startTime", moscow, moscow.AddDays(1)),
            Condition.Any(Condition.Equal("isActive", true), Condition.Any(Condition.Between("id", 1, 5))));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                [["userId","=",5],["title","!=","a"],["id",">",1],["id",">=",2],["id","<",9],["id","<=",8],["id","in",[1,2]],
                 ["startTime","between",["2025-11-03T09:00:00+03:00","2025-11-04T09:00:00+03:00"]],
                 {"logic":"or","conditions":[["isActive","=",true],{"logic":"or","conditions":[["id","between",[1,5]]]}]}]
                """),
            filter));
    }

    [Fact]
    public void A_condition_can_be_used_for_several_filters()
    {
        var condition = Condition.In("id", 1, 2);

        Assert.True(JsonNode.DeepEquals(Condition.Filter(condition), Condition.Filter(condition)));
    }

    [Fact]
    public void Tasks_are_listed_by_id_in_pages_of_at_most_a_thousand()
    {
        var parameters = TaskCardMethods.ListTasks(["id", "title"], afterId: 7, limit: 1000).Parameters;

        Assert.Equal(
            """{"select":["id","title"],"filter":[["id","\u003E",7]],"order":{"id":"ASC"},"pagination":{"page":1,"limit":1000}}""",
            parameters.ToJsonString());
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskCardMethods.ListTasks(["id"], limit: 1001));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskCardMethods.ListTasks(["id"], limit: 0));
    }

    [Fact]
    public async Task A_token_goes_in_the_body_and_not_in_the_address()
    {
        var query = "?";
        await using var portal = await StartAsync(request =>
        {
            query = request.Context.Request.QueryString.ToString();
            return Answer("""{"result":{"item":{"id":5}},"time":{"duration":0.1}}""")(request);
        });
        var application = portal.Factory.Create(new OAuthCredentials(new Uri($"{portal.Address}/rest/"), new Tokens("token"), allowInsecureLoopback: true));

        var answer = await portal.Clock.RunAsync(application.CallAsync(TaskCardMethods.GetTask(5, ["id"])));

        var request = Assert.Single(portal.Requests);
        Assert.Equal(("/rest/api/tasks.task.get", ""), (request.Path, query));
        Assert.Equal("""{"id":5,"select":["id"],"auth":"token"}""", request.Body.ToJsonString());
        Assert.Equal((5, (int?)null, (int?)null), (answer.Result.GetProperty("item").GetProperty("id").GetInt32(), answer.Total, answer.Next));
    }
}
