using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Bitrix24Addon.Tests.Portals;

public sealed class AccessWatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_dismissed_owner_is_told_to_the_head_of_the_company_once_a_month(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        Assert.Null(await LookAsync(portal));
        portal.Bitrix24.Dismissed.Add(7);

        Assert.Equal(AccessProblem.OwnerDismissed, await LookAsync(portal));
        portal.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(AccessProblem.OwnerDismissed, await LookAsync(portal));
        var told = Assert.Single(await NotesAsync(portal));
        Assert.Equal(10, told.UserId);
        Assert.Contains("пользователь 7", told.Message, StringComparison.Ordinal);
        Assert.Contains("уволен", told.Message, StringComparison.Ordinal);

        portal.Clock.Advance(TimeSpan.FromDays(31));
        await LookAsync(portal);
        Assert.Equal(2, (await NotesAsync(portal)).Count);
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 10)]
    public async Task An_owner_without_the_right_to_statistics_is_told_to_who_can_mend_it(bool isAdministrator, long receiver)
    {
        await using var portal = await StartAsync(DatabaseKind.Sqlite);
        (portal.Bitrix24.MayReadStatistics, portal.Bitrix24.IsAdministrator) = (false, isAdministrator);
        await portal.Process<PortalRegistry>().PutSettingsAsync(portal.Row, new PortalSettings { Language = "en" }, Stop);

        Assert.Equal(AccessProblem.StatisticsRefused, await LookAsync(portal));

        var told = Assert.Single(await NotesAsync(portal));
        Assert.Equal(receiver, told.UserId);
        Assert.Contains("Call statistics, view", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_both()
    {
        await using var portal = await StartAsync(DatabaseKind.Sqlite);
        var client = (await portal.Process<PortalClients>().ForAsync(portal.Row, Stop))!;
        portal.Bitrix24.Dismissed.Add(7);
        portal.Bitrix24.MayReadStatistics = false;

        var findings = await new Doctor(portal.Storage, portal.Process<PortalRegistry>(), portal.Clock).ExamineAsync(portal.Bitrix24.MemberId, client, Stop);

        Assert.Contains(findings, f => f is { Level: DoctorLevel.Problem, Text.Key: "Doctor.owner_unknown" });
        Assert.Contains(findings, f => f is { Level: DoctorLevel.Warning, Text.Key: "Doctor.statistics_refused" });
    }

    [Theory, EveryDatabase]
    public async Task Tokens_of_somebody_who_was_dismissed_are_wanted_anew(DatabaseKind kind)
    {
        await using var portal = await StartAsync(kind);
        Assert.False(await portal.Process<Admission>().NeedsTokensAsync(portal.Row, Stop));

        await ApplyAsync(portal, new Observation(FactKind.User, 7, 0, new UserFact(false, [1])));

        Assert.True(await portal.Process<Admission>().NeedsTokensAsync(portal.Row, Stop));
    }

    private static async Task<AccessProblem?> LookAsync(InstalledPortal portal)
    {
        var leases = new Leases(portal.Storage, portal.Clock);
        var lease = (await leases.TryTakeAsync(portal.Row.Id, LeaseNames.Sync, Duration.FromHours(1), Stop))!;
        var client = (await portal.Process<PortalClients>().ForAsync(portal.Row, Stop))!;
        var problem = await new AccessWatch(portal.Storage, portal.Process<PortalRegistry>(), portal.Clock).LookAsync(portal.Row, client, lease, Stop);
        await leases.ReleaseAsync(lease);
        return problem;
    }

    private static async Task<List<Notify>> NotesAsync(InstalledPortal portal)
    {
        await using var db = portal.Storage.Open(portal.Row.Id);
        return [.. (await db.Effects.AsNoTracking().Select(e => e.Document).ToListAsync(Stop)).Select(Outbox.Read).Cast<Notify>()];
    }

    private static async Task<InstalledPortal> StartAsync(DatabaseKind kind)
    {
        var portal = await InstalledPortal.StartAsync(kind);
        portal.Bitrix24.Scopes.Add("timeman");
        await ApplyAsync(
            portal,
            new Observation(FactKind.Department, 1, 0, new DepartmentFact(null, 10, "Company")), new Observation(FactKind.User, 7, 0, new UserFact(true, [1])),
            new Observation(FactKind.User, 10, 0, new UserFact(true, [1])));
        return portal;
    }

    private static async Task ApplyAsync(InstalledPortal portal, params Observation[] observations)
    {
        var context = await portal.Process<PortalRegistry>().ContextAsync(portal.Row, Stop);
        await using var db = portal.Storage.Open(portal.Row.Id);
        await using var transaction = await db.BeginWriteAsync(Stop);
        var now = portal.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        await new FactStore(db, context.Metrics).ApplyAsync(observations, now, now, Stop);
        await transaction.CommitAsync(Stop);
    }
}
