using System.Net;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class ListTests
{
    private static Task<PortalFixture> DealsAsync(int count = 120) => PortalFixture.StartAsync(
        options => options.WithoutLimits(),
        [.. Enumerable.Range(1, count).Select(id => PortalFixture.Line($"02T10:{id / 60:00}:{id % 60:00}", "add", "deal", id,
            $$"""{"title":"Deal {{id}}","assignedById":{{1 + (id % 2)}},"opportunity":{{id * 10}},"currencyId":"RUB"}"""))]);

    [Fact]
    public async Task Pages_hold_fifty_rows_and_name_the_next()
    {
        await using var fixture = await DealsAsync();
        var (_, first) = await fixture.CallAsync("crm.item.list", """{"entityTypeId":2}""");
        Assert.Equal((50, 120, 50), (first["result"]!["items"]!.AsArray().Count, (int)first["total"]!, (int)first["next"]!));
        var (_, last) = await fixture.CallAsync("crm.item.list", """{"entityTypeId":2,"start":100}""");
        Assert.Equal((20, 120), (last["result"]!["items"]!.AsArray().Count, (int)last["total"]!));
        Assert.Null(last["next"]);
    }

    [Fact]
    public async Task Fast_mode_counts_nothing_and_continues_after_an_id()
    {
        await using var fixture = await DealsAsync();
        var (_, body) = await fixture.CallAsync("crm.item.list", """{"entityTypeId":2,"start":-1,"order":{"id":"ASC"},"filter":{">id":60},"select":["id"]}""");
        Assert.Equal(Enumerable.Range(61, 50).Select(id => (long)id), PortalFixture.Ids(body["result"]!["items"]));
        Assert.False(body.AsObject().ContainsKey("total"));
        Assert.False(body.AsObject().ContainsKey("next"));
    }

    [Theory]
    [InlineData("""{"id":7}""", new long[] { 7 })]
    [InlineData("""{"@id":[3,5,999]}""", new long[] { 3, 5 })]
    [InlineData("""{"id":[3,5]}""", new long[] { 3, 5 })]
    [InlineData("""{"<id":4,"!@id":[2]}""", new long[] { 1, 3 })]
    [InlineData("""{"<=opportunity":30,">=opportunity":20}""", new long[] { 2, 3 })]
    [InlineData("""{"%title":"eal 11","<id":20}""", new long[] { 11 })]
    [InlineData("""{"=%title":"%19","<id":100}""", new long[] { 19 })]
    [InlineData("""{"!%title":"1","<id":4}""", new long[] { 2, 3 })]
    [InlineData("""{"0":{"logic":"OR","0":{"id":2},"1":{">id":119}}}""", new long[] { 2, 120 })]
    [InlineData("""{">=createdTime":"2026-03-02T10:01:59+03:00","<createdTime":"2026-03-02T07:02:01Z"}""", new long[] { 119, 120 })]
    public async Task Item_filters_know_every_prefix(string filter, long[] expected)
    {
        await using var fixture = await DealsAsync();
        var result = await fixture.ResultAsync("crm.item.list", $$"""{"entityTypeId":2,"filter":{{filter}},"order":{"id":"ASC"},"select":["id"]}""");
        Assert.Equal(expected, PortalFixture.Ids(result["items"]));
    }

    [Fact]
    public async Task Order_sorts_and_select_selects()
    {
        await using var fixture = await DealsAsync(5);
        var result = await fixture.ResultAsync("crm.item.list", """{"entityTypeId":2,"order":{"opportunity":"DESC"},"select":["id","title"]}""");
        Assert.Equal([5, 4, 3, 2, 1], PortalFixture.Ids(result["items"]));
        Assert.Equal(["id", "title"], result["items"]![0]!.AsObject().Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("crm.item.list", """{"entityTypeId":2,"filter":{"nosuch":1}}""", "INVALID_ARG_VALUE")]
    [InlineData("crm.item.list", """{"entityTypeId":2,"order":{"nosuch":"ASC"}}""", "INVALID_ARG_VALUE")]
    [InlineData("crm.item.list", """{"entityTypeId":5}""", "ENTITY_TYPE_NOT_SUPPORTED")]
    [InlineData("crm.item.get", """{"entityTypeId":2,"id":999}""", "NOT_FOUND")]
    [InlineData("tasks.task.list", """{"order":{"NOSUCH":"asc"}}""", "0")]
    [InlineData("tasks.task.list", """{"filter":{"@ID":[1]}}""", "ERROR_ARGUMENT")]
    [InlineData("voximplant.statistic.get", """{"FILTER":{"@ID":[1]}}""", "ERROR_ARGUMENT")]
    [InlineData("crm.stagehistory.list", """{"entityTypeId":7}""", "ENTITY_TYPE_NOT_SUPPORTED")]
    public async Task What_a_method_does_not_know_is_refused(string method, string json, string code)
    {
        await using var fixture = await DealsAsync(1);
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, code, method, json);
    }

    [Fact]
    public async Task Calls_are_strings_and_know_between()
    {
        await using var fixture = await PortalFixture.StartAsync(null, [.. Enumerable.Range(1, 4).Select(id => PortalFixture.Line(
            "02T10:00:00", "add", "call", id, $$"""{"CALL_ID":"c{{id}}","PORTAL_USER_ID":null,"CALL_TYPE":1,"CALL_DURATION":{{id * 20}},"CALL_START_DATE":"2026-03-02T09:59:00+03:00"}"""))]);
        var result = await fixture.ResultAsync("voximplant.statistic.get", """{"FILTER":{"><CALL_DURATION":[40,60]},"SORT":"ID","ORDER":"DESC"}""");
        Assert.Equal(["3", "2"], result.AsArray().Select(row => (string)row!["ID"]!));
        Assert.Equal("60", (string)result[0]!["CALL_DURATION"]!);
        Assert.Null(result[0]!["PORTAL_USER_ID"]);
    }

    [Fact]
    public async Task Activities_are_found_by_any_binding()
    {
        await using var fixture = await DealsAsync(2);
        fixture.Apply("03T10:00:00", "add", "activity", 1, """{"TYPE_ID":2,"OWNER_TYPE_ID":2,"OWNER_ID":1,"RESPONSIBLE_ID":1,"START_TIME":"2026-03-03T09:00:00+03:00","BINDINGS":[{"OWNER_TYPE_ID":3,"OWNER_ID":9}]}""");
        fixture.Apply("03T10:00:00", "add", "activity", 2, """{"TYPE_ID":2,"OWNER_TYPE_ID":2,"OWNER_ID":2,"RESPONSIBLE_ID":1,"START_TIME":"2026-03-03T08:00:00+03:00"}""");
        Assert.Equal(["2", "1"], (await fixture.ResultAsync("crm.activity.list")).AsArray().Select(row => (string)row!["ID"]!));
        var bound = await fixture.ResultAsync("crm.activity.list", """{"filter":{"BINDINGS":[{"OWNER_TYPE_ID":3,"OWNER_ID":9}]}}""");
        Assert.Equal("1", (string)Assert.Single(bound.AsArray())!["ID"]!);
        var bindings = await fixture.ResultAsync("crm.activity.binding.list", """{"activityId":1}""");
        Assert.Equal("""[{"entityTypeId":2,"entityId":1},{"entityTypeId":3,"entityId":9}]""", bindings.ToJsonString());
    }

    [Fact]
    public async Task Tasks_answer_in_camel_case_strings_with_sub_status()
    {
        await using var fixture = await PortalFixture.StartAsync(null,
            PortalFixture.Line("02T10:00:00", "add", "task", 5, """{"title":"A","responsibleId":1,"deadline":"2026-03-10T18:00:00+03:00","ufCrmTask":["D_15"]}"""));
        var result = await fixture.ResultAsync("tasks.task.list", """{"filter":{"STATUS":-1,"UF_CRM_TASK":"D_15"},"select":["ID","STATUS","UF_CRM_TASK"]}""");
        Assert.Equal("""[{"id":"5","status":"2","ufCrmTask":["D_15"],"ufTaskWebdavFiles":[],"ufMailMessage":null,"group":[],"subStatus":"-1"}]""", result["tasks"]!.ToJsonString());
        Assert.Equal("[]", (await fixture.ResultAsync("tasks.task.get", """{"taskId":99}""")).ToJsonString());
    }

    [Fact]
    public async Task Users_filter_by_department_and_activity_and_a_bad_date_matches_nothing()
    {
        await using var fixture = await PortalFixture.StartAsync(null,
            PortalFixture.Line("01T00:00:00", "add", "user", 5, """{"NAME":"A","UF_DEPARTMENT":[7,8]}"""),
            PortalFixture.Line("01T00:00:00", "add", "user", 6, """{"NAME":"B","UF_DEPARTMENT":[8],"ACTIVE":false}"""));
        var active = await fixture.ResultAsync("user.get", """{"FILTER":{"UF_DEPARTMENT":8,"ACTIVE":true}}""");
        var user = Assert.Single(active.AsArray())!;
        Assert.Equal(("5", "[7,8]", "{}"), ((string)user["ID"]!, user["UF_DEPARTMENT"]!.ToJsonString(), user["TIMESTAMP_X"]!.ToJsonString()));
        Assert.Empty((await fixture.ResultAsync("user.get", """{"FILTER":{">DATE_REGISTER":"not a date"}}""")).AsArray());
        Assert.Equal("6", (string)(await fixture.ResultAsync("user.get", """{"sort":"ID","order":"DESC","select":["ID"]}"""))[0]!["ID"]!);
    }

    [Fact]
    public async Task Somebody_who_is_no_administrator_sees_his_own()
    {
        await using var fixture = await DealsAsync(4);
        fixture.Apply("03T00:00:00", "add", "user", 2, """{"NAME":"B"}""");
        var own = fixture.Portal.AddWebhook(2);
        var (_, body) = await fixture.CallAsync("crm.item.list", """{"entityTypeId":2,"select":["id"]}""", own);
        Assert.Equal([1, 3], PortalFixture.Ids(body["result"]!["items"]));
        var (_, history) = await fixture.CallAsync("crm.stagehistory.list", """{"entityTypeId":2}""", own);
        Assert.Equal([1, 3], PortalFixture.Ids(history["result"]!["items"], "OWNER_ID"));
        await fixture.AssertErrorAsync(HttpStatusCode.BadRequest, "ACCESS_DENIED", "crm.item.get", """{"entityTypeId":2,"id":2}""", own);
        await fixture.AssertErrorAsync(HttpStatusCode.Forbidden, "ACCESS_DENIED", "voximplant.statistic.get", "{}", own);
        fixture.Portal.GrantCallStatistics(2);
        Assert.Equal(HttpStatusCode.OK, (await fixture.CallAsync("voximplant.statistic.get", "{}", own)).Status);
    }
}
