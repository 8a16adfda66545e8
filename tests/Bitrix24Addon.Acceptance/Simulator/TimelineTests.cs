using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class TimelineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("timeline").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task A_deal_gets_times_semantics_and_stage_history()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("01T00:00:00", "add", "category", 4, """{"name":"Опт"}""");
        fixture.Apply("02T10:00:00", "add", "deal", 1, """{"title":"T","assignedById":1}""");
        fixture.Apply("03T10:00:00", "update", "deal", 1, """{"stageId":"EXECUTING"}""");
        fixture.Apply("03T11:00:00", "update", "deal", 1, """{"stageId":"EXECUTING"}""");
        fixture.Apply("04T10:00:00", "update", "deal", 1, """{"categoryId":4,"stageId":"C4:PREPARATION","movedBy":1}""");
        fixture.Apply("05T10:00:00", "update", "deal", 1, """{"stageId":"C4:WON"}""");
        fixture.Apply("06T10:00:00", "update", "deal", 1, """{"title":"T2"}""");
        var deal = (await fixture.ResultAsync("crm.item.get", """{"entityTypeId":2,"id":1}"""))["item"]!;
        Assert.Equal(
            ("2026-03-02T10:00:00+03:00", "2026-03-06T10:00:00+03:00", "2026-03-05T10:00:00+03:00", "S", "Y"),
            ((string)deal["createdTime"]!, (string)deal["updatedTime"]!, (string)deal["movedTime"]!, (string)deal["stageSemanticId"]!, (string)deal["closed"]!));
        var history = (await fixture.ResultAsync("crm.stagehistory.list", """{"entityTypeId":2,"filter":{"OWNER_ID":1}}"""))["items"]!.AsArray();
        Assert.Equal(
            [(1L, 1L, 0L, "NEW", "P"), (2, 2, 0, "EXECUTING", "P"), (3, 5, 4, "C4:PREPARATION", "P"), (4, 3, 4, "C4:WON", "S")],
            history.Select(row => ((long)row!["ID"]!, (long)row["TYPE_ID"]!, (long)row["CATEGORY_ID"]!, (string)row["STAGE_ID"]!, (string)row["STAGE_SEMANTIC_ID"]!)));
        fixture.Apply("07T10:00:00", "delete", "deal", 1);
        Assert.Empty((await fixture.ResultAsync("crm.stagehistory.list", """{"entityTypeId":2}"""))["items"]!.AsArray());
        Assert.Empty((await fixture.ResultAsync("crm.item.list", """{"entityTypeId":2}"""))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_lead_closes_and_reopens_and_a_custom_stage_has_its_semantics()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("01T00:00:00", "add", "status", 900, """{"ENTITY_ID":"STATUS","STATUS_ID":"DUPLICATE","NAME":"Дубль","SEMANTICS":"F"}""");
        fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        fixture.Apply("03T10:00:00", "update", "lead", 1, """{"stageId":"DUPLICATE"}""");
        async Task<JsonNode> LeadAsync() => (await fixture.ResultAsync("crm.item.get", """{"entityTypeId":1,"id":1}"""))["item"]!;
        Assert.Equal(("F", "2026-03-03T10:00:00+03:00"), ((string)(await LeadAsync())["stageSemanticId"]!, (string)(await LeadAsync())["dateClosed"]!));
        fixture.Apply("04T10:00:00", "update", "lead", 1, """{"stageId":"IN_PROCESS"}""");
        Assert.Null((await LeadAsync())["dateClosed"]);
        var history = (await fixture.ResultAsync("crm.stagehistory.list", """{"entityTypeId":1}"""))["items"]!.AsArray();
        Assert.Equal([(1L, "NEW"), (3, "DUPLICATE"), (2, "IN_PROCESS")], history.Select(row => ((long)row!["TYPE_ID"]!, (string)row["STATUS_ID"]!)));
    }

    [Fact]
    public async Task A_closed_task_is_dated_and_a_reopened_one_is_not()
    {
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Apply("02T10:00:00", "add", "task", 1, """{"title":"A","responsibleId":1}""");
        fixture.Apply("03T10:00:00", "update", "task", 1, """{"status":"5"}""");
        var closed = (await fixture.ResultAsync("tasks.task.get", """{"taskId":1}"""))["task"]!;
        Assert.Equal(
            ("2026-03-02T10:00:00+03:00", "2026-03-03T10:00:00+03:00", "2026-03-03T10:00:00+03:00", "1"),
            ((string)closed["createdDate"]!, (string)closed["closedDate"]!, (string)closed["statusChangedDate"]!, (string)closed["closedBy"]!));
        fixture.Apply("04T10:00:00", "update", "task", 1, """{"status":"2"}""");
        Assert.Null((await fixture.ResultAsync("tasks.task.get", """{"taskId":1}"""))["task"]!["closedDate"]);
    }

    [Fact]
    public async Task Server_offset_and_currencies_come_from_the_timeline()
    {
        await using var fixture = await PortalFixture.StartAsync(null,
            PortalFixture.Line("01T00:00:00", "add", "portal", 1, """{"serverOffset":"+05:00","timeZone":"Asia/Yekaterinburg"}"""),
            PortalFixture.Line("01T00:00:00", "add", "currency", 1, """{"CURRENCY":"KZT","AMOUNT":"18.5000","AMOUNT_CNT":100,"BASE":"Y"}"""));
        Assert.Equal("2026-03-18T14:00:00+05:00", (string)(await fixture.ResultAsync("server.time"))!);
        Assert.Equal("Asia/Yekaterinburg", (string)(await fixture.ResultAsync("profile"))["TIME_ZONE"]!);
        var currencies = await fixture.ResultAsync("crm.currency.list");
        Assert.Equal([("RUB", "N"), ("KZT", "Y")], currencies.AsArray().OrderByDescending(row => (string)row!["CURRENCY"]!).Select(row => ((string)row!["CURRENCY"]!, (string)row["BASE"]!)));
    }

    [Theory]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"deal","id":1,"fields":{"title":"x" """, "no valid JSON")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"nosuch","id":1,"fields":{}}""", "unknown table")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"move","table":"deal","id":1,"fields":{}}""", "unknown op")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"deal","fields":{}}""", "\"id\" is missing")]
    [InlineData("""{"op":"add","table":"deal","id":1,"fields":{}}""", "\"t\" is missing")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"deal","id":1}""", "\"fields\" is missing")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"update","table":"deal","id":77,"fields":{"title":"x"}}""", "does not exist")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"deal","id":1,"fields":{"titel":"x"}}""", "has no field \"titel\"")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"deal","id":1,"fields":{"stageId":"NOSUCH"}}""", "not in directory DEAL_STAGE")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"deal","id":1,"fields":{"assignedById":"Ivan"}}""", "cannot hold Ivan")]
    [InlineData("""{"t":"2026-03-02T10:00:00+03:00","op":"add","table":"task","id":1,"fields":{"title":"x"}}""", "no \"responsibleId\"")]
    [InlineData("""{"t":"2026-02-02T10:00:00+03:00","op":"add","table":"deal","id":1,"fields":{}}""", "earlier than the one before")]
    public async Task A_damaged_line_is_named_and_nothing_is_loaded(string line, string reason)
    {
        var path = Path.Combine(_folder, "bad.jsonl");
        await File.WriteAllLinesAsync(path, [PortalFixture.Line("01T00:00:00", "add", "lead", 5, """{"title":"new"}"""), line], TestContext.Current.CancellationToken);
        await using var fixture = await PortalFixture.StartAsync(null, PortalFixture.Line("01T00:00:00", "add", "lead", 1, """{"title":"old"}"""));
        var exception = Assert.Throws<TimelineException>(() => fixture.Portal.LoadTimeline(path));
        Assert.Contains("bad.jsonl, line 2:", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        var leads = await fixture.ResultAsync("crm.item.list", """{"entityTypeId":1}""");
        Assert.Equal([1], PortalFixture.Ids(leads["items"]));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    [InlineData(0.01)]
    public async Task A_cut_archive_is_refused(double part)
    {
        var path = Path.Combine(_folder, "cut.jsonl.gz");
        var whole = Packed([.. Enumerable.Range(1, 500).Select(id => PortalFixture.Line("01T00:00:00", "add", "lead", id, $$"""{"title":"L{{id * 7919}}"}"""))]);
        await File.WriteAllBytesAsync(path, whole, TestContext.Current.CancellationToken);
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Portal.LoadTimeline(path);
        Assert.Equal(500, (int)(await fixture.CallAsync("crm.item.list", """{"entityTypeId":1}""")).Body["total"]!);
        await File.WriteAllBytesAsync(path, whole[..(int)(whole.Length * part)], TestContext.Current.CancellationToken);
        Assert.Contains("cut off", Assert.Throws<TimelineException>(() => fixture.Portal.LoadTimeline(path)).Message, StringComparison.Ordinal);
        Assert.Equal(500, (int)(await fixture.CallAsync("crm.item.list", """{"entityTypeId":1}""")).Body["total"]!);
    }

    [Fact]
    public async Task Shift_keeps_weekday_and_hour_and_moves_every_field()
    {
        var path = Path.Combine(_folder, "old.jsonl");
        await File.WriteAllLinesAsync(path,
        [
            """{"t":"2025-06-03T09:30:00+03:00","op":"add","table":"task","id":1,"fields":{"title":"2025-06-03 stays","responsibleId":1,"deadline":"2025-06-05T18:00:00+03:00"}}""",
            """{"t":"2025-06-04T13:00:00+03:00","op":"add","table":"workday","id":1,"fields":{"userId":1,"start":"2025-06-04T09:00:00+03:00","finish":null}}""",
        ], TestContext.Current.CancellationToken);
        await using var fixture = await PortalFixture.StartAsync();
        fixture.Portal.LoadTimeline(path, true);
        // Now is Wednesday 18 March 2026, 12:00; the last line was a Wednesday, 13:00, so it lands a week before.
        var task = (await fixture.ResultAsync("tasks.task.get", """{"taskId":1}"""))["task"]!;
        Assert.Equal(
            ("2026-03-10T09:30:00+03:00", "2026-03-12T18:00:00+03:00", "2025-06-03 stays"),
            ((string)task["createdDate"]!, (string)task["deadline"]!, (string)task["title"]!));
        var (_, days) = await fixture.CallV3Async("timeman.record.list", """{"filter":[["userId",1]]}""");
        Assert.Equal("2026-03-11T09:00:00+03:00", (string)days["result"]!["items"]![0]!["startTime"]!);
    }

    private static byte[] Packed(string[] lines)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        }
        return memory.ToArray();
    }
}
