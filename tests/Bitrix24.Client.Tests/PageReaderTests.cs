using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

public sealed class PageReaderTests
{
    [Theory]
    [InlineData(0, 50, 1)]
    [InlineData(50, 50, 1)]
    [InlineData(120, 50, 2)]
    [InlineData(35, 10, 2)]
    [InlineData(200, 10, 2)]
    [InlineData(1000, 10, 3)]
    [InlineData(10, 10, 1)]
    public async Task A_list_is_read_page_by_page_whatever_a_page_holds(int rows, int pageSize, int requests)
    {
        await using var portal = await TestPortal.StartAsync(request => Serve(request, rows, pageSize, "START", null));

        var read = await portal.Clock.RunAsync(new PageReader(portal.Client).ReadAsync(UserMethods.ListDepartments(), "START"));

        Assert.Equal(Enumerable.Range(1, rows), read.Select(row => row.GetProperty("ID").GetInt32()));
        Assert.Equal(requests, portal.Requests.Count);
    }

    [Fact]
    public async Task Rows_inside_a_property_are_read()
    {
        await using var portal = await TestPortal.StartAsync(request => Serve(request, 120, 50, "start", "productRows"));
        var reader = new PageReader(portal.Client) { RowsName = "productRows" };

        var read = await portal.Clock.RunAsync(reader.ReadAsync(CrmProductRowMethods.ListProductRows(CrmEntityType.Deal, 5)));

        Assert.Equal(Enumerable.Range(1, 120), read.Select(row => row.GetProperty("ID").GetInt32()));
    }

    [Fact]
    public async Task A_row_that_comes_into_the_list_meanwhile_neither_repeats_nor_hides_another()
    {
        var list = new ChangingList(120) { Change = (ids, reads) => ids.InsertRange(0, reads == 1 ? [1000] : []) };
        await using var portal = await TestPortal.StartAsync(list.Answer);

        var read = await ReadAsync(portal, new PageReader(portal.Client) { IdRowField = "ID" });

        Assert.Equal([1000, .. Enumerable.Range(1, 120)], Ids(read));
        Assert.Equal(4, portal.Requests.Count);
    }

    [Theory]
    [InlineData("ID")]
    [InlineData(null)]
    public async Task A_row_that_leaves_the_list_meanwhile_takes_no_other_with_it(string? idField)
    {
        var list = new ChangingList(120) { Change = (ids, reads) => ids.RemoveRange(0, reads == 1 ? 1 : 0) };
        await using var portal = await TestPortal.StartAsync(list.Answer);

        var read = await ReadAsync(portal, new PageReader(portal.Client) { IdRowField = idField });

        Assert.Equal(Enumerable.Range(2, 119), Ids(read));
    }

    [Fact]
    public async Task A_row_that_takes_the_place_of_another_is_noticed_although_the_total_stays()
    {
        var list = new ChangingList(120)
        {
            Change = (ids, reads) =>
            {
                if (reads == 1)
                {
                    ids.Remove(119);
                    ids.Insert(0, 1000);
                }
            },
        };
        await using var portal = await TestPortal.StartAsync(list.Answer);

        var read = await ReadAsync(portal, new PageReader(portal.Client) { IdRowField = "ID" });

        Assert.Equal([1000, .. Enumerable.Range(1, 118), 120], Ids(read));
    }

    [Fact]
    public async Task A_list_that_changes_all_the_time_is_an_error_unless_that_is_allowed()
    {
        var list = new ChangingList(120) { Change = (ids, reads) => ids.Insert(0, 1000 + reads) };
        await using var portal = await TestPortal.StartAsync(list.Answer);

        var failed = await Assert.ThrowsAsync<Bitrix24Exception>(() => ReadAsync(portal, new PageReader(portal.Client) { IdRowField = "ID" }));
        var requests = portal.Requests.Count;
        var read = await ReadAsync(portal, new PageReader(portal.Client) { IdRowField = "ID", AllowsChanges = true });

        Assert.Equal((Bitrix24ErrorKind.ListChanging, true, false), (failed.Error.Kind, failed.Error.IsRetryable, failed.Error.IsRefusal));
        Assert.Contains("AllowsChanges", failed.Message, StringComparison.Ordinal);
        Assert.Equal((6, 12), (requests, portal.Requests.Count));
        Assert.Equal(Ids(read).Distinct(), Ids(read));
        Assert.Superset(Enumerable.Range(1, 119).ToHashSet(), Ids(read).ToHashSet());
    }

