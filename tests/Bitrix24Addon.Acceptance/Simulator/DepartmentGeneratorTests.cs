using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Generator;
using Bitrix24.PortalSimulator.Timeline;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class DepartmentGeneratorTests
{
    private static string Printed(int seed, DateTimeOffset now) => string.Join('\n', DepartmentGenerator.Generate(seed, now)
        .Select(operation => $"{operation.Time:O} {operation.Action} {operation.Table} {operation.Id} {operation.Fields.ToJsonString()}"));

    [Fact]
    public void The_same_seed_and_moment_give_the_same_department_and_another_seed_another()
    {
        Assert.Equal(Printed(7, PortalFixture.Now), Printed(7, PortalFixture.Now));
        Assert.NotEqual(Printed(7, PortalFixture.Now), Printed(8, PortalFixture.Now));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20260318)]
    public void A_department_is_plausible(int seed)
    {
        var operations = DepartmentGenerator.Generate(seed, PortalFixture.Now);
        Assert.All(operations.Zip(operations.Skip(1)), pair => Assert.True(pair.First.Time <= pair.Second.Time));
        Assert.True(operations[^1].Time <= PortalFixture.Now && operations[0].Time >= PortalFixture.Now.AddDays(-44));
        var adds = operations.Where(operation => operation.Action is TimelineAction.Add).ToLookup(operation => operation.Table);
        Assert.Equal(14, adds["user"].Count());
        Assert.InRange(adds["lead"].Count(), 300, 700);
        Assert.InRange(adds["deal"].Count(), 100, 350);
        Assert.True(adds["quote"].Any() && adds["task"].Any() && adds["workday"].Count() > 250);
        var weekend = adds["call"].Count(call => call.Time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
        Assert.InRange(weekend, 1, adds["call"].Count() / 10);
        Assert.Contains(adds["call"].GroupBy(call => (string)call.Fields["CALL_ID"]!), legs => legs.Count() == 2);
        Assert.Equal(["1", "2", "3"], adds["call"].Select(call => call.Fields["CALL_TYPE"]!.ToJsonString()).Distinct().Order());
        Assert.Contains(adds["deal"], deal => (string)deal.Fields["currencyId"]! == "USD");
        Assert.Contains(adds["activity"], activity => (string)activity.Fields["PROVIDER_ID"]! == "IMOPENLINES_SESSION");
        Assert.Contains(adds["activity"], activity => (string)activity.Fields["PROVIDER_ID"]! == "CRM_MEETING");
        Assert.Contains(operations, operation => operation.Table == "deal" && (string?)operation.Fields["stageId"] == "WON");
    }

    [Fact]
    public void A_large_department_has_work_for_everybody()
    {
        var operations = DepartmentGenerator.Generate(1, PortalFixture.Now, 200);
        var people = operations.Where(operation => operation.Table == "user").Select(operation => operation.Id).ToHashSet();
        Assert.Equal(202, people.Count);
        Assert.Equal(200, operations.Where(operation => operation.Table == "call").Select(operation => (long)operation.Fields["PORTAL_USER_ID"]!).Distinct().Count(people.Contains));
        Assert.Throws<ArgumentOutOfRangeException>(() => DepartmentGenerator.Generate(1, PortalFixture.Now, 11));
    }

    [Fact]
    public async Task The_generated_department_loads_and_answers()
    {
        await using var fixture = await PortalFixture.StartAsync(options => options.Seed = 1);
        var (_, late) = await fixture.CallAsync("tasks.task.list", """{"filter":{"STATUS":-1}}""");
        Assert.True((int)late["total"]! > 0);
        var (_, won) = await fixture.CallAsync("crm.stagehistory.list", """{"entityTypeId":2,"filter":{"STAGE_SEMANTIC_ID":"S"}}""");
        Assert.True((int)won["total"]! > 10);
        var departments = await fixture.ResultAsync("department.get");
        Assert.Equal(5, departments.AsArray().Count);
    }
}
