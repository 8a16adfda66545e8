using System.Net;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Acceptance.Cli;
using Bitrix24Addon.Acceptance.Simulator;

namespace Bitrix24Addon.Acceptance.Samples;

/// <summary>The samples of the client do what they say, against the simulated portal.</summary>
public sealed class SampleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_webhook_sample_calls_and_reads_lists()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Rows = { ["call"] = 120, ["deal"] = 60, ["lead"] = 70 } }, Stop);
        using var program = new ProgramUnderTest();

        var result = await program.RunAsync(Folder("Webhook"), "Sample.Webhook", [portal.WebhookUrl.ToString()]);

        Assert.Equal((0, ""), (result.ExitCode, result.Messages));
        Assert.StartsWith("I am user 1, ", result.Output, StringComparison.Ordinal);
        Assert.Contains("begins with the stage Новая.", result.Output, StringComparison.Ordinal);
        Assert.Contains("120 calls of 7260 seconds, deals worth 1830, in ", result.Output, StringComparison.Ordinal);
        Assert.Contains("has 1 currencies", result.Output, StringComparison.Ordinal);
        Assert.Contains("70 open leads, 60 of the first deals, 0 departments.", result.Output, StringComparison.Ordinal);
        Assert.InRange(portal.Counters.Requests, 7, 12);
    }

    [Fact]
    public async Task The_webhook_sample_tells_a_wrong_webhook()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions(), Stop);
        using var program = new ProgramUnderTest();

        var result = await program.RunAsync(Folder("Webhook"), "Sample.Webhook", [new Uri(portal.BaseAddress, "rest/1/wrong/").ToString()]);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("make a new one", result.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_application_sample_keeps_its_tokens_and_renews_them()
    {
        using var clock = new SimulatedClock(PortalFixture.Now);
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimeProvider = clock }, Stop);
        using var program = OfApplication(portal);
        Task<ProgramResult> RunAsync(params string[] args) => program.RunAsync(Folder("Application"), "Sample.Application", args);

        Assert.Equal(1, (await RunAsync("profile")).ExitCode);
        var link = await RunAsync("link", "acme.bitrix24.ru");
        Assert.StartsWith("https://acme.bitrix24.ru/oauth/authorize/?client_id=local.simulator&state=", link.Output, StringComparison.Ordinal);
        // Nobody listens there; the application counts as installed nevertheless.
        Assert.Null(await portal.InstallAsync(new Uri("http://127.0.0.1:1/"), cancellationToken: Stop));
        var code = await RunAsync("code", portal.IssueAuthorizationCode(1));
        Assert.Equal((0, $"Installed in {portal.Options.MemberId}.", ""), (code.ExitCode, code.Output.Trim(), code.Messages));
        var first = await File.ReadAllTextAsync(Path.Combine(program.Folder, "tokens.json"), Stop);
        clock.Advance(TimeSpan.FromHours(2));

        var profile = await RunAsync("profile");

        Assert.Equal((0, "I act for user 1.", ""), (profile.ExitCode, profile.Output.Trim(), profile.Messages));
        Assert.Equal(1, portal.Counters.TokenRefreshes);
        Assert.NotEqual(first, await File.ReadAllTextAsync(Path.Combine(program.Folder, "tokens.json"), Stop));
        Assert.Equal(0, (await RunAsync("profile")).ExitCode);
        Assert.Equal(1, portal.Counters.TokenRefreshes);
    }

    [Fact]
    public async Task The_events_sample_takes_the_installation_and_events_and_refuses_what_is_forged()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions(), Stop);
        using var program = OfApplication(portal);
        using var process = program.Start(Folder("Events"), "Sample.Events", "--urls", "http://127.0.0.1:0");
        try
        {
            var address = new Uri((await LineAsync("Listening at "))["Listening at ".Length..] + "/bitrix24");
            Assert.Equal(HttpStatusCode.OK, await portal.InstallAsync(address, cancellationToken: Stop));
            await LineAsync($"Installed in {portal.Options.MemberId}");
            portal.ApplyLine(PortalFixture.Line("02T10:00:00", "add", "deal", 5, """{"title":"D"}"""));
            Assert.Equal("ONCRMDEAL 5: Add", await LineAsync("ONCRMDEAL "));
            await portal.WaitForDeliveryAsync(Stop);
            Assert.Equal((1, 0), (portal.Counters.EventsDelivered, portal.Counters.EventsFailed));

            using var http = new HttpClient();
            using var forged = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["event"] = "ONCRMDEALADD", ["data[FIELDS][ID]"] = "6", ["auth[member_id]"] = portal.Options.MemberId, ["auth[application_token]"] = "guess",
            });
            Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync(address, forged, Stop)).StatusCode);
            using var strange = new StringContent("{}");
            Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync(address, strange, Stop)).StatusCode);
        }
        finally
        {
            process.Kill();
        }

        async Task<string> LineAsync(string start)
        {
            while (await process.StandardOutput.ReadLineAsync(Stop) is { } line)
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                {
                    return line;
                }
            }

            throw new InvalidOperationException($"The sample ended: {await process.StandardError.ReadToEndAsync(Stop)}");
        }
    }

    private static string Folder(string sample) => Path.Combine("samples", "Bitrix24.Client", sample);

    private static ProgramUnderTest OfApplication(SimulatedPortal portal) => new()
    {
        Environment =
        {
            ["CLIENT_ID"] = portal.Options.ClientId, ["CLIENT_SECRET"] = portal.Options.ClientSecret, ["OAUTH_SERVER"] = portal.OAuthServerAddress.ToString(),
        },
    };
}
