using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Reports;

/// <summary>
/// The company is 1, headed by 10; below it sales, 2, headed by 20, with its group 3, headed by 30; beside it service, 4, headed by 40.
/// Manager 31 is in the group, 41 in service; 32 was in the group until the change and is in service afterwards.
/// </summary>
public sealed class ReportAccessTests
{
    private const int Before = 20260330;
    private const int After = 20260331;
    private const long Morning = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin
    private const long NextMorning = Morning + 86_400_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(31, "user:31")]
    [InlineData(30, "user:30", "user:31", "user:32", "department:3")]
    [InlineData(20, "user:20", "user:30", "user:31", "user:32", "department:2", "department:3")]
    [InlineData(40, "user:40", "user:41", "user:32", "department:4")]
    [InlineData(10, "user:10", "user:20", "user:30", "user:31", "user:32", "user:40", "user:41", "department:1", "department:2", "department:3", "department:4", "company")]
    [InlineData(1, "user:10", "user:20", "user:30", "user:31", "user:32", "user:40", "user:41", "department:1", "department:2", "department:3", "department:4", "company")]
    [InlineData(50)]
    [InlineData(999)]
    public async Task Everybody_is_shown_what_is_his_and_refused_the_rest(long asker, params string[] allowed)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(database);

        foreach (var request in Requests())
        {
            var isAllowed = allowed.Contains(request.Scope) || request.UserId == asker;
            Assert.Equal((request.Scope, isAllowed), (request.Scope, await IsMadeAsync(portal, request, ReportAsker.Person(asker))));
            Assert.True(await IsMadeAsync(portal, request, ReportAsker.Operator), request.Scope);
        }
    }

    [Theory, EveryDatabase]
    public async Task Of_who_changed_the_department_a_head_sees_the_days_with_him(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);
        var request = new ReportRequest(Before, After, UserId: 32);

        Assert.Equal((60, "20260330"), await TalkAsync(30));
        Assert.Equal((7, "20260331"), await TalkAsync(40));
        Assert.Equal((67, "20260330 20260331"), await TalkAsync(10));
        Assert.Equal((67, "20260330 20260331"), await TalkAsync(32));

        async Task<(decimal? Talk, string Days)> TalkAsync(long asker)
        {
            var report = await BuildAsync(portal, request, ReportAsker.Person(asker));
            Assert.Equal(report.Evidence.Select(e => e.Day).Distinct().Order(), report.Total.Days.Keys.Where(d => !report.Total.Days[d].IsEmpty));
            return (report.Total.Total.ValueOf(MetricCatalogue.ByCode[MetricCatalogue.TalkSeconds]), string.Join(' ', report.Evidence.Select(e => e.Day).Distinct().Order()));
        }
    }

    [Fact]
    public async Task The_poster_refuses_too_and_notes_nothing_and_its_file_is_made_for_the_asker()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(database);
        var poster = new ReportPoster(portal.Storage, portal.Registry, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<ProblemException>(
            () => poster.NoteAsync(portal.Row, new ReportRequest(Before, After, DepartmentId: 4), ReportAsker.Person(30), "30", again: false, Stop));
        Assert.Equal("Reports.not_yours", refused.TextKey);
        await using var db = portal.Storage.Open(portal.Row.Id);
        Assert.False(await db.Effects.AnyAsync(Stop));

        await poster.NoteAsync(portal.Row, new ReportRequest(Before, After, UserId: 32), ReportAsker.Person(30), "30", again: false, Stop);
        var noted = (Bitrix24Addon.Effects.SendReport)Bitrix24Addon.Effects.Outbox.Read((await db.Effects.SingleAsync(Stop)).Document);
        Assert.Equal(30, noted.AskerId);
        Assert.True((await poster.MakeFileAsync(portal.Row, noted, Stop)).Content.Length > 0);
        await Assert.ThrowsAsync<ProblemException>(() => poster.MakeFileAsync(portal.Row, noted with { AskerId = 41 }, Stop));
    }

    [Fact]
    public async Task Who_was_dismissed_sees_nothing_of_his_former_department()
    {
        await using var database = await DatabaseUnderTest.CreateAsync(DatabaseKind.Sqlite);
        var portal = await StartAsync(database);
        await portal.ApplyAsync([new Observation(FactKind.User, 20, 0, new UserFact(false, [2]))], NextMorning, NextMorning, Stop);

        Assert.False(await IsMadeAsync(portal, new ReportRequest(Before, After, DepartmentId: 2), ReportAsker.Person(20)));
        Assert.False(await IsMadeAsync(portal, new ReportRequest(Before, After, UserId: 31), ReportAsker.Person(20)));
    }

    [Theory, EveryDatabase]
    public async Task A_head_whom_the_settings_name_stands_in_the_place_of_the_portals(DatabaseKind kind)
    {
        await using var database = await DatabaseUnderTest.CreateAsync(kind);
        var portal = await StartAsync(database);
        await portal.Registry.PutSettingsAsync(portal.Row, new PortalSettings { Roles = new RoleSettings { Heads = new Dictionary<long, long> { [3] = 31 } } }, Stop);

        Assert.True(await IsMadeAsync(portal, new ReportRequest(Before, After, DepartmentId: 3), ReportAsker.Person(31)));
        Assert.False(await IsMadeAsync(portal, new ReportRequest(Before, After, DepartmentId: 3), ReportAsker.Person(30)));
    }

    private static IEnumerable<ReportRequest> Requests() =>
    [
        new(Before, After), .. new long[] { 1, 2, 3, 4 }.Select(d => new ReportRequest(Before, After, DepartmentId: d)),
        .. new long[] { 10, 20, 30, 31, 32, 40, 41 }.Select(u => new ReportRequest(Before, After, UserId: u)),
    ];

    private static async Task<bool> IsMadeAsync(PortalUnderTest portal, ReportRequest request, ReportAsker asker)
    {
        try
        {
            await BuildAsync(portal, request, asker);
            return true;
        }
        catch (ProblemException refused)
        {
            Assert.Equal("Reports.not_yours", refused.TextKey);
            return false;
        }
    }

    private static Task<Report> BuildAsync(PortalUnderTest portal, ReportRequest request, ReportAsker asker) =>
        new ReportBuilder(portal.Storage, portal.Registry).BuildAsync(portal.Row, request, asker, Stop);

    private static async Task<PortalUnderTest> StartAsync(DatabaseUnderTest database)
    {
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var portal = await PortalUnderTest.StartAsync(storage, "webhook:one", Stop);
        await using (var db = storage.Open(portal.Row.Id))
        {
            var directory = portal.Context.Directory with { OwnerIsAdministrator = true };
            await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.Directory, directory.ToDocument()), Stop);
        }

        await portal.ApplyAsync(
            [
                Department(1, null, 10), Department(2, 1, 20), Department(3, 2, 30), Department(4, 1, 40),
                User(10, 1), User(20, 2), User(30, 3), User(31, 3), User(32, 3), User(40, 4), User(41, 4), Call(7, 32, Morning, 60), Call(8, 32, NextMorning, 7),
            ],
            1000, null, Stop);
        await portal.ApplyAsync([User(32, 4)], NextMorning, NextMorning, Stop);
        return portal;
    }

    private static Observation Department(long id, long? parent, long head) => new(FactKind.Department, id, 0, new DepartmentFact(parent, head, $"D{id}"));

    private static Observation User(long id, long department) => new(FactKind.User, id, 0, new UserFact(true, [department]));

    private static Observation Call(long id, long user, long at, long seconds) =>
        new(FactKind.Call, id, at, new CallFact($"call{id}", user, 1, "200", seconds, null, "hash", null));
}