    [Theory]
    [InlineData(true, "ID")]
    [InlineData(true, null)]
    [InlineData(false, "ID")]
    [InlineData(false, null)]
    public async Task A_portal_that_says_there_is_always_more_is_left(bool repeatsRows, string? idField)
    {
        await using var portal = await TestPortal.StartAsync(request =>
        {
            JsonNode Rows() => repeatsRows ? new JsonArray(new JsonObject { ["ID"] = 1 }) : new JsonArray();
            if (request.Body["cmd"] is not JsonObject commands)
            {
                return TestPortal.Answer(new JsonObject { ["result"] = Rows(), ["next"] = 50 }.ToJsonString())(request);
            }

            var (result, next) = (new JsonObject(), new JsonObject());
            foreach (var (key, _) in commands)
            {
                result[key] = Rows();
                next[key] = int.Parse(key[1..], CultureInfo.InvariantCulture) + 50;
            }

            return TestPortal.Answer(new JsonObject { ["result"] = new JsonObject { ["result"] = result, ["result_next"] = next } }.ToJsonString())(request);
        });

        var read = await ReadAsync(portal, new PageReader(portal.Client) { IdRowField = idField, AllowsChanges = true });

        Assert.Equal(repeatsRows ? [1] : [], Ids(read));
        Assert.InRange(portal.Requests.Count, 1, 6);
    }

    [Fact]
    public async Task Where_the_portal_shows_fewer_rows_than_a_page_holds_it_is_read_on_to_the_total()
    {
        // Row 7 is counted and never shown.
        var list = new ChangingList(120) { Hidden = 7 };
        await using var portal = await TestPortal.StartAsync(list.Answer);

        var read = await ReadAsync(portal, new PageReader(portal.Client) { IdRowField = "ID", AllowsChanges = true });

        Assert.Equal(Enumerable.Range(1, 120).Where(id => id != 7), Ids(read));
        await Assert.ThrowsAsync<Bitrix24Exception>(() => ReadAsync(portal, new PageReader(portal.Client) { IdRowField = "ID" }));
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(120, 2)]
    public async Task The_list_reader_reads_a_list_without_ids_beside_the_others(int departments, int requests)
    {
        var list = new ChangingList(departments);
        var keyed = new ListPortal().With("voximplant.statistic.get", [1, 2, 3]);
        await using var portal = await TestPortal.StartAsync(request =>
            request.Body["cmd"]!.ToJsonString().Contains("voximplant", StringComparison.Ordinal) ? BothAsync(request, keyed, list) : list.Answer(request));
        ListQuery[] queries = [UserMethods.ReadDepartments("people"), new("calls", TelephonyMethods.Statistics)];

        var batches = await portal.Clock.RunAsync(
            new ListReader(portal.Client).ReadAsync(queries, [new("first0", UserMethods.ListDepartments())]).ToListAsync().AsTask());

        var pages = batches.SelectMany(batch => batch.Pages).ToLookup(page => page.QueryKey);
        Assert.Equal(Enumerable.Range(1, departments), Ids(Assert.Single(pages["people"]).Rows));
        Assert.True(pages["people"].Single() is { IsLast: true, Error: null, LastId: 0 });
        Assert.Equal([1, 2, 3], Ids(pages["calls"].SelectMany(page => page.Rows)));
        Assert.Equal(["first0"], batches.SelectMany(batch => batch.Alongside.Keys));
        Assert.Equal(requests, portal.Requests.Count);
    }

    [Fact]
    public async Task Departments_come_as_a_stream_of_rows()
    {
        var list = new ChangingList(120);
        await using var portal = await TestPortal.StartAsync(list.Answer);

        var rows = portal.Client.ReadRowsAsync(UserMethods.ReadDepartments("k"), Bitrix24JsonContext.Default.Department);

        Assert.Equal(Enumerable.Range(1, 120), (await portal.Clock.RunAsync(rows.ToListAsync().AsTask())).Select(row => (int)row.Id));
    }

    [Fact]
    public async Task A_list_that_changes_all_the_time_ends_with_an_error_and_the_others_go_on()
    {
        var list = new ChangingList(120) { Change = (ids, reads) => ids.Insert(0, 1000 + reads) };
        await using var portal = await TestPortal.StartAsync(list.Answer);
        ListQuery[] queries = [UserMethods.ReadDepartments("strict"), UserMethods.ReadDepartments("lax") with { AllowsChanges = true }];

        var batches = await portal.Clock.RunAsync(new ListReader(portal.Client).ReadAsync(queries).ToListAsync().AsTask());

        var pages = batches.SelectMany(batch => batch.Pages).ToDictionary(page => page.QueryKey);
        Assert.Equal((Bitrix24ErrorKind.ListChanging, false), (pages["strict"].Error!.Kind, pages["strict"].IsLast));
        Assert.True(pages["lax"] is { Error: null, IsLast: true, Rows.Count: > 100 });
    }

