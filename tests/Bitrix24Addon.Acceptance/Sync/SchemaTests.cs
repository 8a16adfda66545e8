using System.Text.Json.Nodes;
using Bitrix24.Client;
using Bitrix24.Client.Methods;
using Bitrix24.Client.Tests.Wrappers;
using Bitrix24.PortalSimulator.Conformity;
using Bitrix24Addon.Acceptance.Simulator;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Storage;
using Xunit.Sdk;

namespace Bitrix24Addon.Acceptance.Sync;

public sealed class SchemaTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_of_a_synchronisation_and_a_posting_is_written_as_documented()
    {
        Assert.SkipUnless(SchemaJudgeTests.FactsFolder() is not null, "The documentation facts (../shared/bitrix24/spec beside the repository) are not here");
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits().Seed = 7);
        await using var portal = await SyncedPortal.StartAsync(DatabaseKind.Sqlite, fixture);
        var since = PortalFixture.Now.AddDays(-20).ToUnixTimeMilliseconds();

        Assert.Empty((await portal.Addon.SyncAsync(Stop, since)).Failures);
        fixture.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty((await portal.Addon.SyncAsync(Stop)).Failures);
        Assert.NotEmpty(await portal.Addon.PostAsync(new ReportRequest(20260301, 20260317), Stop));

        var methods = fixture.Portal.RecordedCalls.Select(call => call.Method).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "server.time", "profile", "crm.item.list", "crm.stagehistory.list", "crm.activity.list", "voximplant.statistic.get", "tasks.task.list",
                "timeman.record.list", "user.get", "department.get", "imbot.v2.Bot.register", "imbot.v2.File.upload",
            },
            methods);
        var violations = new SchemaJudge(SchemaJudgeTests.FactsFolder()!).Judge(fixture.Portal.RecordedCalls);
        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public async Task No_test_of_the_add_on_lets_a_wrong_request_pass()
    {
        Assert.NotNull(Wrapped.Schema(CrmMethods.ItemGet));
        await using var fixture = await PortalFixture.StartAsync(options => options.WithoutLimits());
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var addon = await AddonUnderTest.StartAsync(database.ConnectionString, fixture.Portal.WebhookUrl, fixture.Clock, cancellationToken: Stop);
        await addon.Client.BatchAsync([new("a", new RestCall(CrmMethods.ItemGet, new JsonObject { ["entityTypeId"] = 2, ["ID"] = 5 }))], cancellationToken: Stop);

        await Assert.ThrowsAsync<EmptyException>(async () => await addon.DisposeAsync());
    }
}
