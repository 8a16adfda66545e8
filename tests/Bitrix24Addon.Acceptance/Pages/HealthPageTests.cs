using Bitrix24Addon.Effects;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Bitrix24Addon.Acceptance.Pages;

/// <summary>How well the portal is read and served, and trying again what failed.</summary>
[Collection(nameof(OnePageAtATime))]
public sealed class HealthPageTests(BrowserUnderTest browser) : PageTests(browser)
{
    [Fact]
    public async Task What_failed_is_named_with_its_remedy_and_replayed()
    {
        var portal = await StartAsync();
        await portal.InstallAsync();
        await FailAsync(portal);

        foreach (var (language, width) in new[] { ("en", Narrow), ("ru", Narrow), ("en", Wide), ("ru", Wide) })
        {
            var looked = await OpenHealthAsync(portal, language, width);
            await Assertions.Expect(looked.Frame.GetByText(PageTexts.Get(language, "health.doFirst"))).ToBeVisibleAsync();
            await looked.RequireNoSeriousFaultAsync();
            await looked.ScreenshotAsync("health-failed", "administrator");
        }

        var page = await OpenHealthAsync(portal, "en", Wide);
        await Assertions.Expect(page.Frame.GetByText("1 changed record cannot be read.")).ToBeVisibleAsync();
        var refused = page.Frame.GetByRole(AriaRole.Region, new() { Name = PageTexts.Get("en", "health.part.refused") });
        await Assertions.Expect(refused).ToContainTextAsync("Deal No. 77");
        await Assertions.Expect(refused).ToContainTextAsync("ACCESS_DENIED");
        await Assertions.Expect(page.Frame.GetByRole(AriaRole.Region, new() { Name = PageTexts.Get("en", "health.part.rest") })).ToContainTextAsync("crm.item.list");

        await refused.GetByRole(AriaRole.Button, new() { Name = PageTexts.Get("en", "health.replay.do") }).ClickAsync();

        await Assertions.Expect(refused.GetByRole(AriaRole.Status)).ToContainTextAsync("Taken up again: 1 record");
        await Assertions.Expect(refused).Not.ToContainTextAsync("Deal No. 77");
        await using var db = portal.Storage.Open((await portal.PortalAsync()).Id);
        Assert.Equal(0, await db.Inbox.CountAsync(i => i.DeadReason != null, Stop));
    }

    [Theory]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task A_portal_that_is_read_wholly_is_said_to_be_well(string language)
    {
        var portal = await StartAsync();
        await portal.InstallAsync();

        var page = await OpenHealthAsync(portal, language, Wide);

        await Assertions.Expect(page.Frame.GetByText(PageTexts.Get(language, "health.allWell"))).ToBeVisibleAsync();
        await Assertions.Expect(page.Frame.GetByText(PageTexts.Get(language, "health.refused.none"))).ToBeVisibleAsync();
        await page.RequireNoSeriousFaultAsync();
        await page.ScreenshotAsync("health-well", "administrator");
    }

    private static async Task FailAsync(ServedPortal portal)
    {
        var row = await portal.PortalAsync();
        var context = await portal.Registry.ContextAsync(row, Stop);
        var now = portal.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = portal.Storage.Open(row.Id);
        db.Inbox.Add(new() { Kind = InboxKind.Deal, Key = "77", Generation = 1, FirstMarkedAtMs = now, NotBeforeMs = now + 86_400_000, Attempts = 9, DeadReason = "AccessDenied" });
        db.Effects.Add(new() { Key = "k", Subject = "user:1", Document = "{}", State = EffectState.Parked, Failure = "AccessDenied", CreatedAtMs = now });
        for (var hour = 0; hour < 20; hour++)
        {
            db.RestLog.Add(new()
            {
                SentAtMs = now - (hour * 3_600_000L), DurationMs = 120, Caller = "sync", Methods = "crm.item.list ×3", HttpStatus = 200,
                Errors = hour % 7 == 0 ? "crm.item.list: ACCESS_DENIED ×2, QUERY_LIMIT_EXCEEDED" : null, OperatingSeconds = 400,
            });
        }

        await db.SaveChangesAsync(Stop);
        for (var day = 0; day < 14; day++)
        {
            await Deliveries.AddAsync(db, new DeliveryRow { Day = context.Metrics.Days.DayOf(now - (day * 86_400_000L)), Kind = Bitrix24Addon.Facts.FactKind.Deal, Received = 120 - (day * 7), Read = 100, Healed = day, Lost = day % 5 }, Stop);
        }
    }

    private async Task<OpenedPage> OpenHealthAsync(ServedPortal portal, string language, int width)
    {
        var page = await OpenAsync(portal.Portal, ServedPortal.Administrator, language, width);
        await page.Frame.GetByRole(AriaRole.Link, new() { Name = PageTexts.Get(language, "shell.area.health") }).ClickAsync();
        return page;
    }
}
