using System.Diagnostics;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class LongTimelineTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Months_of_a_department_load_in_seconds_and_read_back_whole()
    {
        var facts = SchemaJudgeTests.FactsFolder();
        var path = Path.Combine(facts ?? ".", "..", "data", "sales-timeline.jsonl.gz");
        Assert.SkipUnless(File.Exists(path), "The long timeline (../shared/data beside the repository) is not here");
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().RecordCalls = false);
        var watch = Stopwatch.StartNew();
        fixture.Portal.LoadTimeline(path, true);
        output.WriteLine($"loaded in {watch.Elapsed.TotalSeconds:F1} s");
        // A bound that only a change of order of growth breaks; the usual few seconds are printed above.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
        watch.Restart();
        long last = 0, read = 0;
        for (var isComplete = false; !isComplete;)
        {
            var commands = string.Join(',', Enumerable.Range(0, 50).Select(index =>
                $"\"k{index}\":\"voximplant.statistic.get?SORT=ID&ORDER=ASC&start=-1&FILTER[>ID]={(index == 0 ? last.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"$result[k{index - 1}][49][ID]")}\""));
            var pages = (await fixture.ResultAsync("batch", $"{{\"halt\":0,\"cmd\":{{{commands}}}}}"))["result"]!.AsObject();
            foreach (var (_, page) in pages.TakeWhile(_ => !isComplete))
            {
                var ids = page!.AsArray().Select(row => long.Parse((string)row!["ID"]!, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
                Assert.True(ids.Length == 0 || ids[0] > last);
                read += ids.Length;
                last = ids.Length == 0 ? last : ids[^1];
                isComplete = ids.Length < 50;
            }
        }
        output.WriteLine($"read {read} calls in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.Equal(33_176, read);
        var (_, history) = await fixture.CallAsync("crm.stagehistory.list", """{"entityTypeId":1}""");
        // 7,428 leads were added and changed stage 10,107 times.
        Assert.Equal(17_535, (int)history["total"]!);
    }
}
