using System.Net;
using Bitrix24.Client;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>Installation with pages: the portal opens them in its frame with the tokens of whoever looks at them.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class PageDoorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task The_page_of_the_installation_brings_the_administrators_tokens_and_finishes_the_installation(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        ServedAddon.Verdicts.Clear();

        var first = await addon.PostAsync($"install?{addon.OpeningQuery()}", addon.Opening());
        var again = await addon.PostAsync($"install?{addon.OpeningQuery("en")}", addon.Opening());

        Assert.Equal(["Installed", "Opened"], ServedAddon.Verdicts);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, again.Status));
        Assert.Contains("<html lang=\"ru\" data-page=\"install\"", first.Body, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\" data-page=\"install\"", again.Body, StringComparison.Ordinal);
        Assert.Equal(["Installation 0 x2"], await addon.MarksAsync());
        Assert.Equal($"{addon.Bitrix24.Address}rest/", (await addon.AccessAsync())!.ClientEndpoint);
        Assert.Equal(1, addon.Bitrix24.Redemptions);
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1"));
        await addon.MustAcceptAsync("Installed", "events", addon.Install("ONAPPUPDATE"));
    }

    [Fact]
    public async Task The_page_may_be_framed_by_its_portal_alone_and_tells_nothing_of_the_post()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();

        using var form = new StringContent(addon.Opening(), null, "application/x-www-form-urlencoded");
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(addon.Address, $"bitrix24/app?{addon.OpeningQuery("<script>alert(1)</script>")}"), form, Stop);
        var page = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors http://{addon.Bitrix24.Host}",
            answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("X-Frame-Options"));
        Assert.Contains("<html lang=\"en\" data-page=\"app\"", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]* src=\"/assets/)|<style| style=| on[a-z]+=", page);
        Assert.Empty(HeardLog.SecretsIn(page));
    }

    [Theory]
    [InlineData("https://company.bitrix24.ru/rest/", "https://company.bitrix24.ru")]
    [InlineData("https://portal.company.ru:8443/rest/", "https://portal.company.ru:8443")]
    [InlineData("https://продажи.рф/rest/", "https://xn--80ahhi0afh.xn--p1ai")]
    [InlineData("http://company.bitrix24.ru:80/rest/", "https://company.bitrix24.ru")]
    public async Task Who_may_frame_it_is_the_portal_as_it_was_installed_by_https(string endpoint, string ancestor)
    {
        await using var addon = await ServedAddon.StartAsync();
        await addon.InstallAsync();
        await using (var db = addon.Storage.Open())
        {
            await db.Access.IgnoreQueryFilters().ExecuteUpdateAsync(set => set.SetProperty(a => a.ClientEndpoint, endpoint), Stop);
        }

        using var form = new StringContent(addon.Opening(), null, "application/x-www-form-urlencoded");
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(addon.Address, $"bitrix24/app?{addon.OpeningQuery()}"), form, Stop);

        Assert.EndsWith($" frame-ancestors {ancestor}", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_placement_is_answered_with_the_page_as_the_main_page_is()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", $"placements/LEFT_MENU?{addon.OpeningQuery()}", addon.Opening());

        await addon.InstallAsync();
        var shown = await addon.PostAsync($"placements/CRM_DEAL_DETAIL_TAB?{addon.OpeningQuery()}", addon.Opening());
        var odd = await addon.PostAsync($"placements/%22%3E%3Cscript%3E?{addon.OpeningQuery()}", addon.Opening());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (shown.Status, odd.Status));
        Assert.Contains("<html lang=\"ru\" data-page=\"CRM_DEAL_DETAIL_TAB\"", shown.Body, StringComparison.Ordinal);
        Assert.Contains("data-page=\"&quot;&gt;&lt;script&gt;\"", odd.Body, StringComparison.Ordinal);
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", $"placements/LEFT_MENU?{addon.OpeningQuery()}", addon.Opening(token: "wrong"));
    }

    [Theory, EveryDatabase]
    public async Task A_forged_opening_is_shown_nothing_and_stores_nothing(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        addon.Bitrix24.IsAdministrator = false;
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotAdministrator", $"install?{addon.OpeningQuery()}", addon.Opening());
        addon.Bitrix24.IsAdministrator = true;
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "GrantRefused", $"install?{addon.OpeningQuery()}", addon.Opening(refresh: "invented"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", $"install?{addon.OpeningQuery(domain: "attacker.example")}", addon.Opening());
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", $"install?{addon.OpeningQuery()}", addon.Opening(memberId: "another"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", $"install?{addon.OpeningQuery()}", addon.Opening(refresh: ""));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", $"app?{addon.OpeningQuery()}", addon.Opening());
        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "events", addon.Opening());

        await addon.InstallAsync();
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", $"app?{addon.OpeningQuery()}", addon.Opening(token: "wrong"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", $"app?{addon.OpeningQuery()}", addon.Opening(memberId: "another"));
    }

    [Theory, EveryDatabase]
    public async Task After_the_authorisation_ended_the_next_administrators_opening_brings_tokens_again(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();
        await using (var db = addon.Storage.Open())
        {
            await db.Access.IgnoreQueryFilters().ExecuteUpdateAsync(
                set => set.SetProperty(a => a.ReauthoriseSinceMs, 1).SetProperty(a => a.NotRenewed, nameof(Bitrix24ErrorKind.AuthorisationNeeded)), Stop);
        }

        var before = await addon.AccessAsync();
        addon.Bitrix24.IsAdministrator = false;
        var asked = addon.Bitrix24.Redemptions;
        var employees = await addon.PostAsync($"app?{addon.OpeningQuery()}", addon.Opening(refresh: addon.Bitrix24.Grant(userId: 99)));
        Assert.Equal(HttpStatusCode.OK, employees.Status);
        Assert.True(await NeedsAdministratorAsync(addon));
        Assert.Equal(before!.RefreshToken, (await addon.AccessAsync())!.RefreshToken);
        Assert.Equal(asked, addon.Bitrix24.Redemptions);

        addon.Bitrix24.IsAdministrator = true;
        var administrators = await addon.PostAsync($"app?{addon.OpeningQuery()}", addon.Opening(refresh: addon.Bitrix24.Grant(userId: 8)));
        Assert.Equal(HttpStatusCode.OK, administrators.Status);
        Assert.False(await NeedsAdministratorAsync(addon));
        var access = (await addon.AccessAsync())!;
        Assert.Equal((null, ""), (access.ReauthoriseSinceMs, access.NotRenewed));
        await using (var db = addon.Storage.Open())
        {
            Assert.Equal(8, (await db.Portals.SingleAsync(Stop)).OwnerUserId);
        }

        // While all is well nobody's tokens are redeemed.
        var redemptions = addon.Bitrix24.Redemptions;
        await addon.PostAsync($"app?{addon.OpeningQuery()}", addon.Opening(refresh: addon.Bitrix24.Grant(userId: 99)));
        Assert.Equal(redemptions, addon.Bitrix24.Redemptions);
        Assert.Equal(access.RefreshToken, (await addon.AccessAsync())!.RefreshToken);
    }

    private static async Task<bool> NeedsAdministratorAsync(ServedAddon addon)
    {
        var (status, answer) = await addon.ApiAsync(HttpMethod.Get, "me", session: await addon.SessionAsync());
        Assert.Equal(HttpStatusCode.OK, status);
        return answer.GetProperty("needsAdministrator").GetBoolean();
    }
}
