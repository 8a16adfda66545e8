using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

/// <summary>How many requests lists of all kinds need, read with many batches at once.</summary>
public sealed class ListThriftTests
{
    private const string Calls = "voximplant.statistic.get";

    public static TheoryData<string> Kinds => [.. Lists.Keys];

    private static Dictionary<string, Func<int, IEnumerable<long>>> Lists => new()
    {
        ["dense"] = rows => Gapped(rows, () => 1),
        ["3 % missing"] = rows => Gapped(rows, Missing(0.03)),
        ["density 0.9"] = rows => Gapped(rows, Missing(0.1)),
        ["density 0.5"] = rows => Gapped(rows, Missing(0.5)),
        ["density 0.01"] = rows => Gapped(rows, Missing(0.99)),
        ["even gaps"] = rows => Gapped(rows, () => 7),
        ["one far away"] = rows => Gapped(rows - 1, () => 1).Append(900_000_000),
        ["a huge hole"] = rows => Gapped(rows / 2, () => 1).Concat(Gapped(rows - (rows / 2), () => 1).Select(id => id + 50_000_000)),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Requests_stay_near_the_number_of_full_batches(string kind)
    {
        foreach (var rows in (int[])[0, 1, 51, 120, 2_500, 7_367, 13_087, 63_212])
        {
            var ids = rows == 0 ? [] : Lists[kind](rows).ToArray();
            var lists = new ListPortal().With(Calls, ids);

            var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

            Assert.Equal(ids, read.Ids("k"));
            Assert.True(lists.BatchSizes.Count <= Bound(rows) + (kind is "one far away" or "a huge hole" ? 2 : 0), $"{rows} rows took {lists.BatchSizes.Count} requests: {string.Join(' ', lists.BatchSizes)}");
        }
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("3 % missing")]
    [InlineData("density 0.5")]
    public async Task Four_lists_read_together_share_what_is_left_of_batches(string kind)
    {
        int[] sizes = [63_212, 63_212, 13_087, 7_367];
        string[] methods = [Calls, "crm.activity.list", "crm.stagehistory.list", "tasks.task.list"];
        ListMethod[] described = [TelephonyMethods.Statistics, CrmMethods.Activities, CrmMethods.StageHistory, TaskMethods.Tasks];
        var lists = new ListPortal();
        for (var index = 0; index < sizes.Length; index++)
        {
            lists.With(methods[index], Lists[kind](sizes[index]));
        }

        var read = await ListTests.ReadAsync(lists, [.. described.Select((list, index) => new ListQuery($"k{index}", list))]);

        Assert.Equal(sizes, sizes.Select((_, index) => read.Ids($"k{index}").Count));
        var most = sizes.Sum(size => (size + 2499) / 2500) + 2;
        Assert.True(lists.BatchSizes.Count <= most, $"{lists.BatchSizes.Count} requests of {most}: {string.Join(' ', lists.BatchSizes)}");
    }

    [Fact]
    public async Task A_hole_in_the_middle_of_a_list_without_gaps_at_its_ends_wastes_no_more_than_what_is_under_way()
    {
        const int Hole = 60_000;
        long[] ids = [.. Gapped(15_000, () => 1), .. Gapped(15_000, () => 1).Select(id => id + 15_000 + Hole)];
        var lists = new ListPortal().With(Calls, ids);

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids, read.Ids("k"));
        Assert.Equal([2, 50], lists.BatchSizes.Take(2));
        Assert.True(lists.BatchSizes.Count <= Bound(ids.Length) + (Hole / 2_500), $"{lists.BatchSizes.Count} requests: {string.Join(' ', lists.BatchSizes)}");
    }

    [Fact]
    public async Task Ids_in_bursts_cost_few_requests_more()
    {
        var random = new Random(5);
        var ids = new List<long>();
        for (var id = 0L; ids.Count < 30_000; id += random.Next(100_000))
        {
            ids.AddRange(Enumerable.Range(0, random.Next(1, 900)).Select(_ => ++id));
        }

        var lists = new ListPortal().With(Calls, ids);

        var read = await ListTests.ReadAsync(lists, [new ListQuery("k", TelephonyMethods.Statistics)]);

        Assert.Equal(ids, read.Ids("k"));
        Assert.InRange(lists.BatchSizes.Count, 1, Bound(ids.Count) + 8);
    }

    private static int Bound(int rows) => ((rows + 2499) / 2500) + 2;

    private static Func<long> Missing(double share)
    {
        var random = new Random(1);
        return () =>
        {
            var gap = 1;
            while (random.NextDouble() < share)
            {
                gap++;
            }

            return gap;
        };
    }

    private static IEnumerable<long> Gapped(int rows, Func<long> gap)
    {
        var id = 0L;
        for (var row = 0; row < rows; row++)
        {
            yield return id += gap();
        }
    }
}
