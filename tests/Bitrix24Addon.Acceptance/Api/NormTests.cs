using System.Net;
using System.Text.Json;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Api;

/// <summary>
/// What the page of norms asks for. The company is 1, headed by 10; below it sales, 2, headed by 20, with manager 21; beside it service, 3, with
/// manager 31. On Monday 2026-03-30 manager 21 had two conversations, manager 31 one.
/// </summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class NormTests
{
    private const long Morning = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_norm_is_saved_in_versions_and_nobody_overwrites_what_he_has_not_seen(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        var session = await addon.SessionAsync(8);

        var created = await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(5), expectedVersion = 0 }, session);
        var changed = await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(2), expectedVersion = 1 }, session);
        var late = await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(9), expectedVersion = 1 }, session);

        Assert.Equal((HttpStatusCode.OK, 1), (created.Status, created.Answer.GetProperty("version").GetInt32()));
        Assert.Equal((HttpStatusCode.OK, 2), (changed.Status, changed.Answer.GetProperty("version").GetInt32()));
        Assert.Equal((HttpStatusCode.Conflict, "Rules.changed_meanwhile"), (late.Status, late.Answer.GetProperty("code").GetString()));
        var versions = (await addon.ApiAsync(HttpMethod.Get, "norms/talk/versions", session: session)).Answer.EnumerateArray().ToList();
        Assert.Equal(["2 #8 2", "1 #8 5"], versions.Select(v => $"{v.GetProperty("version").GetInt32()} {v.GetProperty("savedBy").GetString()} {TargetOf(v.GetProperty("document"))}"));
        var listed = (await addon.ApiAsync(HttpMethod.Get, "norms", session: session)).Answer.GetProperty("rules").EnumerateArray().Single();
        Assert.Equal((2, "Разговоры", true), (listed.GetProperty("version").GetInt32(), listed.GetProperty("name").GetString(), listed.GetProperty("mayEdit").GetBoolean()));
        Assert.Equal(HttpStatusCode.NotFound, (await addon.ApiAsync(HttpMethod.Get, "norms/other/versions", session: session)).Status);
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_words_before_and_when_it_is_saved()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);
        var session = await addon.SessionAsync(8);

        var problem = (await addon.ApiAsync(HttpMethod.Post, "norms/check", Norm(5, department: 77), session, language: "en")).Answer.GetProperty("problem").GetString();
        var refused = await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(5, department: 77), expectedVersion = 0 }, session, language: "en");

        Assert.Contains("77", problem, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, problem), (refused.Status, refused.Answer.GetProperty("message").GetString()));
        Assert.Equal(JsonValueKind.Null, (await addon.ApiAsync(HttpMethod.Post, "norms/check", Norm(5), session)).Answer.GetProperty("problem").ValueKind);
        Assert.Empty((await addon.ApiAsync(HttpMethod.Get, "norms", session: session)).Answer.GetProperty("rules").EnumerateArray());
    }

    [Theory, EveryDatabase]
    public async Task A_dry_run_says_what_the_norm_would_have_said_and_writes_nothing(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        var session = await addon.SessionAsync(8);
        var before = await addon.RowsAsync();

        var hard = await TryAsync(addon, session, Norm(5));
        var easy = await TryAsync(addon, session, Norm(1));

        Assert.Equal(["10 below", "20 below", "21 below", "31 below"], Verdicts(hard));
        Assert.Equal(["10 below", "20 below", "21 met", "31 met"], Verdicts(easy));
        Assert.Equal((2, 2, 2), (easy.GetProperty("met").GetInt32(), easy.GetProperty("below").GetInt32(), easy.GetProperty("tasks").GetInt32()));
        Assert.Contains("2", hard.GetProperty("verdicts").EnumerateArray().Single(v => v.GetProperty("userId").GetInt64() == 21).GetProperty("explanations")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await addon.RowsAsync());
        Assert.Equal(
            "Pages.dry_run_period",
            (await addon.ApiAsync(HttpMethod.Post, "norms/dry-run", new { document = Norm(1), from = "2026-01-01", to = "2026-03-30" }, session)).Answer.GetProperty("code").GetString());
        Assert.Equal(
            "Pages.bad_day",
            (await addon.ApiAsync(HttpMethod.Post, "norms/dry-run", new { document = Norm(1), from = "30.03.2026", to = "2026-03-30" }, session)).Answer.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_works_where_is_read_once_for_a_request()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);
        addon.Bitrix24.IsAdministrator = false;
        var head = await addon.SessionAsync(20);

        Assert.Equal(1, await ReadsAsync(() => addon.ApiAsync(HttpMethod.Get, "norms", session: head)));
        Assert.Equal(1, await ReadsAsync(() => addon.ApiAsync(HttpMethod.Post, "norms/check", Norm(5, department: 2), head)));

        // Once more where it is judged, and where it is written: what is written is checked by who works here then.
        Assert.Equal(2, await ReadsAsync(() => addon.ApiAsync(
            HttpMethod.Post, "norms/dry-run", new { document = Norm(5), from = "2026-03-30", to = "2026-03-30" }, head)));
        Assert.Equal(2, await ReadsAsync(() => addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(5, department: 2), expectedVersion = 0 }, head)));

        static async Task<int> ReadsAsync(Func<Task<(HttpStatusCode Status, JsonElement Answer)>> ask)
        {
            using var work = new DatabaseWork();
            Assert.Equal(HttpStatusCode.OK, (await ask()).Status);
            return work.ReadsOf(FactKind.User);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_head_writes_norms_for_his_departments_only_and_sees_nobody_elses_people(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        addon.Bitrix24.IsAdministrator = false;
        var head = await addon.SessionAsync(20);

        Assert.Equal(["20 below", "21 below"], Verdicts(await TryAsync(addon, head, Norm(5))));
        Assert.Equal((HttpStatusCode.Forbidden, "Rules.not_yours"), await SaveAsync(Norm(5), 0));
        Assert.Equal((HttpStatusCode.Forbidden, "Rules.not_yours"), await SaveAsync(Norm(5, department: 3), 0));
        Assert.Equal((HttpStatusCode.Forbidden, "Rules.not_yours"), await SaveAsync(Norm(5, user: 31), 0));
        Assert.Equal((HttpStatusCode.OK, null), await SaveAsync(Norm(5, user: 21), 0));
        Assert.Equal((HttpStatusCode.OK, null), await SaveAsync(Norm(5, department: 2), 1));

        // What the administrator wrote for everybody is not a head's to narrow.
        addon.Bitrix24.IsAdministrator = true;
        Assert.Equal(HttpStatusCode.OK, (await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(7), expectedVersion = 2 }, await addon.SessionAsync(8))).Status);
        addon.Bitrix24.IsAdministrator = false;
        Assert.Equal((HttpStatusCode.Forbidden, "Rules.not_yours"), await SaveAsync(Norm(5, department: 2), 3));
        Assert.False((await addon.ApiAsync(HttpMethod.Get, "norms", session: head)).Answer.GetProperty("rules")[0].GetProperty("mayEdit").GetBoolean());

        // Nor does he learn what holds for others.
        addon.Bitrix24.IsAdministrator = true;
        Assert.Equal(HttpStatusCode.OK, (await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(9, user: 31, id: "of-others"), expectedVersion = 0 }, await addon.SessionAsync(8))).Status);
        addon.Bitrix24.IsAdministrator = false;
        var shown = (await addon.ApiAsync(HttpMethod.Get, "norms", session: head)).Answer;
        Assert.Equal(["talk"], shown.GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()));
        Assert.Equal([20, 21], shown.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("id").GetInt64()).Order());
        Assert.Equal([2], shown.GetProperty("departments").EnumerateArray().Select(d => d.GetProperty("id").GetInt64()));
        Assert.Equal(HttpStatusCode.NotFound, (await addon.ApiAsync(HttpMethod.Get, "norms/of-others/versions", session: head)).Status);

        // The head of the whole company writes what he likes.
        var company = await addon.SessionAsync(10);
        Assert.Equal(HttpStatusCode.OK, (await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(6), expectedVersion = 3 }, company)).Status);

        async Task<(HttpStatusCode, string?)> SaveAsync(object document, int expectedVersion)
        {
            var (status, answer) = await addon.ApiAsync(HttpMethod.Put, "norms", new { document, expectedVersion }, head);
            return (status, answer.TryGetProperty("code", out var code) ? code.GetString() : null);
        }
    }

    [Fact]
    public async Task A_marketer_writes_norms_for_everybody_and_learns_nothing_of_anybody()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite, new PortalSettings { Roles = new RoleSettings { Marketers = [31] } });
        addon.Bitrix24.IsAdministrator = false;
        var marketer = await addon.SessionAsync(31);

        var tried = await TryAsync(addon, marketer, Norm(5));

        Assert.Equal(["31 below"], Verdicts(tried));
        Assert.Equal((1, 3), (tried.GetProperty("below").GetInt32(), tried.GetProperty("unseen").GetInt32()));
        foreach (var target in new[] { 1, 2, 3 })
        {
            var ofOne = await TryAsync(addon, marketer, Norm(target, user: 21));
            Assert.Equal((0, 0, 0, 1), (ofOne.GetProperty("met").GetInt32(), ofOne.GetProperty("below").GetInt32(), ofOne.GetProperty("tasks").GetInt32(), ofOne.GetProperty("unseen").GetInt32()));
        }

        Assert.Equal(HttpStatusCode.OK, (await addon.ApiAsync(HttpMethod.Put, "norms", new { document = Norm(5), expectedVersion = 0 }, marketer)).Status);
    }

    private static async Task<JsonElement> TryAsync(ServedAddon addon, string session, object document)
    {
        var (status, answer) = await addon.ApiAsync(HttpMethod.Post, "norms/dry-run", new { document, from = "2026-03-30", to = "2026-03-30" }, session);
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    private static List<string> Verdicts(JsonElement tried) =>
        [.. tried.GetProperty("verdicts").EnumerateArray().Select(v => $"{v.GetProperty("userId").GetInt64()} {v.GetProperty("outcome").GetString()}").Order(StringComparer.Ordinal)];

    private static decimal TargetOf(JsonElement document) => document.GetProperty("targets")[0].GetProperty("perDay").GetDecimal();

    private static object Norm(int perDay, long? department = null, long? user = null, string id = "talk") => new
    {
        kind = "norm",
        id,
        name = new { ru = "Разговоры", en = "Conversations" },
        metric = "calls_over_30s",
        targets = new[] { new { scope = department is not null ? new { department } : user is not null ? (object)new { user } : "everyone", perDay } },
    };

    private static async Task<ServedAddon> StartAsync(DatabaseKind kind, PortalSettings? settings = null)
    {
        var addon = await ServedAddon.StartHeardAsync(kind);
        await addon.InstallAsync();
        var portal = await PortalUnderTest.StartAsync(addon.Storage, addon.Bitrix24.MemberId, Stop);
        await portal.Registry.PutSettingsAsync(portal.Row, (settings ?? new PortalSettings()) with { TimeZone = PortalUnderTest.Zone }, Stop);
        await portal.ApplyAsync(
            [
                Department(1, null, 10), Department(2, 1, 20), Department(3, 1, null), User(10, 1), User(20, 2), User(21, 2), User(31, 3),
                Call(1, 21), Call(2, 21), Call(3, 31),
            ],
            1000, null, Stop);
        await using var db = addon.Storage.Open(portal.Row.Id);
        db.Cursors.AddRange(new[] { "calls", "absences" }.Select(source => new Collect.SourceCursorRow { Source = source, Complete = true, ReadThroughMs = Morning + 86_400_000 }));
        await db.SaveChangesAsync(Stop);
        await db.Portals.Where(p => p.Id == portal.Row.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.LastSyncStartedAtMs, Morning + 86_400_000), Stop);
        return addon;
    }

    private static Observation Department(long id, long? parent, long? head) => new(FactKind.Department, id, 0, new DepartmentFact(parent, head, $"D{id}"));

    private static Observation User(long id, long department) => new(FactKind.User, id, 0, new UserFact(true, [department]));

    private static Observation Call(long id, long user) =>
        new(FactKind.Call, id, Morning + (id * 60_000), new CallFact($"call{id}", user, 1, "200", 60, null, $"hash{id}", null));
}
