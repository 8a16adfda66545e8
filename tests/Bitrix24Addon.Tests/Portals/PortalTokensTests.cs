using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Tests.Portals;

public sealed class PortalTokensTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Tokens_are_not_readable_in_the_database(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);

        var stored = JsonSerializer.Serialize(await portal.AccessAsync());
        var token = await portal.Tokens().GetAsync(Stop);

        Assert.StartsWith("access", token, StringComparison.Ordinal);
        Assert.DoesNotContain(token, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("refresh", stored.Replace("RefreshToken", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(InstalledPortal.ApplicationToken, stored, StringComparison.Ordinal);
        Assert.Equal(32, (await portal.AccessAsync())!.ApplicationTokenHash.Length);
    }

    [Theory, EveryDatabase]
    public async Task Many_callers_in_three_processes_redeem_once(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var processes = new[] { portal.Tokens(), portal.Tokens(), portal.Tokens() };
        var refused = await processes[0].GetAsync(Stop);
        var gate = new TaskCompletionSource();
        portal.Bitrix24.Gate = gate.Task;

        var callers = Enumerable.Range(0, 12).Select(n => processes[n % 3].RenewAsync(refused, Stop).AsTask()).ToArray();
        gate.SetResult();
        var all = Task.WhenAll(callers);
        while (!all.IsCompleted)
        {
            portal.Clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop));
        }

        var renewed = Assert.Single((await all).Distinct());
        Assert.NotEqual(refused, renewed);
        Assert.Equal(renewed, await processes[2].GetAsync(Stop));
        Assert.Equal(2, portal.Bitrix24.Redemptions);
    }

    [Theory, EveryDatabase]
    public async Task A_caller_waits_for_another_process_and_not_for_ever(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var tokens = portal.Tokens();
        var refused = await tokens.GetAsync(Stop);
        var lease = await new Leases(portal.Storage, portal.Clock).TryTakeAsync(portal.Row.Id, LeaseNames.Tokens, Duration.FromMinutes(10), Stop);
        Assert.NotNull(lease);

        var waiting = tokens.RenewAsync(refused, Stop).AsTask();
        while (!waiting.IsCompleted)
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop));
        }

        Assert.Equal(Bitrix24ErrorKind.AuthorisationUnavailable, (await Assert.ThrowsAsync<Bitrix24Exception>(() => waiting)).Error.Kind);
        Assert.Equal(1, portal.Bitrix24.Redemptions);
    }

    [Theory, EveryDatabase]
    public async Task A_process_that_froze_does_not_write_over_what_another_stored(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var store = portal.Store();
        var pair = (await store.ReadAsync(Stop))!;
        var frozen = (await store.TryLeaseAsync(Stop))!;
        portal.Clock.Advance(TimeSpan.FromMinutes(3));
        await using var other = (await store.TryLeaseAsync(Stop))!;

        Assert.False(await frozen.StoreAsync(pair, Renewed("frozen")));
        Assert.False(await frozen.NoteAsync(pair, new RenewalFailure(Bitrix24ErrorKind.AuthorisationNeeded, null)));
        Assert.True(await other.StoreAsync(pair, Renewed("other")));
        Assert.Equal(new TokenPair(pair.MemberId, "other", "other"), await store.ReadAsync(Stop));

        RedeemedTokens Renewed(string token) => new()
        {
            AccessToken = token, RefreshToken = token, MemberId = pair.MemberId, ClientEndpoint = $"{portal.Bitrix24.Address}rest/",
        };
    }

    [Theory, EveryDatabase]
    public async Task A_refused_call_is_repeated_with_the_renewed_token(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var client = await portal.Process<PortalClients>().ForAsync(portal.Row, Stop);
        portal.Bitrix24.ExpireAccess();

        var profile = await client!.CallAsync(UserMethods.Profile(), Stop);

        Assert.Equal("7", profile.Result.GetProperty("ID").GetString());
        Assert.Equal(2, portal.Bitrix24.Redemptions);
        Assert.Equal(portal.Clock.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), (await portal.AccessAsync())!.ExpiresAtMs);
    }

    [Theory, EveryDatabase]
    public async Task A_spent_refresh_token_calls_for_a_person_and_is_not_tried_again(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var tokens = portal.Tokens();
        var client = (await portal.Process<PortalClients>().ForAsync(portal.Row, Stop))!;
        portal.Bitrix24.OAuthError = "invalid_grant";

        await MustRefuseAsync(Bitrix24ErrorKind.AuthorisationNeeded, tokens, await tokens.GetAsync(Stop));
        await MustRefuseAsync(Bitrix24ErrorKind.AuthorisationNeeded, tokens, "access");

        Assert.Equal(2, portal.Bitrix24.Redemptions);
        Assert.Equal(portal.Clock.GetUtcNow().ToUnixTimeMilliseconds(), (await portal.AccessAsync())!.ReauthoriseSinceMs);
        Assert.Null(await portal.Process<PortalClients>().ForAsync(portal.Row, Stop));
        Assert.Empty(await portal.Process<PortalRegistry>().ActiveAsync(Stop));
        Assert.Equal(Bitrix24ErrorKind.AuthorisationNeeded, (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(UserMethods.Profile(), Stop))).Error.Kind);

        portal.Bitrix24.OAuthError = null;
        Assert.Equal(AdmissionOutcome.Admitted, await portal.AdmitAsync());
        Assert.Single(await portal.Process<PortalRegistry>().ActiveAsync(Stop));
        Assert.Equal("7", (await client.CallAsync(UserMethods.Profile(), Stop)).Result.GetProperty("ID").GetString());
    }

    [Fact]
    public async Task Whoever_holds_new_tokens_that_could_not_be_stored_calls_although_another_process_saw_the_old_ones_refused()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        var clients = portal.Process<PortalClients>();
        var client = (await clients.ForAsync(portal.Row, Stop))!;
        portal.Bitrix24.ExpireAccess();
        await RunAsync(portal, "CREATE TRIGGER full BEFORE UPDATE ON portal_access BEGIN SELECT RAISE(ABORT, 'full'); END");
        var call = client.CallAsync(UserMethods.Profile(), Stop);
        while (!call.IsCompleted)
        {
            portal.Clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        await Assert.ThrowsAsync<DbUpdateException>(() => call);
        await RunAsync(portal, "DROP TRIGGER full");
        await RunAsync(portal, """UPDATE portal_access SET "ReauthoriseSinceMs" = 1""");

        Assert.Null(await portal.Process<PortalClients>().ForAsync(portal.Row, Stop));
        Assert.Equal([portal.Row.Id], await clients.HoldingUnsavedAsync(Stop));
        var again = await clients.ForAsync(portal.Row, Stop);
        Assert.Equal("7", (await again!.CallAsync(UserMethods.Profile(), Stop)).Result.GetProperty("ID").GetString());
        Assert.Equal(2, portal.Bitrix24.Redemptions);
        Assert.Null((await portal.AccessAsync())!.ReauthoriseSinceMs);
        Assert.Empty(await clients.HoldingUnsavedAsync(Stop));
        Assert.NotNull(await portal.Process<PortalClients>().ForAsync(portal.Row, Stop));
    }

    [Theory, EveryDatabase]
    public async Task A_failure_that_is_stored_during_an_installation_does_not_stick_to_its_tokens(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        Task<AdmissionOutcome> admission;
        await using (var renewal = portal.Storage.Open(portal.Row.Id))
        {
            await using var transaction = await renewal.BeginWriteAsync(Stop);
            await renewal.Access.ExecuteUpdateAsync(set => set.SetProperty(a => a.ReauthoriseSinceMs, 1), Stop);
            admission = Task.Run(() => portal.AdmitAsync(), Stop);
            await WaitForRedemptionAsync(portal, 2);
            while (kind == DatabaseKind.Postgres && !await SomebodyWaitsAsync(portal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
            }

            await transaction.CommitAsync(Stop);
        }

        Assert.Equal(AdmissionOutcome.Admitted, await admission);
        Assert.Null((await portal.AccessAsync())!.ReauthoriseSinceMs);
    }

    [Theory, EveryDatabase]
    public async Task A_server_that_refuses_for_now_is_left_in_peace(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var tokens = portal.Tokens();
        var refused = await tokens.GetAsync(Stop);
        portal.Bitrix24.OAuthError = "PAYMENT_REQUIRED";

        await MustRefuseAsync(Bitrix24ErrorKind.PaymentRequired, tokens, refused);
        await MustRefuseAsync(Bitrix24ErrorKind.PaymentRequired, portal.Tokens(), refused);
        Assert.Equal(2, portal.Bitrix24.Redemptions);

        portal.Bitrix24.OAuthError = null;
        portal.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(await tokens.RenewAsync(refused, Stop));
    }

    [Theory, EveryDatabase]
    public async Task A_caller_who_gives_up_does_not_lose_the_new_tokens(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var tokens = portal.Tokens();
        var refused = await tokens.GetAsync(Stop);
        var gate = new TaskCompletionSource();
        portal.Bitrix24.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();

        var renewal = tokens.RenewAsync(refused, impatient.Token).AsTask();
        await WaitForRedemptionAsync(portal, 2);
        await impatient.CancelAsync();
        gate.SetResult();

        Assert.Equal(await renewal, await tokens.GetAsync(Stop));
        Assert.NotEqual(refused, await renewal);
    }

    [Theory, EveryDatabase]
    public async Task Tokens_of_a_removed_application_are_not_brought_back_by_a_renewal_under_way(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var tokens = portal.Tokens();
        var refused = await tokens.GetAsync(Stop);
        var gate = new TaskCompletionSource();
        portal.Bitrix24.Gate = gate.Task;

        var renewal = tokens.RenewAsync(refused, Stop).AsTask();
        await WaitForRedemptionAsync(portal, 2);
        await portal.Process<Admission>().DismissAsync(portal.Row, erases: false, Stop);
        gate.SetResult();

        Assert.Equal(Bitrix24ErrorKind.ApplicationRemoved, (await Assert.ThrowsAsync<Bitrix24Exception>(() => renewal)).Error.Kind);
        Assert.Null(await portal.AccessAsync());
    }

    [Fact]
    public void Tokens_cannot_be_read_in_the_name_of_another_portal_nor_with_other_keys()
    {
        var folder = Directory.CreateTempSubdirectory("addon-keys-").FullName;
        try
        {
            var keys = new KeyRing(Path.Combine(folder, "keys"));
            var text = keys.Protect("a", "token");

            Assert.Equal("token", new KeyRing(Path.Combine(folder, "keys")).Unprotect("a", text));
            Assert.Equal("Portals.keys_foreign", Assert.Throws<ProblemException>(() => keys.Unprotect("b", text)).TextKey);
            Assert.Equal("Portals.keys_foreign", Assert.Throws<ProblemException>(() => new KeyRing(Path.Combine(folder, "other")).Unprotect("a", text)).TextKey);
            Assert.Equal("Portals.keys_missing", Assert.Throws<ProblemException>(() => KeyRing.Of(null, new AddonStorage("Host=x")).Protect("a", "b")).TextKey);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "keys")));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

    }

    private static async Task MustRefuseAsync(Bitrix24ErrorKind kind, StoredTokens tokens, string refused) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<Bitrix24Exception>(async () => await tokens.RenewAsync(refused, Stop))).Error.Kind);

    private static async Task<bool> SomebodyWaitsAsync(InstalledPortal portal)
    {
        await using var db = portal.Storage.Open();
        return (await db.Database.SqlQueryRaw<int>(
            """SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""").ToListAsync(Stop))[0] > 0;
    }

    private static async Task WaitForRedemptionAsync(InstalledPortal portal, int count)
    {
        while (portal.Bitrix24.Redemptions < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }
    }

    private static async Task RunAsync(InstalledPortal portal, string sql)
    {
        await using var db = portal.Storage.Open(portal.Row.Id);
        await db.Database.ExecuteSqlRawAsync(sql, Stop);
    }
}
