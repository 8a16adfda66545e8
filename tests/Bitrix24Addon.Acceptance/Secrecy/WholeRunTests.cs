using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Cli;
using Bitrix24Addon.Acceptance.Simulator;

namespace Bitrix24Addon.Acceptance.Secrecy;

/// <summary>No log of any category and nothing on the screen holds a secret, from the installation to the report.</summary>
public sealed class WholeRunTests
{
    private static readonly string[] Categories = ["Bitrix24", "Microsoft", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "System", "Quartz"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_day_with_installation_events_renewals_effects_and_report_tells_no_secret()
    {
        using var program = new ProgramUnderTest();
        foreach (var category in Categories)
        {
            program.Environment[$"Logging__LogLevel__{category}"] = "Trace";
        }

        var run = await program.RunAsync("src/Bitrix24Addon.Demo", "Bitrix24Addon.Demo", ["--once", "--port", "0", "--data", "demo"]);

        Assert.True(run.ExitCode == 0, run.All);
        Assert.Contains("report-department", run.Output, StringComparison.Ordinal);
        Assert.Contains("Задача, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("were renewed", run.Output, StringComparison.Ordinal);
        Assert.True(run.Output.Contains("dbug: Microsoft.AspNetCore", StringComparison.Ordinal) && run.Output.Contains("dbug: Quartz", StringComparison.Ordinal),
            "The logs were not written, so nothing was examined.");

        // The demonstration gives what another terminal needs, with the secret of its own pretended application: the canary of the search.
        var canary = Assert.Single(Secrets.In(run.All));
        Assert.Contains("Bitrix24__ClientSecret='simulatorclientsecret'", canary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulator1token5")]
    [InlineData("simulator12refresh7")]
    [InlineData("simulator1code2")]
    [InlineData("simulator1secret")]
    [InlineData("simulator22secret2")]
    [InlineData("simulatorapplication1")]
    [InlineData("simulatorclientsecret")]
    public void The_search_finds_every_kind_of_secret(string secret) => Assert.Single(Secrets.In($"all is well\nPOST /rest/{secret}/ and more\nall is well"));

    [Fact]
    public async Task What_is_searched_for_is_what_the_portal_gives_out()
    {
        await using var fixture = await PortalFixture.StartAsync();
        var portal = fixture.Portal;
        await using var listener = await EventListener.StartAsync();
        await portal.InstallAsync(listener.Address, cancellationToken: Stop);
        var code = portal.IssueAuthorizationCode(1);
        var granted = await PortalFixture.PostAsync(new Uri(portal.OAuthServerAddress,
            $"oauth/token/?grant_type=authorization_code&client_id={portal.Options.ClientId}&client_secret={portal.Options.ClientSecret}&code={code}"), "{}");
        string[] given =
        [
            code, (string)granted.Body["access_token"]!, (string)granted.Body["refresh_token"]!, portal.IssueToken(1), portal.ApplicationToken,
            portal.Options.ClientSecret, portal.WebhookUrl.ToString(), portal.AddWebhook(1).ToString(),
        ];

        Assert.All(given, secret => Assert.Single(Secrets.In(secret)));
    }
}
