using System.Text.Json.Nodes;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

public sealed class ListTests
{
    private const string Calls = "voximplant.statistic.get";
    private const string Items = "crm.item.list";

    public static TheoryData<string> ListMethods => [.. All.Keys];

    private static Dictionary<string, ListMethod> All => new()
    {
        ["voximplant.statistic.get"] = TelephonyMethods.Statistics,
        ["crm.item.list"] = CrmMethods.Items,
        ["crm.stagehistory.list"] = CrmMethods.StageHistory,
        ["crm.activity.list"] = CrmMethods.Activities,
        ["tasks.task.list"] = TaskMethods.Tasks,
        ["user.get"] = UserMethods.Users,
    };

    [Theory]
    [MemberData(nameof(ListMethods))]
    public async Task Every_list_method_is_read_whole_in_its_own_spelling(string method)
    {
        var lists = new ListPortal().With(method, Range(1, 1234));

        var read = await ReadAsync(lists, [new ListQuery("k", All[method]) { Parameters = method == "crm.item.list" ? new JsonObject { ["entityTypeId"] = 2 } : [] }]);

        Assert.Equal(Range(1, 1234), read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
        Assert.Equal(1234, read.Pages[^1].LastId);
        Assert.Equal(2, lists.BatchSizes.Count);

        // The newest rows, 25 pages, and one more that finds what came since.
        Assert.Equal(1 + 25 + 1, lists.Commands);
    }

    [Fact]
    public async Task Task_parameters_keep_their_documented_order()
    {
        var lists = new ListPortal().With("tasks.task.list", [1]);

        await ReadAsync(lists, [new ListQuery("k", TaskMethods.Tasks) { Select = ["TITLE"], Filter = new JsonObject { ["<DEADLINE"] = "x" } }]);

        Assert.Equal(["order", "filter", "select", "start"], lists.Seen[0].Parameters.Select(parameter => parameter.Key));
        Assert.Equal("ID", lists.Seen[0].Parameters["select"]!["0"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(49, 1)]
    [InlineData(50, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(2499, 2)]
    [InlineData(2500, 2)]
    [InlineData(2550, 3)]
    [InlineData(12_345, 6)]
    public async Task Dense_lists_need_few_requests(int rows, int requests)
    {
        var lists = new ListPortal().With(Calls, Range(1, rows));

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(rows, read.Ids("k").Count);
        Assert.Equal(requests, lists.BatchSizes.Count);
        Assert.Single(read.Pages, page => page.IsLast);
    }

    [Fact]
    public async Task Nothing_that_shows_a_row_is_counted()
    {
        var lists = new ListPortal().With(Calls, Range(1, 3000));

        await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);
        await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics) { AfterId = 2999 }]);

        Assert.DoesNotContain(lists.Seen, command => command.Parameters["start"]!.GetValue<string>() == "0");
    }

