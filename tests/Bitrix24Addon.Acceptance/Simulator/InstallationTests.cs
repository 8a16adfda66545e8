using System.Net;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class InstallationTests
{
    private static readonly string[] Place = ["client_endpoint", "domain", "member_id", "server_endpoint"];
    private static readonly string[] Whole = [.. Place, "access_token", "application_token", "expires_in", "refresh_token", "scope", "status"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_install_post_has_the_documented_shape_and_its_handler_may_call_the_portal_already()
    {
        await using var live = await LivePortal.StartAsync(options => options.Scopes = new HashSet<string> { "crm", "task" }, false);
        Assert.False((bool)(await live.CallAsync("app.info")).Body["result"]!["INSTALLED"]!);
        HttpStatusCode? seen = null;
        live.Listener.Receiving = async post => seen = (await live.CallAsync("event.bind",
            """{"event":"ONCRMLEADADD","handler":"http://127.0.0.1/e"}""", post.Form["auth[access_token]"])).Status;
        Assert.Equal(HttpStatusCode.OK, await live.Portal.InstallAsync(new Uri(live.Listener.Address, "install"), 1, Stop));
        Assert.Equal(HttpStatusCode.OK, seen);
        var post = Assert.Single(live.Listener.Posts);
        Assert.Equal(("/install", "ONAPPINSTALL", "crm task"), (post.Path, post.Event, post.Form["auth[scope]"]));
        Assert.Equal(("1", "Y", "Y", "ru"), (post.Form["data[VERSION]"], post.Form["data[ACTIVE]"], post.Form["data[INSTALLED]"], post.Form["data[LANGUAGE_ID]"]));
        AssertAuth(Whole, post);
        Assert.True((bool)(await live.CallAsync("app.info")).Body["result"]!["INSTALLED"]!);
    }

    [Fact]
    public async Task The_status_of_the_answer_is_told()
    {
        await using var live = await LivePortal.StartAsync(null, false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => live.Portal.UpdateAsync(cancellationToken: Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => live.Portal.UninstallAsync(true, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => live.Portal.PostPaymentAsync(cancellationToken: Stop));
        live.Listener.Answer = HttpStatusCode.Forbidden;
        Assert.Equal(HttpStatusCode.Forbidden, await live.Portal.InstallAsync(live.Listener.Address, 1, Stop));
        Assert.Null(await live.Portal.InstallAsync(new Uri("http://127.0.0.1:9/nobody"), 1, Stop));
    }

    [Fact]
    public async Task A_repeated_install_keeps_what_is_bound()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMLEADADD");
        Assert.Equal(HttpStatusCode.OK, await live.Portal.InstallAsync(new Uri(live.Listener.Address, "install"), 1, Stop));
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        Assert.Equal(["ONAPPINSTALL", "ONCRMLEADADD"], (await live.DeliveredAsync()).Select(post => post.Event));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_update_wipes_handlers_and_may_bring_a_new_application_token(bool newToken)
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMLEADADD");
        var before = live.Portal.ApplicationToken;
        Assert.Equal(HttpStatusCode.OK, await live.Portal.UpdateAsync(newToken, Stop));
        var post = Assert.Single(live.Listener.Posts);
        Assert.Equal(
            ("/install", "ONAPPUPDATE", "2", "1", "ru"),
            (post.Path, post.Event, post.Form["data[VERSION]"], post.Form["data[PREVIOUS_VERSION]"], post.Form["data[LANGUAGE_ID]"]));
        AssertAuth(Whole, post);
        Assert.Equal((live.Portal.ApplicationToken, newToken), (post.Form["auth[application_token]"], before != live.Portal.ApplicationToken));
        Assert.Empty((await live.CallAsync("event.get")).Body["result"]!.AsArray());
        Assert.Equal(2, (int)(await live.CallAsync("app.info")).Body["result"]!["VERSION"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_uninstalled_application_is_told_and_its_tokens_are_dead(bool clean)
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONAPPUNINSTALL", "ONCRMLEADADD");
        HttpStatusCode? during = null;
        live.Listener.Receiving = async _ => during = (await live.CallAsync("profile")).Status;
        Assert.Equal(HttpStatusCode.OK, await live.Portal.UninstallAsync(clean, Stop));
        var post = Assert.Single(live.Listener.Posts);
        Assert.Equal(("/events", "ONAPPUNINSTALL", clean ? "1" : "0", "ru"), (post.Path, post.Event, post.Form["data[CLEAN]"], post.Form["data[LANGUAGE_ID]"]));
        AssertAuth([.. Place, "application_token"], post);
        Assert.Equal(HttpStatusCode.Unauthorized, during);
        var (_, body) = await live.CallAsync("profile");
        Assert.Equal("NO_AUTH_FOUND", (string)body["error"]!);
        live.Listener.Receiving = _ => Task.CompletedTask;
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        Assert.Single(await live.DeliveredAsync());
        await live.Portal.InstallAsync(new Uri(live.Listener.Address, "install"), 1, Stop);
        Assert.Empty((await live.CallAsync("event.get", "{}", live.Listener.Posts[^1].Form["auth[access_token]"])).Body["result"]!.AsArray());
    }

    [Fact]
    public async Task A_payment_is_a_hint_without_a_token_and_unpaid_applications_get_no_events()
    {
        await using var live = await LivePortal.StartAsync();
        await live.BindAsync("ONCRMLEADADD");
        Assert.Equal(HttpStatusCode.OK, await live.Portal.PostPaymentAsync(true, -2, Stop));
        var post = Assert.Single(live.Listener.Posts);
        Assert.Equal(
            ("ONAPPPAYMENT", "local.simulator", "1", "L", "Y", "-2", "ru"),
            (post.Event, post.Form["data[CODE]"], post.Form["data[VERSION]"], post.Form["data[STATUS]"], post.Form["data[PAYMENT_EXPIRED]"],
                post.Form["data[DAYS]"], post.Form["data[LANGUAGE_ID]"]));
        AssertAuth(Place, post);
        var info = (await live.CallAsync("app.info")).Body["result"]!;
        Assert.Equal(("Y", -2), ((string)info["PAYMENT_EXPIRED"]!, (int)info["DAYS"]!));
        live.Fixture.Apply("02T10:00:00", "add", "lead", 1, """{"title":"L"}""");
        Assert.Single(await live.DeliveredAsync());
    }

    private static void AssertAuth(IEnumerable<string> keys, ReceivedPost post) => Assert.Equal(
        keys.Order(StringComparer.Ordinal),
        post.Form.Keys.Where(key => key.StartsWith("auth[", StringComparison.Ordinal)).Select(key => key[5..^1]).Order(StringComparer.Ordinal));
}
