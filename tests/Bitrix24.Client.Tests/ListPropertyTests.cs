using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using CsCheck;

namespace Bitrix24.Client.Tests;

/// <summary>Whatever ids, pages, changes and failures: rows that are there all the time come once, in the order of their ids.</summary>
public sealed class ListPropertyTests
{
    private const string Calls = "voximplant.statistic.get";

    // Runs of ids with gaps between them, some of them huge.
    private static readonly Gen<long[]> GenIds =
        from runs in Gen.Select(Gen.Int[1, 400], Gen.OneOf(Gen.Int[1, 4], Gen.Int[1, 60], Gen.Int[1, 1_000_000])).Array[0, 14]
        from step in Gen.Int[1, 3]
        select Ids(runs, step);

    [Fact]
    public async Task Rows_that_stay_come_once_and_in_order()
    {
        var cases =
            from ids in GenIds
            from pageSize in OneOf(50, 50, 20, 7)
            from hidden in OneOf(0, 0, 3, 10)
            from refused in OneOf(0, 0, 7, 23)
            from change in Gen.Bool
            from allowed in OneOf(1, 3, 50)
            from unresolved in OneOf("0", "", "99999999")
            select (ids, pageSize, hidden, refused, change, allowed, unresolved);

        await cases.SampleAsync(
            async one => await CheckAsync(one.ids, one.pageSize, one.hidden, one.refused, one.change, one.allowed, one.unresolved), iter: 40, threads: 1);
    }

    [Fact]
    public async Task Reading_goes_on_after_any_cursor_that_was_given_out()
    {
        var cases = Gen.Select(GenIds, Gen.Int[0, 30]);

        await cases.SampleAsync(
            async one =>
            {
                var lists = new ListPortal().With(Calls, one.Item1);
                var whole = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);
                var cursor = whole.Pages[Math.Min(one.Item2, whole.Pages.Count - 1)].LastId;
                var rest = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics) { AfterId = cursor }]);
                Assert.Equal(one.Item1.Where(id => id > cursor), rest.Ids("k"));
            },
            iter: 15,
            threads: 1);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static async Task CheckAsync(long[] ids, int pageSize, int hidden, int refused, bool change, int allowed, string unresolved)
    {
        // Hidden rows are those the portal leaves out of a page after it has counted them.
        bool IsHidden(long id) => hidden > 0 && (id / 2 % hidden) == 1;
        var random = new Random(ids.Length);
        var lists = new ListPortal { PageSize = pageSize, Hides = IsHidden, Unresolved = unresolved }.With(Calls, ids);
        var gone = new HashSet<long>();
        lists.Interfere = (_, command) => refused > 0 && command % refused == refused - 1 ? new CommandReply(null, "INTERNAL_SERVER_ERROR") : null;
        if (change && ids.Length > 0)
        {
            lists.Change = command =>
            {
                if (command % 5 == 4)
                {
                    var id = ids[random.Next(ids.Length)];
                    gone.Add(id);
                    lists.Remove(Calls, id);
                    lists.Add(Calls, random.NextInt64(ids[^1] + 200));
                }
            };
        }

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)], null, options => options.ListBatches = allowed);

        var got = read.Ids("k");
        Assert.Equal(got.Order().Distinct(), got);
        if (read.Pages[^1].Error is { } error)
        {
            // A command that failed time and again ends the list, and says so.
            Assert.Equal(Bitrix24ErrorKind.ServerFault, error.Kind);
            Assert.True(refused > 0);
            Assert.Empty(ids.Where(id => id <= read.Pages[^1].LastId && !IsHidden(id) && !gone.Contains(id)).Except(got));
            return;
        }

        Assert.Empty(ids.Where(id => !IsHidden(id) && !gone.Contains(id)).Except(got));
        Assert.True(read.Pages[^1].IsLast);
    }

    private static long[] Ids((int Rows, int Gap)[] runs, int step)
    {
        var ids = new List<long>();
        var id = 0L;
        foreach (var (rows, gap) in runs)
        {
            id += gap;
            for (var row = 0; row < rows; row++)
            {
                ids.Add(id += step);
            }
        }

        return [.. ids];
    }
}