    [Fact]
    public async Task A_list_that_is_refused_is_not_asked_for_again()
    {
        await using var portal = await TestPortal.StartAsync(
            request => TestPortal.Answer(PhpBatch.Run(request.Body, (_, _) => new CommandReply(null, "insufficient_scope")).ToJsonString())(request));

        var batches = await portal.Clock.RunAsync(new ListReader(portal.Client).ReadAsync([UserMethods.ReadDepartments("k")]).ToListAsync().AsTask());

        Assert.Equal(Bitrix24ErrorKind.InsufficientScope, Assert.Single(batches.SelectMany(batch => batch.Pages)).Error!.Kind);
        Assert.Single(portal.Requests);
    }

    [Fact]
    public async Task A_list_without_ids_cannot_be_resumed()
    {
        await using var portal = await TestPortal.StartAsync(TestPortal.Answer("{}"));

        await Assert.ThrowsAsync<ArgumentException>(() => portal.Clock.RunAsync(
            new ListReader(portal.Client).ReadAsync([UserMethods.ReadDepartments("k") with { AfterId = 5 }]).ToListAsync().AsTask()));
        Assert.Empty(portal.Requests);
    }

    private static Task<IReadOnlyList<JsonElement>> ReadAsync(TestPortal portal, PageReader reader) =>
        portal.Clock.RunAsync(reader.ReadAsync(UserMethods.ListDepartments(), "START"));

    private static IEnumerable<int> Ids(IEnumerable<JsonElement> rows) => rows.Select(row => (int)Lenient.ReadInteger(row.GetProperty("ID"))!);

    /// <summary>Answers a batch whose commands belong to two portals: each answers its own.</summary>
    private static async Task BothAsync(Received request, ListPortal keyed, ChangingList list)
    {
        var commands = request.Body["cmd"]!.AsObject();
        var result = PhpBatch.Run(request.Body, (method, parameters) => method == "department.get"
            ? new CommandReply(list.Page(parameters))
            : keyed.Run(method, parameters));
        var counted = commands.Where(command => command.Value!.GetValue<string>().StartsWith("department", StringComparison.Ordinal)).Select(command => command.Key);
        var outer = result["result"]!.AsObject();
        outer["result_total"] = new JsonObject(counted.Select(key => KeyValuePair.Create(key, (JsonNode?)list.Total)));
        outer["result_next"] = new JsonObject(counted.Where(_ => list.Total > 50).Select(key => KeyValuePair.Create(key, (JsonNode?)50)));
        await TestPortal.Answer(result.ToJsonString())(request);
    }

    private static Task Serve(Received request, int rows, int pageSize, string startName, string? rowsName)
    {
        if (request.Body["cmd"] is not JsonObject commands)
        {
            var answer = new JsonObject { ["result"] = Page(0, rows, pageSize, rowsName), ["total"] = rows };
            if (pageSize < rows)
            {
                answer["next"] = pageSize;
            }

            return TestPortal.Answer(answer.ToJsonString())(request);
        }

        var result = new JsonObject();
        var next = new JsonObject();
        var total = new JsonObject();
        foreach (var (key, command) in commands)
        {
            var parameters = PhpBatch.Parse(command!.GetValue<string>().Split('?', 2)[1], [], "");
            var start = int.Parse(parameters[startName]!.GetValue<string>(), CultureInfo.InvariantCulture);
            result[key] = Page(start, rows, pageSize, rowsName);
            total[key] = rows;
            if (start + pageSize < rows)
            {
                next[key] = start + pageSize;
            }
        }

        return TestPortal.Answer(new JsonObject { ["result"] = new JsonObject { ["result"] = result, ["result_next"] = next, ["result_total"] = total } }.ToJsonString())(request);
    }

    private static JsonNode Page(int start, int rows, int pageSize, string? rowsName)
    {
        var ids = Enumerable.Range(start + 1, Math.Clamp(rows - start, 0, pageSize));
        var list = new JsonArray([.. ids.Select(id => (JsonNode)new JsonObject { ["ID"] = id })]);
        return rowsName is null ? list : new JsonObject { [rowsName] = list };
    }
}
