using Bitrix24.Client;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Tests.Portals;

public sealed class DoctorOfAuthorisationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "Doctor.oauth_takes_bodies", DoctorLevel.Ok)]
    [InlineData("PAYMENT_REQUIRED", "Doctor.oauth_takes_bodies", DoctorLevel.Ok)]
    [InlineData("invalid_request", "Doctor.oauth_ignores_bodies", DoctorLevel.Problem)]
    [InlineData("invalid_client", "Doctor.oauth_refuses_client", DoctorLevel.Problem)]
    [InlineData("invalid_scope", "Doctor.oauth_other_answer", DoctorLevel.Problem)]
    public async Task The_authorisation_server_is_probed_without_spending_anything(string? error, string finding, DoctorLevel level)
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        var clients = portal.Process<PortalClients>();
        var client = (await clients.ForAsync(portal.Row, Stop))!;
        portal.Bitrix24.OAuthError = error;
        var doctor = new Doctor(portal.Storage, portal.Process<PortalRegistry>(), portal.Clock) { AuthorisationServer = clients.OAuthServer() };

        var findings = await doctor.ExamineAsync(portal.Bitrix24.MemberId, client, Stop);

        var found = Assert.Single(findings, f => f.Text.Key.StartsWith("Doctor.oauth_", StringComparison.Ordinal));
        Assert.Equal((finding, level), (found.Text.Key, found.Level));
        Assert.Equal(2, portal.Bitrix24.Redemptions);
        portal.Bitrix24.OAuthError = null;
        portal.Bitrix24.ExpireAccess();
        await client.CallAsync(Bitrix24.Client.Methods.UserMethods.Profile(), Stop);
    }

    [Theory]
    [InlineData(null, FakeBitrix24.ClientId, null)]
    [InlineData(null, "vendor.sales", "Doctor.code_missing")]
    [InlineData("vendor.other", "vendor.sales", "Doctor.code_other")]
    [InlineData("vendor.sales", "vendor.sales", null)]
    public async Task An_application_that_the_pages_do_not_know_is_told_with_its_code(string? configured, string told, string? finding)
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        portal.Settings["Bitrix24:AppCode"] = configured;
        portal.Bitrix24.ApplicationCode = told;
        var client = (await portal.Process<PortalClients>().ForAsync(portal.Row, Stop))!;
        var doctor = new Doctor(portal.Storage, portal.Process<PortalRegistry>(), portal.Clock) { Connection = portal.Process<ConnectionSettings>() };

        var found = (await doctor.ExamineAsync(portal.Bitrix24.MemberId, client, Stop)).SingleOrDefault(f => f.Text.Key.StartsWith("Doctor.code_", StringComparison.Ordinal));

        Assert.Equal(finding, found?.Text.Key);
        Assert.All(found is null ? [] : new[] { Texts.Russian, Texts.English }, texts => Assert.Contains(told, found!.Text.In(texts), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_away_is_told()
    {
        await using var portal = await InstalledPortal.StartAsync(DatabaseKind.Sqlite);
        var clients = portal.Process<PortalClients>();
        var client = (await clients.ForAsync(portal.Row, Stop))!;
        await portal.Bitrix24.DisposeAsync();
        var doctor = new Doctor(portal.Storage, portal.Process<PortalRegistry>(), portal.Clock) { AuthorisationServer = clients.OAuthServer() };

        var findings = await doctor.ExamineAsync(portal.Bitrix24.MemberId, client, Stop);

        Assert.Contains(findings, f => f is { Level: DoctorLevel.Problem, Text.Key: "Doctor.oauth_unreachable" });
    }

    /// <summary>What concerns the access as a whole must not pass for the refusal of one source, which would be left out of the figures for good.</summary>
    [Theory]
    [InlineData(Bitrix24ErrorKind.AuthorisationNeeded)]
    [InlineData(Bitrix24ErrorKind.PaymentRequired)]
    [InlineData(Bitrix24ErrorKind.ApplicationRemoved)]
    [InlineData(Bitrix24ErrorKind.AuthorisationUnavailable)]
    [InlineData(Bitrix24ErrorKind.AuthorisationRefused)]
    public void Without_a_token_no_source_counts_as_refused(Bitrix24ErrorKind kind) => Assert.False(new Bitrix24Error(kind, "", "").IsRefusal);
}