    [Fact]
    public async Task A_filter_that_begins_late_in_the_ids_wastes_no_commands()
    {
        var lists = new ListPortal().With(Calls, Range(1_000_000, 500));

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Range(1_000_000, 500), read.Ids("k"));
        // Nine full pages are left, and one finds the end.
        Assert.Equal([2, 10], lists.BatchSizes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(49)]
    [InlineData(50)]
    public async Task What_fits_one_page_takes_one_command(int rows)
    {
        var lists = new ListPortal().With(Calls, Range(1, rows));

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics) { IsOnePage = true }]);

        Assert.Equal(Range(1, rows), read.Ids("k"));
        Assert.Equal([1], lists.BatchSizes);
        Assert.True(Assert.Single(read.Pages).IsLast);
    }

    [Fact]
    public async Task Several_lists_and_single_calls_share_batches()
    {
        var lists = new ListPortal().With(Calls, Range(1, 3000)).With(Items, Range(1, 700)).With("crm.activity.list", Range(1, 1200));
        ListQuery[] queries =
        [
            new("calls", TelephonyMethods.Statistics), new("activities", CrmMethods.Activities), CrmMethods.ReadItems("deals", 2, ["title"]),
        ];

        var read = await ReadAsync(lists, queries, [new("profile", UserMethods.Profile()), new("departments", UserMethods.ListDepartments())]);

        Assert.Equal(3000, read.Ids("calls").Count);
        Assert.Equal(1200, read.Ids("activities").Count);
        Assert.Equal(700, read.Ids("deals").Count);
        Assert.Equal("profile", read.Alongside["profile"].Answer!.Result.GetProperty("method").GetString());
        Assert.Equal("department.get", read.Alongside["departments"].Answer!.Result.GetProperty("method").GetString());
        Assert.InRange(lists.BatchSizes.Count, 3, (((60 + 24 + 14) / 50) + 1) + 2);
        Assert.All(lists.BatchSizes, size => Assert.InRange(size, 1, 50));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("$result[q0_3][49][ID]")]
    public async Task Sparse_ids_are_read_whole_whatever_an_unresolvable_reference_becomes(string unresolved)
    {
        var ids = Range(1, 400).Select(id => id * id).ToArray();
        var lists = new ListPortal { Unresolved = unresolved }.With(Calls, ids);
        lists.Interfere = (_, _) => unresolved == "0"
            ? null
            : lists.Seen[^1].Parameters["FILTER"]![">ID"]!.GetValue<string>() == unresolved
                ? new CommandReply(null, "ERROR_ARGUMENT")
                : null;

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids, read.Ids("k"));
        Assert.InRange(lists.BatchSizes.Count, 2, 4);
    }

    [Fact]
    public async Task Reading_resumes_after_the_given_id_and_finds_rows_that_came_meanwhile()
    {
        var lists = new ListPortal().With(Calls, Range(1, 300));
        lists.Interfere = (_, command) =>
        {
            if (command == 1)
            {
                lists.Add(Calls, [.. Range(301, 130)]);
            }

            return null;
        };

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics) { AfterId = 150 }]);

        Assert.Equal(Range(151, 280), read.Ids("k"));
        Assert.Equal(430, read.Pages[^1].LastId);
    }

    [Fact]
    public async Task A_refusal_inside_the_chain_resumes_after_the_last_good_row_when_its_time_has_come()
    {
        var lists = new ListPortal().With(Calls, Range(1, 1000)).With(Items, Range(1, 600));
        lists.Interfere = (method, command) => method == Calls && command is >= 5 and < 20 ? new CommandReply(null, "OPERATION_TIME_LIMIT") : null;

        var read = await ReadAsync(lists, [new ListQuery("calls", TelephonyMethods.Statistics), CrmMethods.ReadItems("deals", 2, [])]);

        Assert.Equal(Range(1, 1000), read.Ids("calls"));
        Assert.Equal(Range(1, 600), read.Ids("deals"));
        Assert.InRange(read.Elapsed.TotalSeconds, 10, 100);
    }

    [Fact]
    public async Task A_final_refusal_ends_its_list_and_the_others_go_on()
    {
        var lists = new ListPortal().With(Calls, Range(1, 300)).With(Items, Range(1, 300));
        lists.Interfere = (method, _) => method == Calls ? new CommandReply(null, "ACCESS_DENIED") : null;

        var read = await ReadAsync(lists, [new ListQuery("calls", TelephonyMethods.Statistics), CrmMethods.ReadItems("deals", 2, [])]);

        var refused = Assert.Single(read.Pages, page => page.QueryKey == "calls");
        Assert.Equal(Bitrix24ErrorKind.AccessDenied, refused.Error!.Kind);
        Assert.False(refused.IsLast);
        Assert.Equal(300, read.Ids("deals").Count);
    }

    [Fact]
    public async Task A_fault_that_does_not_pass_ends_the_list_instead_of_going_on_for_ever()
    {
        var lists = new ListPortal().With(Calls, Range(1, 300));
        lists.Interfere = (_, command) => command > 3 ? new CommandReply(null, "INTERNAL_SERVER_ERROR") : null;

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Range(1, 150), read.Ids("k"));
        Assert.Equal(Bitrix24ErrorKind.ServerFault, read.Pages[^1].Error!.Kind);
        Assert.Equal(150, read.Pages[^1].LastId);
    }

    [Fact]
    public async Task A_short_page_below_the_newest_row_is_not_taken_for_the_end()
    {
        var lists = new ListPortal().With(Calls, Range(1, 300));
        lists.Interfere = (_, command) => command == 2
            ? new CommandReply(new JsonArray([.. Range(51, 30).Select(id => (JsonNode)new JsonObject { ["ID"] = id })]))
            : null;

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Range(1, 300), read.Ids("k"));
    }

    [Fact]
    public async Task A_portal_that_ignores_the_filter_is_found_out()
    {
        var lists = new ListPortal { IgnoresFilter = true }.With(Calls, Range(1, 300));

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Bitrix24ErrorKind.ListNotAdvancing, read.Pages[^1].Error!.Kind);
        Assert.Equal(Range(1, 50), read.Ids("k"));
    }

    [Fact]
    public async Task Batches_shrink_when_commands_become_slow()
    {
        var lists = new ListPortal().With(Calls, Range(1, 1000));
        lists.Interfere = (_, command) => command == 0
            ? new CommandReply(
                new JsonArray([.. Range(951, 50).Reverse().Select(id => (JsonNode)new JsonObject { ["ID"] = id })]),
                Time: new JsonObject { ["duration"] = 10 })
            : null;

        var read = await ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Range(1, 1000), read.Ids("k"));
        Assert.Equal(6, lists.BatchSizes[1]);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "-1")]
    [InlineData(2, "99999999")]
    [InlineData(3, "0")]
    public async Task Any_gaps_and_passing_refusals_give_every_row_once(int seed, string unresolved)
    {
        var random = new Random(seed);
        var calls = Sums([.. Enumerable.Range(0, 640).Select(_ => (long)random.Next(1, 60))]);
        var deals = Sums([.. Enumerable.Range(0, 710).Select(_ => (long)random.Next(1, 4))]);
        var lists = new ListPortal { Unresolved = unresolved }.With(Calls, calls).With(Items, deals);
        lists.Interfere = (_, command) => command % 9 == 7 ? new CommandReply(null, "OPERATION_TIME_LIMIT") : null;

        var read = await ReadAsync(lists, [new ListQuery("calls", TelephonyMethods.Statistics), CrmMethods.ReadItems("deals", 2, [])]);

        Assert.Equal(calls, read.Ids("calls"));
        Assert.Equal(deals, read.Ids("deals"));
        Assert.Equal(2, read.Pages.Count(page => page.IsLast));
    }

    private static IEnumerable<long> Range(long first, int count) => Enumerable.Range(0, count).Select(index => first + index);

    private static long[] Sums(long[] gaps)
    {
        var sum = 0L;
        return [.. gaps.Select(gap => sum += gap)];
    }

    internal static async Task<Reading> ReadAsync(
        ListPortal lists, ListQuery[] queries, KeyValuePair<string, RestCall>[]? alongside = null, Action<Bitrix24ClientOptions>? configure = null)
    {
        await using var portal = await TestPortal.StartAsync(lists.Answer, configure);
        var began = portal.Clock.GetUtcNow();
        var pages = new List<ListPage>();
        var ridden = new Dictionary<string, CommandOutcome>();
        await portal.Clock.RunAsync(CollectAsync());
        return new Reading(pages, ridden, portal.Clock.GetUtcNow() - began);

        async Task CollectAsync()
        {
            await foreach (var batch in new ListReader(portal.Client).ReadAsync(queries, alongside))
            {
                pages.AddRange(batch.Pages);
                foreach (var (key, outcome) in batch.Alongside)
                {
                    ridden.Add(key, outcome);
                }
            }
        }
    }

    internal sealed record Reading(List<ListPage> Pages, Dictionary<string, CommandOutcome> Alongside, TimeSpan Elapsed)
    {
        public List<long> Ids(string key) => [.. Pages
            .Where(page => page.QueryKey == key)
            .SelectMany(page => page.Rows)
            .Select(row => Lenient.ReadInteger(row.TryGetProperty("ID", out var id) ? id : row.GetProperty("id"))!.Value)];
    }
}
