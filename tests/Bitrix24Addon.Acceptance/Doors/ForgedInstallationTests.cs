using System.Net;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Portals;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>Posts of installations that somebody else wrote: none gets a call, a secret, or a portal's place.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class ForgedInstallationTests
{
    private const string Stranger = "5t4a3n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Nobody_that_a_post_names_is_called(DatabaseKind kind)
    {
        using var attacker = new Attacker();
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        var forged = attacker.RestAddress();

        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "GrantRefused", "install", addon.Install(endpoint: forged, domain: attacker.Authority, server: forged, refresh: "invented"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install", addon.Install(endpoint: forged, domain: attacker.Authority, server: forged));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install", addon.Install(endpoint: forged, server: forged));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "events", addon.Install("ONAPPUPDATE", endpoint: forged, server: forged));
        await addon.MustAcceptAsync("Installed", "install", addon.Install(server: forged));
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", $"data[FIELDS][ID]=1&auth[server_endpoint]={Uri.EscapeDataString(forged)}"));

        Assert.Equal(0, attacker.Connections);
        Assert.Equal($"{addon.Bitrix24.Address}rest/", (await addon.AccessAsync())!.ClientEndpoint);
    }

    /// <summary>The post agrees with what the authorisation server says: then the address itself decides.</summary>
    [Theory]
    [InlineData("https://10.0.0.1/rest/")]
    [InlineData("https://172.16.5.5/rest/")]
    [InlineData("https://192.168.0.10:8443/rest/")]
    [InlineData("https://100.64.0.1/rest/")]
    [InlineData("https://169.254.169.254/rest/")]
    [InlineData("https://2852039166/rest/")]
    [InlineData("https://0xA9FEA9FE/rest/")]
    [InlineData("https://0251.0376.0251.0376/rest/")]
    [InlineData("https://169.254.43518/rest/")]
    [InlineData("https://0/rest/")]
    [InlineData("https://[fd00::1]/rest/")]
    [InlineData("https://[fe80::1]/rest/")]
    [InlineData("https://[::ffff:169.254.169.254]/rest/")]
    [InlineData("https://[::ffff:a00:1]:8443/rest/")]
    [InlineData("https://[::10.0.0.1]/rest/")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/rest/")]
    [InlineData("https://[2002:a9fe:a9fe::1]/rest/")]
    [InlineData("https://[2001:0:a9fe:a9fe::1]/rest/")]
    [InlineData("https://no-such-portal.invalid/rest/")]
    [InlineData("http://8.8.8.8/rest/")]
    [InlineData("http://169.254.169.254/rest/")]
    [InlineData("https://portal.bitrix24.ru@10.0.0.1/rest/")]
    [InlineData("https://user:word@8.8.8.8/rest/")]
    [InlineData("https://8.8.8.8/rest/../admin/")]
    [InlineData("https://8.8.8.8/rest/?to=10.0.0.1")]
    [InlineData("https://8.8.8.8/rest/#fragment")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("ftp://8.8.8.8/rest/")]
    [InlineData("file:///rest/")]
    [InlineData("//8.8.8.8/rest/")]
    public async Task A_portal_that_must_not_be_called_is_not_let_in(string endpoint)
    {
        await using var addon = await ServedAddon.StartAsync();
        addon.Bitrix24.ClientEndpoint = endpoint;
        var domain = Uri.TryCreate(endpoint, UriKind.Absolute, out var address) ? address.Authority : "portal";
        ServedAddon.Verdicts.Clear();

        var answer = await addon.PostAsync("install", addon.Install(domain: domain, endpoint: endpoint));

        Assert.Contains(answer.Status, new[] { HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable });
        Assert.Contains(Assert.Single(ServedAddon.Verdicts), new[] { "ForbiddenAddress", "OtherPortal", "OAuthUnreachable" });
        Assert.Empty(await addon.RowsAsync());
        Assert.Empty(addon.Bitrix24.Calls);
    }

    [Theory, EveryDatabase]
    public async Task A_token_of_another_portal_changes_nothing_of_an_installed_one(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();
        var before = await addon.AccessAsync();
        string Forged(string eventName, string token) => addon.Install(eventName, refresh: addon.Bitrix24.Grant(Stranger), token: token);

        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install", Forged("ONAPPINSTALL", "another"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "events", Forged("ONAPPUPDATE", "another"));
        await addon.MustRefuseAsync(HttpStatusCode.Forbidden, "OtherPortal", "install", addon.Install(memberId: Stranger));

        // Who even knows the application token makes the portal be set up again, and no more.
        await addon.MustAcceptAsync("Installed", "events", Forged("ONAPPUPDATE", ServedAddon.ApplicationToken));

        MustBeEqual(before, await addon.AccessAsync());
        Assert.Equal(["Installation 0 x2"], await addon.MarksAsync());
        await using var db = addon.Storage.Open();
        Assert.Equal((addon.Bitrix24.MemberId, addon.Bitrix24.Host), db.Portals.Select(p => new { p.Key, p.Host }).AsEnumerable().Select(p => (p.Key, p.Host)).Single());
        await addon.MustAcceptAsync("Accepted", "events", addon.Event("ONCRMDEALADD", "data[FIELDS][ID]=1"));
    }

    /// <summary>Whoever opens the application's pages sees its token in his browser, so that token alone must not bring his own rights in.</summary>
    [Theory, EveryDatabase]
    public async Task An_employee_who_knows_the_application_token_cannot_put_his_own_tokens_in_place(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        addon.Bitrix24.IsAdministrator = false;
        await addon.InstallAsync();
        var before = await addon.AccessAsync();

        await addon.MustAcceptAsync("Installed", "install", addon.Install("ONAPPUPDATE", refresh: addon.Bitrix24.Grant(userId: 99)));
        MustBeEqual(before, await addon.AccessAsync());

        await addon.MustAcceptAsync("Installed", "install", addon.Install("ONAPPUPDATE"));
        Assert.NotEqual(before!.RefreshToken, (await addon.AccessAsync())!.RefreshToken);
        addon.Bitrix24.IsAdministrator = true;
        await addon.MustAcceptAsync("Installed", "install", addon.Install("ONAPPUPDATE", refresh: addon.Bitrix24.Grant(userId: 99)));
        await using var db = addon.Storage.Open();
        Assert.Equal(99, db.Portals.Single().OwnerUserId);
    }

    /// <summary>Both were judged when the portal was not installed; the one that comes second must be judged again.</summary>
    [Theory, EveryDatabase]
    public async Task An_employee_who_installs_in_the_same_moment_does_not_take_the_administrators_place(DatabaseKind kind)
    {
        await using var addon = await ServedAddon.StartHeardAsync(kind);
        var (asked, gate) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        addon.Bitrix24.InfoGate = gate.Task;
        addon.Bitrix24.AskedForInfo = () => asked.TrySetResult();
        addon.Bitrix24.IsAdministrator = false;
        var employee = addon.PostAsync("install", addon.Install(token: "employees", refresh: addon.Bitrix24.Grant(userId: 99)));
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
        addon.Bitrix24.InfoGate = Task.CompletedTask;

        await addon.InstallAsync();
        var before = await addon.AccessAsync();
        gate.SetResult();

        Assert.Equal((HttpStatusCode.Forbidden, ""), await employee);
        Assert.Contains("NotAdministrator", ServedAddon.Verdicts);
        MustBeEqual(before, await addon.AccessAsync());
    }

    private static void MustBeEqual(PortalAccessRow? before, PortalAccessRow? after) =>
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(before), System.Text.Json.JsonSerializer.Serialize(after));
}
