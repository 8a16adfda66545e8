using System.Net;
using System.Text.Json;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Facts;
using Bitrix24Addon.Tests.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Api;

/// <summary>Sessions of the pages: who looks is what the portal itself says of his token, asked at the address we know.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class SessionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_page_gets_a_session_for_the_token_that_its_portal_knows(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();

        var (status, answer) = await OpenAsync(addon, addon.Bitrix24.Grant(userId: 8));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(1800, answer.GetProperty("expiresInSeconds").GetInt32());
        var visitor = answer.GetProperty("visitor");
        Assert.Equal((8, "Anna"), (visitor.GetProperty("userId").GetInt64(), visitor.GetProperty("name").GetString()));
        Assert.Equal(["manager", "administrator"], RolesOf(answer));
        Assert.False(visitor.GetProperty("isSetUp").GetBoolean());
        Assert.False(visitor.GetProperty("needsAdministrator").GetBoolean());
    }

    [Theory, EveryDatabase]
    public async Task Roles_are_those_that_the_portal_and_the_settings_give_at_the_moment(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();
        addon.Bitrix24.IsAdministrator = false;
        Assert.Equal(["manager"], RolesOf((await OpenAsync(addon, addon.Bitrix24.Grant(userId: 9))).Answer));

        await using var db = addon.Storage.Open();
        var portal = await db.Portals.SingleAsync(p => p.Key == addon.Bitrix24.MemberId, Stop);
        await new PortalRegistry(addon.Storage, TimeProvider.System).PutSettingsAsync(
            portal, new PortalSettings { Roles = new RoleSettings { Marketers = [9], BaseManagers = [9, 10] } }, Stop);

        var session = (await OpenAsync(addon, addon.Bitrix24.Grant(userId: 9))).Answer;
        Assert.Equal(["manager", "marketer", "baseManager"], RolesOf(session));
        Assert.True(session.GetProperty("visitor").GetProperty("isSetUp").GetBoolean());
        Assert.Equal(["manager", "baseManager"], RolesOf((await OpenAsync(addon, addon.Bitrix24.Grant(userId: 10))).Answer));
    }

    [Theory, EveryDatabase]
    public async Task Who_heads_a_department_is_a_head_and_who_was_dismissed_is_nobody(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();
        addon.Bitrix24.IsAdministrator = false;
        var portal = await PortalUnderTest.StartAsync(addon.Storage, addon.Bitrix24.MemberId, Stop);
        await portal.ApplyAsync(
            [new(FactKind.Department, 1, 0, new DepartmentFact(null, 10, "Продажи")), User(10, true), User(11, true), User(12, false)], 1000, null, Stop);
        await portal.Registry.PutSettingsAsync(portal.Row, new PortalSettings { Roles = new RoleSettings { Marketers = [12] } }, Stop);

        Assert.Equal(["manager", "head"], RolesOf((await OpenAsync(addon, addon.Bitrix24.Grant(userId: 10))).Answer));
        Assert.Equal(["manager"], RolesOf((await OpenAsync(addon, addon.Bitrix24.Grant(userId: 11))).Answer));
        Assert.Equal(HttpStatusCode.Forbidden, (await OpenAsync(addon, addon.Bitrix24.Grant(userId: 12))).Status);

        // A session that is open ends with the work.
        var session = await addon.SessionAsync(11);
        await portal.ApplyAsync([User(11, false)], 2000, 2000, Stop);
        await RefusedAsync(addon, session);

        static Observation User(long id, bool isActive) => new(FactKind.User, id, 0, new UserFact(isActive, [1]));
    }

    [Theory, EveryDatabase]
    public async Task Whom_the_portal_does_not_know_is_refused_and_told_what_to_do(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind, ("Bitrix24:AppCode", FakeBitrix24.ClientId));
        await addon.InstallAsync();
        var before = await addon.RowsAsync();

        await RefusedAsync("invented", addon.Bitrix24.MemberId);
        await RefusedAsync(FakeBitrix24.PageAccess(addon.Bitrix24.Grant()), "another");

        // A token of another application of the same portal proves nothing to ours.
        addon.Bitrix24.ApplicationCode = "another.application";
        await RefusedAsync(FakeBitrix24.PageAccess(addon.Bitrix24.Grant()), addon.Bitrix24.MemberId);
        Assert.Equal(before, await addon.RowsAsync());

        async Task RefusedAsync(string accessToken, string memberId)
        {
            var (status, answer) = await addon.ApiAsync(HttpMethod.Post, "session", new { memberId, accessToken }, language: "en");
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Equal("Pages.session_refused", answer.GetProperty("code").GetString());
            Assert.StartsWith("The portal does not confirm who you are", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whose_portal_removed_the_application_has_no_session_any_more()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        var session = await addon.SessionAsync(8);
        Assert.Equal(HttpStatusCode.OK, (await addon.ApiAsync(HttpMethod.Get, "me", session: session)).Status);

        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[LANGUAGE_ID]=ru&data[CLEAN]=0", ts: 1890000000));

        await RefusedAsync(addon, session);
        Assert.Equal(HttpStatusCode.Forbidden, (await OpenAsync(addon, addon.Bitrix24.Grant())).Status);

        // Installed anew, the application knows nothing of the sessions before.
        await addon.MustAcceptAsync("Installed", "events", addon.Install(ts: 1890000100));
        await RefusedAsync(addon, session);
        Assert.Equal(HttpStatusCode.OK, (await OpenAsync(addon, addon.Bitrix24.Grant())).Status);
    }

    [Fact]
    public async Task Without_the_applications_code_only_a_local_application_is_believed()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        Assert.Equal(HttpStatusCode.OK, (await OpenAsync(addon, addon.Bitrix24.Grant())).Status);

        addon.Bitrix24.ApplicationCode = "another.application";
        var (status, answer) = await OpenAsync(addon, addon.Bitrix24.Grant());

        Assert.Equal((HttpStatusCode.BadRequest, "Portals.code_missing"), (status, answer.GetProperty("code").GetString()));
        Assert.Contains("Bitrix24__AppCode", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_office_opens_its_pages_at_once()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();

        var opened = await Task.WhenAll(Enumerable.Range(10, 40).Select(user => OpenAsync(addon, addon.Bitrix24.Grant(userId: user))));

        Assert.All(opened, o => Assert.Equal(HttpStatusCode.OK, o.Status));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("invented")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Without_a_session_of_ours_no_route_tells_anything(string? session)
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        await RefusedAsync(addon, session);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{\"memberId\":\"a\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"memberId\":1,\"accessToken\":\"b\"}", HttpStatusCode.BadRequest)]
    public async Task What_is_no_request_is_refused_in_words(string body, HttpStatusCode expected)
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();

        var (status, answer) = await addon.ApiAsync(HttpMethod.Post, "session", body);

        Assert.Equal((expected, "Pages.malformed"), (status, answer.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Guessing_is_limited_and_those_who_are_known_are_not()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await OpenAsync(addon, addon.Bitrix24.Grant())).Status);
        }

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 31; i++)
        {
            statuses.Add((await OpenAsync(addon, $"invented{i}")).Status);
        }

        Assert.Equal(30, statuses.Count(s => s == HttpStatusCode.Forbidden));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);

        // Who invents portals as well is limited all the same.
        statuses.Clear();
        for (var i = 0; i < 1031; i++)
        {
            statuses.Add((await OpenAsync(addon, "invented", $"portal{i}")).Status);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task A_portal_that_does_not_answer_keeps_nobody_of_another_waiting_and_who_asks_it_is_counted()
    {
        const string Other = "other";
        var answers = new TaskCompletionSource();
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        var name = $"localhost:{addon.Bitrix24.Address.Port}";
        addon.Bitrix24.ClientEndpoint = $"http://{name}/rest/";
        await addon.MustAcceptAsync(
            "Installed", "install", addon.Install(memberId: Other, domain: name, endpoint: addon.Bitrix24.ClientEndpoint, refresh: addon.Bitrix24.Grant(Other), token: "applicationTokenOther"));
        var asked = 0;
        addon.Bitrix24.CallGate = user =>
        {
            if (user != 99)
            {
                return Task.CompletedTask;
            }

            Interlocked.Increment(ref asked);
            return answers.Task;
        };

        var silent = Enumerable.Range(0, 30).Select(_ => OpenAsync(addon, addon.Bitrix24.Grant(userId: 99), Other)).ToList();
        await ServedAddon.WaitAsync(() => Task.FromResult(Volatile.Read(ref asked) >= 1));
        Assert.Equal(HttpStatusCode.OK, (await OpenAsync(addon, addon.Bitrix24.Grant())).Status);
        Assert.All(silent, s => Assert.False(s.IsCompleted));

        Assert.All(
            await Task.WhenAll(silent), s => Assert.Equal((HttpStatusCode.ServiceUnavailable, "Pages.portal_silent"), (s.Status, s.Answer.GetProperty("code").GetString())));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await OpenAsync(addon, addon.Bitrix24.Grant(userId: 99), Other)).Status);
        Assert.Equal(HttpStatusCode.OK, (await OpenAsync(addon, addon.Bitrix24.Grant())).Status);
        answers.SetResult();
    }

    private static async Task RefusedAsync(ServedAddon addon, string? session)
    {
        var (status, answer) = await addon.ApiAsync(HttpMethod.Get, "me", session: session);
        Assert.Equal((HttpStatusCode.Unauthorized, "Pages.session_ended"), (status, answer.GetProperty("code").GetString()));
    }

    private static Task<(HttpStatusCode Status, JsonElement Answer)> OpenAsync(ServedAddon addon, string refreshToken, string? memberId = null) =>
        addon.ApiAsync(HttpMethod.Post, "session", new { memberId = memberId ?? addon.Bitrix24.MemberId, accessToken = FakeBitrix24.PageAccess(refreshToken) });

    private static List<string?> RolesOf(JsonElement session) =>
        [.. session.GetProperty("visitor").GetProperty("roles").EnumerateArray().Select(r => r.GetString())];
}
