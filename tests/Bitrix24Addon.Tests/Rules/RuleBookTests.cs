using Bitrix24Addon.Facts;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Norms;
using Bitrix24Addon.Tests.Storage;

namespace Bitrix24Addon.Tests.Rules;

/// <summary>User 8 heads the call centre, 11; user 7, whom its norm does not judge, works in the service, 12, for the time being.</summary>
public sealed class RuleBookTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_head_takes_away_no_exclusion_that_he_is_not_shown()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var judged = await JudgedPortal.StartAsync(storage);
        await judged.SeeAsync(
            new Observation(FactKind.Department, 11, 0, new DepartmentFact(10, 8, "Call centre")), new Observation(FactKind.Department, 12, 0, new DepartmentFact(10, 5, "Service")));
        await judged.PutRuleAsync(Norm("9, 7, 6", 4), "2025-03-04T08:00:00");
        await judged.LearnAsync("2025-03-05T00:30:00", new Observation(FactKind.User, 7, 0, new UserFact(true, [12])));
        judged.RuleTime.Advance(TimeSpan.FromDays(2));
        var before = await InForceAsync();

        Assert.False((await PutAsync("9, 6", 4)).IsNew);
        Assert.True((await PutAsync("1", 5)).IsNew);

        var after = await InForceAsync();
        Assert.Equal((before.VersionNumber + 1, 5m), (after.VersionNumber, after.Targets.Single().PerDay));
        Assert.Equal([7L, 1L], after.Excluded);

        // Who writes for everybody was shown everything.
        await judged.Rules.PutAsync(await judged.RowAsync(), Norm("1", 5), Stop);
        Assert.Equal([1L], (await InForceAsync()).Excluded);

        async Task<NormRule> InForceAsync() => (NormRule)(await judged.Rules.ListAsync(await judged.RowAsync(), Stop)).Single();
        async Task<SavedRule> PutAsync(string excluded, int perDay) =>
            await judged.Rules.PutAsync(await judged.RowAsync(), Norm(excluded, perDay), Stop, new RuleAuthor(8, IsBound: true, null));
    }

    private static string Norm(string excluded, int perDay) => JudgedPortal.Rule
        .Replace("\"targets\"", $"\"excluded\": [{excluded}], \"targets\"", StringComparison.Ordinal).Replace("\"perDay\": 4", $"\"perDay\": {perDay}", StringComparison.Ordinal);
}
