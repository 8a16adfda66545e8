using System.Globalization;
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
        from runs in Gen.Select(Gen.OneOf(Gen.Int[1, 400], Gen.Int[1, 400], Gen.Int[1, 1500]), Gen.OneOf(Gen.Int[1, 4], Gen.Int[1, 60], Gen.Int[1, 1_000_000])).Array[0, 14]
        from step in Gen.Int[1, 3]
        select Ids(runs, step);

    // What is hidden: single rows, rows at regular distances, runs of rows longer than a page, all but a few.
    private static readonly Gen<Hiding> GenHiding =
        from kind in Gen.Int[0, 5]
        from every in Gen.Int[2, 12]
        from places in Gen.Double[0, 1].Array[1, 8]
        from lengths in Gen.Int[50, 200].Array[8]
        select new Hiding(kind, every, places, lengths);

    [Fact]
    public async Task Rows_that_stay_come_once_and_in_order()
    {
        var cases =
            from ids in GenIds
            from pageSize in OneOf(50, 50, 20, 7)
            from hides in GenHiding
            from refused in OneOf(0, 0, 7, 23)
            from change in Gen.Bool
            from allowed in OneOf(1, 3, 50)
            from unresolved in OneOf("0", "", "99999999")
            select (ids, pageSize, hides, refused, change, allowed, unresolved);

        await cases.SampleAsync(
            async one => await CheckAsync(one.ids, one.pageSize, one.hides, one.refused, one.change, one.allowed, one.unresolved), iter: Iterations(40), threads: 1);
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
            iter: Iterations(15),
            threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_row_that_is_hidden_at_the_end_of_a_part_takes_none_with_it(int seed)
    {
        var random = new Random(seed);
        var id = 0L;
        var ids = Enumerable.Range(0, 14_000).Select(_ => id += random.Next(1, 8)).ToArray();
        var whole = new ListPortal().With(Calls, ids);
        await ListTests.ReadAsync(whole, [new ListQuery("k", TelephonyMethods.Statistics)]);

        // Between ids only the reader itself begins.
        var begins = whole.Seen.Select(seen => seen.Parameters["FILTER"]![">ID"]!.GetValue<string>()).Select(long.Parse).Distinct();
        foreach (var begin in begins.Where(begin => begin > 0 && Array.BinarySearch(ids, begin) < 0).Take(Iterations(6)))
        {
            foreach (var back in (int[])[2, 3, 4])
            {
                await CheckAsync(ids, 50, new Hiding(ids[~Array.BinarySearch(ids, begin) - back]), 0, change: false, 50, "0");
            }
        }
    }

    /// <summary>Many more when asked for, to look for what few do not find.</summary>
    private static int Iterations(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("LIST_ITERATIONS"), CultureInfo.InvariantCulture, out var more) ? more : usual;

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static async Task CheckAsync(long[] ids, int pageSize, Hiding hides, int refused, bool change, int allowed, string unresolved)
    {
        // Hidden rows are those the portal leaves out of a page after it has counted them.
        var hidden = hides.Of(ids);
        bool IsHidden(long id) => hidden(id);
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

    /// <summary>Which rows the portal leaves out of pages.</summary>
    private sealed record Hiding(int Kind, int Every, double[] Places, int[] Lengths)
    {
        private readonly long? _single;

        public Hiding(long single)
            : this(0, 0, [], []) => _single = single;

        public override string ToString() => $"{Kind} every {Every} at {string.Join(' ', Places)} for {string.Join(' ', Lengths)}, {_single}";

        public Predicate<long> Of(long[] ids) => (_single, Kind) switch
        {
            ({ } single, _) => id => id == single,
            (_, 1) => id => id / 2 % Every == 1,
            (_, 2) => Set(ids, _ => 1).Contains,
            (_, 3 or 4) => Set(ids, index => Lengths[index]).Contains,
            (_, 5) => id => id % (Every * 10) != 1,
            _ => _ => false,
        };

        private HashSet<long> Set(long[] ids, Func<int, int> length) =>
            [.. Places.SelectMany((place, index) => ids.Skip((int)(place * ids.Length)).Take(length(index)))];
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
