using System.Globalization;
using System.Text.Json.Nodes;
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
