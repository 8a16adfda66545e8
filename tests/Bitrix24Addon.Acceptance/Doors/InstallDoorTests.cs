using System.Net;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

[Collection(nameof(OneDoorAtATime))]
public sealed class InstallDoorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task An_installation_registers_the_portal_with_its_tokens_and_can_be_repeated(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind);

        await addon.InstallAsync();
        var first = await addon.AccessAsync();
        await addon.InstallAsync();

        Assert.Equal(["Installation 0 x2"], await addon.MarksAsync());
        await using var db = addon.Storage.Open();
        var portal = await db.Portals.SingleAsync(Stop);
        Assert.Equal((addon.Bitrix24.MemberId, addon.Bitrix24.Host, 7, null), (portal.Key, portal.Host, portal.OwnerUserId, portal.UninstalledAtMs));
        var access = await addon.AccessAsync();
        Assert.Equal(($"{addon.Bitrix24.Address}rest/", "L"), (access!.ClientEndpoint, access.Status));
        Assert.NotEqual(first!.RefreshToken, access.RefreshToken);
        Assert.Equal(first.ApplicationTokenHash, access.ApplicationTokenHash);
    }

    [Fact]
    public async Task A_forged_installation_stores_nothing()
    {
        await using var addon = await ServedAddon.StartAsync();
        var stranger = addon.Bitrix24.Grant();

        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install", addon.Install(memberId: "another"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install", addon.Install(endpoint: "https://attacker.example/rest/"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install",
            addon.Install(domain: "attacker.example").Replace("auth[client_endpoint]", "auth[left_out]", StringComparison.Ordinal));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "GrantRefused", "install", addon.Install(refresh: "invented"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "install", addon.Install(token: "", refresh: stranger));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "install", "event=ONAPPINSTALL&auth[member_id]=0a1b2c&auth[application_token]=x");
        await addon.MustRefuseAsync(HttpStatusCode.BadRequest, "Malformed", "install", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1"));

        Assert.Empty(await addon.RowsAsync());
        Assert.Equal(4, addon.Bitrix24.Redemptions);
    }

    [Theory]
    [InlineData("https://10.0.0.1/rest/")]
    [InlineData("https://169.254.169.254/rest/")]
    [InlineData("https://[fd00::1]/rest/")]
    [InlineData("http://portal.example/rest/")]
    public async Task A_portal_with_a_private_address_is_refused_even_when_the_server_names_it(string endpoint)
    {
        await using var addon = await ServedAddon.StartAsync();
        addon.Bitrix24.ClientEndpoint = endpoint;

        await addon.MustRefuseAsync(
            HttpStatusCode.Forbidden, "ForbiddenAddress", "install", addon.Install(domain: new Uri(endpoint).Authority, endpoint: endpoint));

        Assert.Empty(await addon.RowsAsync());
    }

    [Fact]
    public async Task Another_application_and_a_server_that_is_away_are_refused()
    {
        await using var addon = await ServedAddon.StartAsync(settings: ("Bitrix24:AppCode", "vendor.sales"));
        addon.Bitrix24.ApplicationCode = "vendor.other";
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherApplication", "install", addon.Install());

        addon.Bitrix24.ApplicationCode = "vendor.sales";
        await addon.InstallAsync();

        await addon.Bitrix24.DisposeAsync();
        await addon.MustRefuseAsync(HttpStatusCode.ServiceUnavailable, "OAuthUnreachable", "install", addon.Install(token: "another"));
    }

    [Fact]
    public async Task Without_an_application_nothing_is_installed()
    {
        await using var addon = await ServedAddon.StartAsync(settings: [("Bitrix24:ClientId", null), ("Bitrix24:ClientSecret", null)]);

        await addon.MustRefuseAsync(HttpStatusCode.ServiceUnavailable, "NotConfigured", "install", addon.Install());

        Assert.Equal(0, addon.Bitrix24.Redemptions);
    }

    [Fact]
    public async Task A_repeated_post_of_the_same_installation_is_believed_by_its_token()
    {
        await using var addon = await ServedAddon.StartAsync();
        var post = addon.Install();

        await addon.MustAcceptAsync("Installed", "install", post);
        await addon.MustAcceptAsync("Installed", "events", post);

        Assert.Equal(["Installation 0 x2"], await addon.MarksAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_update_may_bring_a_new_application_token(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartAsync(kind);
        await addon.InstallAsync();

        await addon.MustAcceptAsync("Installed", "events", addon.Install("ONAPPUPDATE", token: "applicationToken2"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1"));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1", token: "applicationToken2"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "GrantRefused", "install", addon.Install("ONAPPUPDATE", token: "forged", refresh: "invented"));
        await addon.MustAcceptAsync("Installed", "install", addon.Install("ONAPPUPDATE", token: "applicationToken2", refresh: ""));

        Assert.Equal(["Deal 1 x1", "Installation 0 x3"], await addon.MarksAsync());
    }

    [Fact]
    public async Task An_employee_cannot_take_an_installed_portal_over_and_an_administrator_can_install_it_anew()
    {
        await using var addon = await ServedAddon.StartAsync();
        addon.Bitrix24.IsAdministrator = false;
        await addon.InstallAsync();

        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotAdministrator", "install", addon.Install(token: "another"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONAPPUNINSTALL", "data[CLEAN]=1", token: "another"));
        await addon.InstallAsync();

        addon.Bitrix24.IsAdministrator = true;
        await addon.MustAcceptAsync("Installed", "install", addon.Install(token: "another"));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1", token: "another"));
    }

    [Fact]
    public async Task Posts_at_the_same_time_cannot_redeem_more_than_the_budget_of_failures()
    {
        await using var addon = await ServedAddon.StartAsync();
        var gate = new TaskCompletionSource();
        addon.Bitrix24.Gate = gate.Task;

        var posts = Enumerable.Range(0, 45).Select(_ => addon.PostAsync("install", addon.Install(refresh: "invented"))).ToList();
        var limited = await Task.WhenAll(await FirstAsync(posts, 15));
        Assert.All(limited, answer => Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status));
        gate.SetResult();
        var statuses = (await Task.WhenAll(posts)).Select(answer => answer.Status).ToList();

        Assert.Equal((30, 15), (statuses.Count(s => s == HttpStatusCode.Forbidden), statuses.Count(s => s == HttpStatusCode.TooManyRequests)));
        Assert.Equal(30, addon.Bitrix24.Redemptions);
        await addon.MustRefuseAsync(HttpStatusCode.TooManyRequests, "Limited", "install", addon.Install());
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "NotVerified", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1", token: "wrong"));

        static async Task<List<Task<T>>> FirstAsync<T>(List<Task<T>> tasks, int count)
        {
            var ended = new List<Task<T>>();
            while (ended.Count < count)
            {
                ended.Add(await Task.WhenAny(tasks.Except(ended)).WaitAsync(TimeSpan.FromSeconds(60), Stop));
            }

            return ended;
        }
    }

    [Fact]
    public async Task Installations_that_succeed_and_a_server_that_is_away_use_up_no_budget()
    {
        await using var addon = await ServedAddon.StartAsync();
        for (var number = 0; number < 32; number++)
        {
            addon.Bitrix24.MemberId = $"member{number}";
            await addon.InstallAsync();
        }

        await addon.Bitrix24.DisposeAsync();
        for (var number = 0; number < 32; number++)
        {
            await addon.MustRefuseAsync(HttpStatusCode.ServiceUnavailable, "OAuthUnreachable", "install", addon.Install(memberId: "new"));
        }
    }

    [Fact]
    public async Task Without_a_code_to_compare_an_installation_is_registered_and_its_status_is_asked_for_later()
    {
        await using var addon = await ServedAddon.StartAsync();
        addon.Bitrix24.AppInfoFailures = 1;

        await addon.InstallAsync();

        Assert.Equal(["Installation 0 x1", "Payment 0 x1"], await addon.MarksAsync());
        Assert.False((await addon.AccessAsync())!.AwaitsConfirmation);
    }

    [Fact]
    public async Task A_short_failure_to_tell_the_code_is_waited_out()
    {
        await using var addon = await ServedAddon.StartAsync(settings: ("Bitrix24:AppCode", "vendor.sales"));
        addon.Bitrix24.ApplicationCode = "vendor.other";
        addon.Bitrix24.AppInfoFailures = 2;
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherApplication", "install", addon.Install());

        addon.Bitrix24.ApplicationCode = "vendor.sales";
        addon.Bitrix24.AppInfoFailures = 2;
        await addon.InstallAsync();

        Assert.False((await addon.AccessAsync())!.AwaitsConfirmation);
    }

    [Theory, EveryDatabase]
    public async Task An_installation_whose_code_nobody_tells_is_kept_and_set_up_when_it_is_told(DatabaseKind kind)
    {
        await using var addon = await UnconfirmedAsync(kind, "vendor.sales");

        addon.Bitrix24.AppInfoFailures = 0;
        await addon.UntilAsync(_ => Task.FromResult(addon.Bitrix24.Handlers.Count > 0));
        Assert.False((await addon.AccessAsync())!.AwaitsConfirmation);
    }

    [Theory, EveryDatabase]
    public async Task An_installation_that_turns_out_to_be_of_another_application_is_forgotten(DatabaseKind kind)
    {
        await using var addon = await UnconfirmedAsync(kind, "vendor.other");

        addon.Bitrix24.AppInfoFailures = 0;
        await addon.UntilAsync(async db => !await db.Access.AnyAsync(Stop) && !await db.Inbox.AnyAsync(Stop));
        Assert.Empty(addon.Bitrix24.Calls);
    }

    [Fact]
    public async Task The_close_of_the_day_follows_a_change_of_plan_and_does_without_when_nobody_tells_it()
    {
        await using var addon = await ServedAddon.StartAsync(
            settings: [("App:BackgroundWork", "true"), ("Bitrix24:WebhookUrl", null), ("App:PublicUrl", "https://addon.example.com/")]);
        await addon.InstallAsync();
        Assert.Equal("std", (await addon.AccessAsync())!.LicenseFamily);
        var slots = new Slots(addon.Storage, TimeProvider.System);

        addon.Bitrix24.LicenseFamily = "ent";
        await slots.AddAsync((await addon.AccessAsync())!.PortalId, CalendarJob.DailyClose, 1, Stop);
        await addon.UntilAsync(db => db.Access.AnyAsync(a => a.LicenseFamily == "ent", Stop));

        addon.Bitrix24.AppInfoFailures = int.MaxValue;
        await slots.AddAsync((await addon.AccessAsync())!.PortalId, CalendarJob.DailyClose, 2, Stop);
        await addon.UntilAsync(db => db.Slots.AnyAsync(s => s.ScheduledAtMs == 2 && s.DoneAtMs != null, Stop));
        Assert.InRange(addon.Bitrix24.AppInfoFailures, 1, int.MaxValue - 1);
    }

    /// <summary>An add-on at work that let a portal in without being told of which application; its access token has ended meanwhile.</summary>
    private static async Task<ServedAddon> UnconfirmedAsync(DatabaseKind kind, string code)
    {
        var addon = await ServedAddon.StartAsync(
            kind, ("Bitrix24:AppCode", "vendor.sales"), ("App:BackgroundWork", "true"), ("Bitrix24:WebhookUrl", null), ("App:PublicUrl", "https://addon.example.com/"));
        addon.Bitrix24.ApplicationCode = code;
        addon.Bitrix24.AppInfoFailures = int.MaxValue;
        await addon.InstallAsync();
        await addon.UntilAsync(async db => await db.Inbox.AnyAsync(i => i.Kind == InboxKind.Installation && i.Attempts == 1, Stop));
        Assert.True((await addon.AccessAsync())!.AwaitsConfirmation);
        Assert.Empty(addon.Bitrix24.Calls);
        addon.Bitrix24.ExpireAccess();
        return addon;
    }

    [Fact]
    public async Task The_page_doors_answer_head()
    {
        await using var addon = await ServedAddon.StartAsync();

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK),
            (await addon.HeadAsync("bitrix24/install"), await addon.HeadAsync("bitrix24/app"), await addon.HeadAsync("bitrix24/placements/LEFT_MENU")));
    }
}

/// <summary>Tests that count the verdicts of the process run one after the other.</summary>
[CollectionDefinition(nameof(OneDoorAtATime), DisableParallelization = true)]
public sealed class OneDoorAtATime;
