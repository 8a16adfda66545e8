using Bitrix24Addon.Reports;

namespace Bitrix24Addon.Tests.Reports;

public sealed class RecordPagesTests
{
    [Fact]
    public void A_page_ends_after_a_hundred_records_or_seven_days()
    {
        Assert.Equal(["20250305:0+60 20250304:0+40", "20250304:40+20 20250303:0+5"], Of((20250305, 60), (20250304, 60), (20250303, 5)));
        Assert.Equal(["9:0+100", "9:100+100", "9:200+50"], Of((9, 250)));
        Assert.Equal(["9:0+1 8:0+1 7:0+1 6:0+1 5:0+1 4:0+1 3:0+1", "2:0+1"], Of([.. Enumerable.Range(2, 8).Reverse().Select(day => (day, 1))]));
        Assert.Empty(Of());
    }

    private static List<string> Of(params (int Day, int Count)[] days) =>
        [.. RecordPages.Of(days).Select(page => string.Join(' ', page.Select(s => $"{s.Day}:{s.Skip}+{s.Take}")))];
}
