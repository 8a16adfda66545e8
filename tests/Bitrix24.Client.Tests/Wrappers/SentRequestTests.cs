using System.Text.Json.Nodes;
using Bitrix24.Client.Batches;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Tests.Faults;
using Xunit.Sdk;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>Requests that are put together on the way (pages, batches, plans, repetitions) hold to the documentation's schemas as they arrive.</summary>
public sealed class SentRequestTests
{
    private static readonly RestCall[] Calls =
    [
        CrmMethods.GetItem(CrmEntityType.Deal, 5),
        CrmItemMethods.DeleteItem(CrmEntityType.Deal, 5),
        MessengerMethods.AddMessage("5", "Text & «quotes» = 50%"),
        UserMethods.ListDepartments(),
        TimemanMethods.ListRecords(5, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)),
        TaskCardMethods.GetTask(5, ["id", "title"]),
        TaskCardMethods.ListTasks(["id"], afterId: 5),
        TaskMethods.AddTask("Title", "", 1, 2, DateTimeOffset.UnixEpoch, "key-1"),
    ];

    [Fact]
    public async Task What_a_plan_sends_is_documented()
    {
        await using var portal = await StartAsync(request => request.Body switch
        {
            JsonArray commands => Answer($$"""{"result":[{{string.Join(',', commands.Select(_ => "{}"))}}]}""")(request),
            JsonObject body when body["cmd"] is not null => Answer(PhpBatch.Run(body, (_, _) => new CommandReply(new JsonObject())).ToJsonString())(request),
            _ => Answer("""{"result":{}}""")(request),
        });
        CallGroup chain = new([new("a", Calls[0]), new("b", new RestCall(CrmMethods.ItemGet, new JsonObject { ["entityTypeId"] = 2, ["id"] = "$result[a][id]" }))]);

        await portal.Clock.RunAsync(new BatchPlanner(portal.Client).RunAsync([.. Calls.Select(call => new CallGroup(call)), chain]).ToListAsync().AsTask());

        Assert.Equal(3, portal.Requests.Count);
        Assert.Equal(Calls.Length + 2, portal.Requests.Sum(request => SentRequests.Commands(request.Path, request.Body).Count()));
        Assert.Empty(portal.Requests.SelectMany(request => SentRequests.Violations(request.Path, request.Body)));
    }

    [Theory]
    [InlineData("/rest/event.bind", """{"event":"ONCRMDEALADD","event_type":"offline"}""", true)]
    [InlineData("/rest/event.bind", """{"event":"ONCRMDEALADD"}""", false)]
    [InlineData("/rest/telephony.externalCall.finish", """{"CALL_ID":"c","USER_ID":1,"DURATION":5}""", true)]
    [InlineData("/rest/telephony.externalCall.finish", """{"CALL_ID":"c","DURATION":5}""", false)]
    [InlineData("/rest/bizproc.robot.add", """{"CODE":"r","HANDLER":"https://h","NAME":"n"}""", true)]
    [InlineData("/rest/bizproc.robot.add", """{"CODE":"r","HANDLER":"https://h","NAME":"n","USE_PLACEMENT":"Y"}""", false)]
    [InlineData("/rest/crm.activity.update", """{"id":1,"fields":{"COMPLETED":"Y"}}""", true)]
    [InlineData("/rest/crm.activity.update", """{"id":1,"fields":{"COMPLETED":"Y","SUBJECT":"s"}}""", false)]
    [InlineData("/rest/crm.activity.update", """{"id":1,"fields":{"OWNER_ID":5}}""", false)]
    public void An_exception_holds_only_for_the_calls_it_is_for(string path, string body, bool isDocumented)
    {
        Wrapped.SkipUnlessHere();
        var violations = SentRequests.Violations(path, JsonNode.Parse(body)!);

        Assert.Equal(isDocumented, !violations.Any());
    }

    [Fact]
    public async Task What_the_list_readers_send_is_documented()
    {
        var lists = new ListPortal()
            .With("crm.item.list", Enumerable.Range(1, 9_000).Select(id => (long)id))
            .With("voximplant.statistic.get", Enumerable.Range(1, 9_000).Select(id => 3L * id));
        await using var portal = await StartAsync(request => request.Body["cmd"]?.ToJsonString() switch
        {
            null => Answer("""{"result":[{"ID":"1"}],"next":50}""")(request),
            { } commands when commands.Contains("department.get", StringComparison.Ordinal) =>
                Answer(PhpBatch.Run(request.Body, (_, _) => new CommandReply(new JsonArray())).ToJsonString())(request),
            _ => lists.Answer(request),
        });

        var read = await portal.Clock.RunAsync(new ListReader(portal.Client)
            .ReadAsync([CrmMethods.ReadItems("deals", 2, select: ["id"]), new ListQuery("calls", TelephonyMethods.Statistics)]).ToListAsync().AsTask());
        Assert.Equal(18_000, read.Sum(batch => batch.Pages.Sum(page => page.Rows.Count)));
        await portal.Clock.RunAsync(new PageReader(portal.Client).ReadAsync(UserMethods.ListDepartments(), "START"));

        Assert.InRange(portal.Requests.Count, 10, 15);
        Assert.Empty(portal.Requests.SelectMany(request => SentRequests.Violations(request.Path, request.Body)));
    }

    [Fact]
    public void A_wrong_request_is_found()
    {
        Wrapped.SkipUnlessHere();
        Assert.Equal(
            ["crm.item.get: ID is not documented", "crm.item.get: id is missing"],
            SentRequests.Violations("/rest/7/x/batch", JsonNode.Parse("""{"halt":0,"cmd":{"a":"crm.item.get?entityTypeId=2&ID=5"}}""")!));
    }

    [Fact]
    public async Task No_portal_of_the_tests_lets_a_wrong_request_pass()
    {
        Assert.NotNull(Wrapped.Schema(CrmMethods.ItemGet));
        RestCall wrong = new(CrmMethods.ItemGet, new JsonObject { ["entityTypeId"] = 2, ["ID"] = 5 });
        var portal = await StartAsync(Answer("""{"result":{}}"""));
        await portal.Clock.RunAsync(portal.Client.CallAsync(wrong));
        var faulty = new FaultyPortal(FaultyPortal.Good);
        await faulty.Clock.RunAsync(faulty.Client.CallAsync(wrong));
        var mock = new MockBitrix24();
        await mock.WebhookClient(mock.Process()).CallAsync(wrong);

        await Assert.ThrowsAsync<EmptyException>(async () => await portal.DisposeAsync());
        await Assert.ThrowsAsync<EmptyException>(async () => await faulty.DisposeAsync());
        Assert.Throws<EmptyException>(mock.Dispose);
    }
}
