using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>Events that somebody else wrote, or that come again: none does harm, and none tells the sender anything.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed partial class ForgedPostTests
{
    private const string Deal = "data[FIELDS][ID]=7";
    private const string Other = "5t4a3n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_forged_removal_removes_nothing(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await InstallTwoAsync(addon);

        foreach (var data in new[] { "data[CLEAN]=1", "data[CLEAN]=0", "data[CLEAN]=1&data[LANGUAGE_ID]=ru" })
        {
            foreach (var token in new[] { null, "", "wrong", "applicationTokenOther" })
            {
                await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONAPPUNINSTALL", data, token: token));
            }
        }

        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "install", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1"));
        var before = await addon.RowsAsync();
        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", token: ServedAddon.OutgoingToken));
        Assert.Equal(before.Count + 1, (await addon.RowsAsync()).Count);
        Assert.Empty(before.Except(await addon.RowsAsync()));

        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", memberId: Other, token: "applicationTokenOther"));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", Deal));
    }

    [Theory, EveryDatabase]
    public async Task What_comes_again_is_read_again_and_changes_nothing_else(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        var install = addon.Install();
        await addon.MustAcceptAsync("Installed", "install", install);
        var deal = addon.Event("ONCRMDEALDELETE", Deal, ts: 1);
        var before = await addon.AccessAsync();

        await addon.MustAcceptAsync("Accepted", "events", deal);
        await addon.MustAcceptAsync("Accepted", "events", deal);
        await addon.MustAcceptAsync("Installed", "install", install);
        Assert.Equal(["Deal 7 x2 deleted", "Installation 0 x2"], await addon.MarksAsync());
        Assert.Equal(before!.RefreshToken, (await addon.AccessAsync())!.RefreshToken);

        await addon.MustAcceptAsync("Installed", "events", addon.Install("ONAPPUPDATE", token: "applicationToken2"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "GrantRefused", "install", install);
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", deal);
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1"));
    }

    /// <summary>Posts come in no order, and the token outlives a removal: a removal that was sent before the installation is over.</summary>
    [Theory, EveryDatabase]
    public async Task A_removal_from_before_the_installation_removes_nothing(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        var removal = addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000100);
        await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000000));
        await addon.MustAcceptAsync("Uninstalled", "events", removal);
        await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000200));
        var before = await addon.RowsAsync();

        await addon.MustAcceptAsync("Ignored", "events", removal);

        Assert.Equal(before, await addon.RowsAsync());
        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000200));
        Assert.Null(await addon.AccessAsync());
    }

    /// <summary>Whichever way the installation is heard of last: an old post of it that comes late must not lower the bound.</summary>
    [Theory, EveryDatabase]
    public async Task A_late_post_of_an_installation_lets_no_older_removal_in(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000200));
        await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000000));

        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000100));

        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000300));
    }

    /// <summary>The page says nothing of its time, so the portal is asked; where the application is known already too.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite, false)]
    [InlineData(DatabaseKind.Sqlite, true)]
    [InlineData(DatabaseKind.Postgres, true)]
    public async Task A_removal_from_before_the_page_of_the_installation_removes_nothing(DatabaseKind kind, bool isKnown)
    {
        Assert.SkipUnless(kind == DatabaseKind.Sqlite || DatabaseUnderTest.HasPostgres, "needs PostgreSQL: run tests/run, or set TESTS_POSTGRES");
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        if (isKnown)
        {
            await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000000));
        }

        addon.Bitrix24.PortalTime = DateTimeOffset.FromUnixTimeSeconds(1790000200);
        Assert.Equal(HttpStatusCode.OK, (await addon.PostAsync($"install?{addon.OpeningQuery()}", addon.Opening())).Status);

        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000100));

        // What is no administrator's says nothing of the installation, and neither does a page that is opened before.
        addon.Bitrix24.PortalTime = DateTimeOffset.FromUnixTimeSeconds(1790000400);
        addon.Bitrix24.IsAdministrator = false;
        await addon.PostAsync($"install?{addon.OpeningQuery()}", addon.Opening());
        addon.Bitrix24.PortalTime = DateTimeOffset.FromUnixTimeSeconds(1789999999);
        addon.Bitrix24.IsAdministrator = true;
        await addon.PostAsync($"install?{addon.OpeningQuery()}", addon.Opening());
        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000100));
        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000300));
    }

    [Fact]
    public async Task A_removal_from_before_an_installation_that_nobody_could_redeem_removes_nothing()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000000));
        addon.Bitrix24.IsOAuthDown = true;
        await addon.MustAcceptAsync("Installed", "install", addon.Install(ts: 1790000200));

        await addon.MustAcceptAsync("Ignored", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", ts: 1790000100));
    }

    /// <summary>All portals post from the same servers of Bitrix24; a proxy on this machine tells which source it was.</summary>
    [Fact]
    public async Task Only_the_source_of_failing_posts_is_limited_and_only_its_failing_posts()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        var wrong = addon.Event("ONCRMDEALADD", Deal, token: "wrong");
        for (var post = 0; post < 30; post++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, await PostFromAsync("203.0.113.7", wrong));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await PostFromAsync("203.0.113.7", wrong));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostFromAsync("198.51.100.1, 203.0.113.7", wrong));
        Assert.Equal(HttpStatusCode.Forbidden, await PostFromAsync("203.0.113.8", wrong));
        Assert.Equal(HttpStatusCode.Forbidden, await PostFromAsync(null, wrong));
        Assert.Equal(HttpStatusCode.OK, await PostFromAsync("203.0.113.7", addon.Event("ONCRMDEALADD", Deal)));

        async Task<HttpStatusCode> PostFromAsync(string? source, string post)
        {
            using var content = new StringContent(post, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            if (source is not null)
            {
                content.Headers.Add("X-Forwarded-For", source);
            }

            return (await addon.PostAsync("events", content)).Status;
        }
    }

    [Theory, EveryDatabase]
    public async Task A_post_concerns_the_portal_whose_token_it_carries_and_no_other(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await InstallTwoAsync(addon);

        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", Deal, token: "applicationTokenOther"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", Deal, memberId: Other));
        await addon.MustRefuseAsync(
            HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", Deal, token: null) + $"&auth[application_token][]={ServedAddon.ApplicationToken}");

        // The other portal may name any host and any id: it is its own deal 7 that is read, with its own token.
        await addon.MustAcceptAsync(
            "Accepted", "events", addon.Event("ONCRMDEALADD", Deal + $"&auth[domain]={addon.Bitrix24.Host}", memberId: Other, token: "applicationTokenOther"));

        Assert.Equal(["Installation 0 x1"], await addon.MarksAsync());
        Assert.Equal(["Deal 7 x1", "Installation 0 x1"], await addon.MarksAsync(Other));
    }

    /// <summary>Byte for byte, and with the same work of the database: neither text nor time tells which portals are customers.</summary>
    [Theory, EveryDatabase]
    public async Task Unknown_portal_wrong_token_and_removed_portal_get_the_same_answer_for_the_same_work(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await InstallTwoAsync(addon);
        await addon.MustAcceptAsync("Uninstalled", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=0", memberId: Other, token: "applicationTokenOther"));
        var posts = new[]
        {
            addon.Event("ONCRMDEALADD", Deal, token: "wrong"), addon.Event("ONCRMDEALADD", Deal, memberId: "unknown", token: "wrong"),
            addon.Event("ONCRMDEALADD", Deal, memberId: Other, token: "applicationTokenOther"), addon.Event("ONCRMDEALADD", Deal, token: null),
            addon.Event("ONCRMDEALADD", Deal, memberId: "", token: "wrong"), addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", memberId: "unknown", token: "wrong"),
        };
        await RawAsync(addon, "events", posts[0]);

        var answers = new List<string>();
        foreach (var post in posts)
        {
            using var work = new DatabaseWork();
            answers.Add($"{await RawAsync(addon, "events", post)}{string.Join('\n', work.Commands)}");
            Assert.NotEmpty(work.Commands);
        }

        Assert.Single(answers.Distinct());
        Assert.StartsWith("HTTP/1.1 403", answers[0], StringComparison.Ordinal);

        var installs = new[]
        {
            addon.Install(token: "wrong", refresh: "invented"), addon.Install(memberId: "unknown", token: "wrong", refresh: "invented"),
            addon.Install(memberId: Other, token: "wrong", refresh: "invented"),
        };
        var refusals = new List<string>();
        foreach (var post in installs)
        {
            using var work = new DatabaseWork();
            refusals.Add($"{await RawAsync(addon, "install", post)}{string.Join('\n', work.Commands)}");
        }

        Assert.Single(refusals.Distinct());
    }

    [Fact]
    public async Task What_is_too_large_or_of_another_kind_is_refused_at_every_door()
    {
        await using var addon = await ServedAddon.StartHeardAsync();
        await addon.InstallAsync();
        var before = await addon.RowsAsync();
        foreach (var door in new[] { "install", "events", "app" })
        {
            var post = addon.Event("ONCRMDEALADD", Deal);
            Assert.StartsWith("HTTP/1.1 413", await RawAsync(addon, door, post, length: (1 << 20) + 1), StringComparison.Ordinal);
            foreach (var type in new[] { "application/json", "text/plain", "text/xml", "application/octet-stream", "application/x-www-form-urlencodedx" })
            {
                using var other = new StringContent(post, Encoding.UTF8, type);
                Assert.Equal((HttpStatusCode.BadRequest, ""), await addon.PostAsync(door, other));
            }

            using var parts = new MultipartFormDataContent { { new StringContent("ONCRMDEALADD"), "event" } };
            Assert.Equal((HttpStatusCode.BadRequest, ""), await addon.PostAsync(door, parts));
            using var untyped = new ByteArrayContent(Encoding.UTF8.GetBytes(post));
            Assert.Equal((HttpStatusCode.BadRequest, ""), await addon.PostAsync(door, untyped));
            Assert.Equal((HttpStatusCode.BadRequest, ""), await addon.PostAsync(door, "event" + string.Concat(Enumerable.Repeat("[a]", 5000)) + "=1"));
            Assert.Equal((HttpStatusCode.BadRequest, ""), await addon.PostAsync(door, string.Join('&', Enumerable.Range(0, 20_000).Select(n => $"event[{n}]=1"))));
        }

        Assert.Equal(before, await addon.RowsAsync());
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", Deal));
    }

    [Theory]
    [InlineData("Authorization: refresh12")]
    [InlineData("token=access3&x")]
    [InlineData("client_secret=s3cretOfClient")]
    [InlineData("auth[application_token]=applicationToken1")]
    [InlineData("auth[access_token]=postedAccess")]
    [InlineData("https://webhook.bitrix24.ru/rest/1/s3cret/profile")]
    [InlineData("outgoingToken1")]
    public void The_search_finds_every_kind_of_secret_of_these_tests(string line) => Assert.Single(HeardLog.SecretsIn($"all is well\n{line}\nall is well"));

    private static async Task InstallTwoAsync(ServedAddon addon)
    {
        await addon.InstallAsync();
        await addon.MustAcceptAsync("Installed", "install", addon.Install(memberId: Other, refresh: addon.Bitrix24.Grant(Other), token: "applicationTokenOther"));
    }

    /// <summary>The whole answer as it comes over the wire, but for the time of day.</summary>
    private static async Task<string> RawAsync(ServedAddon addon, string door, string body, int? length = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(addon.Address.Host, addon.Address.Port, Stop);
        await using var stream = client.GetStream();
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = $"POST /bitrix24/{door} HTTP/1.1\r\nHost: {addon.Address.Authority}\r\nConnection: close\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length ?? bytes.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Stop);
        await stream.WriteAsync(bytes, Stop);
        using var reader = new StreamReader(stream);
        return Date().Replace(await reader.ReadToEndAsync(Stop), "");
    }

    [GeneratedRegex("Date: [^\r]*\r\n")]
    private static partial Regex Date();
}
