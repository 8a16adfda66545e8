using System.Globalization;
using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

/// <summary>Portals that answer lists in other shapes than expected, within what PHP may do.</summary>
public sealed class ListOddityTests
{
    private const string Calls = "voximplant.statistic.get";

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("ERR")]
    public async Task Lists_written_as_maps_are_read_whole_although_references_lead_nowhere(string unresolved)
    {
        var lists = new ListPortal { Unresolved = unresolved }.With(Calls, Ids(1, 300));
        lists.Interfere = (_, _) =>
        {
            var parameters = lists.Seen[^1].Parameters;
            var afterText = parameters["FILTER"]![">ID"]!.GetValue<string>();
            if (afterText == "ERR")
            {
                return new CommandReply(null, "ERROR_ARGUMENT");
            }

            var after = afterText.Length == 0 ? 0 : long.Parse(afterText, CultureInfo.InvariantCulture);
            var matching = Ids(1, 300).Where(id => id > after);
            var page = (parameters["ORDER"]!.GetValue<string>() == "DESC" ? matching.OrderDescending() : matching.Order()).Take(50);
            return new CommandReply(new JsonObject(page.Select(id => KeyValuePair.Create("r" + id, (JsonNode?)new JsonObject { ["ID"] = id }))));
        };

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Ids(1, 300), read.Ids("k"));
        Assert.Null(read.Pages[^1].Error);
        Assert.True(read.Pages[^1].IsLast);
    }

    [Fact]
    public async Task A_newest_page_that_is_not_full_does_not_end_a_list_that_has_older_rows()
    {
        var lists = new ListPortal().With(Calls, Ids(1, 300));
        lists.Interfere = (_, command) => command == 0
            ? new CommandReply(new JsonArray([.. Ids(252, 49).Reverse().Select(id => (JsonNode)new JsonObject { ["ID"] = id })]))
            : null;

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Ids(1, 300), read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
    }

    private static long[] Ids(long first, int count) => [.. Enumerable.Range(0, count).Select(index => first + index)];
}
