using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

/// <summary>Portals that leave rows out of pages after counting them: what they show is read whole, or the list does not pass for read.</summary>
public sealed class ListHidingTests
{
    private const string Calls = "voximplant.statistic.get";

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(3, 3000)]
    [InlineData(1, 20_000)]
    public async Task Hidden_newest_rows_do_not_end_the_list(int stride, int rows)
    {
        var ids = Ids(rows, stride);

        await CheckAsync(ids, id => id > ids[^51]);
    }

    [Fact]
    public async Task An_empty_newest_page_ends_nothing_when_the_first_one_failed()
    {
        var lists = new ListPortal { Hides = id => id > 250 }.With(Calls, Ids(300, 1));
        lists.Interfere = (_, command) => command == 1 ? new CommandReply(null, "INTERNAL_SERVER_ERROR") : null;

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(Ids(250, 1), read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
    }

    [Theory]
    [InlineData(1, 3000, 1000, 53)]
    [InlineData(3, 3000, 1000, 53)]
    [InlineData(3, 3000, 1000, 400)]
    [InlineData(3, 3000, 0, 50)]
    [InlineData(3, 3000, 50, 100)]
    [InlineData(1, 3000, 0, 1500)]
    [InlineData(3, 3000, 2890, 58)]
    [InlineData(1000, 3000, 1000, 53)]
    [InlineData(3, 30_000, 11_111, 53)]
    [InlineData(3, 30_000, 20_000, 170)]
    public async Task Rows_behind_whole_hidden_pages_are_read(int stride, int rows, int first, int count)
    {
        var ids = Ids(rows, stride);
        var hidden = ids.Skip(first).Take(count).ToHashSet();

        await CheckAsync(ids, hidden.Contains);
    }

    [Fact]
    public async Task One_hidden_row_near_the_end_does_not_take_the_newest_with_it()
    {
        var ids = Ids(1052, 3);

        await CheckAsync(ids, id => id == ids[^51]);
    }

    [Fact]
    public async Task A_newest_row_that_goes_while_the_list_is_read_is_no_contradiction()
    {
        var ids = Ids(2000, 5000);
        var lists = new ListPortal().With(Calls, ids);
        lists.Change = command =>
        {
            if (command == 2)
            {
                lists.Remove(Calls, ids[^1]);
            }
        };

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids[..^1], read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
        Assert.InRange(lists.BatchSizes.Count, 2, 5);
    }

    [Theory]
    [InlineData(1, 53, null)]
    [InlineData(1, 900, null)]
    [InlineData(40, 400, null)]
    [InlineData(10_000, 53, Bitrix24ErrorKind.ListNotAdvancing)]
    public async Task Without_upper_bounds_hidden_pages_are_passed_or_told_of(int stride, int hidden, Bitrix24ErrorKind? error)
    {
        var ids = Ids(3000, stride);
        var lists = new ListPortal { Hides = id => id > ids[999] && id <= ids[999 + hidden] }.With(Calls, ids);

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics with { HasRanges = false })]);

        Assert.Equal(ids.Where(id => !lists.Hides(id) && (error is null || id <= ids[999])), read.Ids("k"));
        Assert.Equal(error, read.Pages[^1].Error?.Kind);
        Assert.Equal(error is null, read.Pages[^1].IsLast);
        Assert.DoesNotContain(lists.Seen, seen => seen.Parameters["FILTER"]!["<=ID"] is not null);
    }

    [Fact]
    public async Task A_list_that_shows_rows_only_in_its_middle_does_not_pass_for_empty()
    {
        var ids = Ids(1000, 7);

        await CheckAsync(ids, id => id < ids[400] || id > ids[600]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(900)]
    public async Task A_portal_that_never_counts_is_read_whole_or_told_of(int stride)
    {
        var ids = Ids(3000, stride);
        var lists = new ListPortal { NeverCounts = true, Hides = id => id > ids[999] && id <= ids[1099] }.With(Calls, ids);

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(stride == 1 ? null : Bitrix24ErrorKind.ListNotAdvancing, read.Pages[^1].Error?.Kind);
        Assert.Equal(ids.Where(id => !lists.Hides(id) && (stride == 1 || id <= ids[999])), read.Ids("k"));
    }

    [Fact]
    public async Task An_empty_list_is_empty_on_a_portal_that_never_counts()
    {
        var read = await ListTests.ReadAsync(new ListPortal { NeverCounts = true }.With(Calls, []), [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.True(Assert.Single(read.Pages).IsLast);
    }

    private static async Task CheckAsync(long[] ids, Predicate<long> hides)
    {
        var lists = new ListPortal { Hides = hides }.With(Calls, ids);

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids.Where(id => !hides(id)), read.Ids("k"));
        Assert.True(read.Pages[^1].IsLast);
    }

    private static long[] Ids(int rows, int stride) => [.. Enumerable.Range(1, rows).Select(index => (long)index * stride)];
}
