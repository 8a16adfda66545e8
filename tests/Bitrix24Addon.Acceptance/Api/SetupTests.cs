using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bitrix24Addon.Acceptance.Doors;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Tests.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Api;

/// <summary>What the pages of the administrator ask for and keep.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class SetupTests
{
    private const string PublicUrl = "https://addon.example.com/";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task An_administrator_saves_settings_and_nobody_overwrites_what_he_has_not_seen(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        var session = await addon.SessionAsync(8);

        var (_, before) = await addon.ApiAsync(HttpMethod.Get, "setup", session: session);
        Assert.Equal(0, before.GetProperty("version").GetInt32());
        var settings = JsonNode.Parse(before.GetProperty("settings").GetRawText())!;
        settings["timeZone"] = "Asia/Novosibirsk";
        settings["tiers"] = JsonNode.Parse("""{"callCentre":{"departments":[11],"users":[]}}""");
        settings["roles"] = JsonNode.Parse("""{"heads":{"11":101},"marketers":[102],"baseManagers":[]}""");

        Assert.Equal(HttpStatusCode.OK, (await addon.ApiAsync(HttpMethod.Put, "setup/settings", new { settings, expectedVersion = 0 }, session)).Status);
        var (status, answer) = await addon.ApiAsync(HttpMethod.Put, "setup/settings", new { settings, expectedVersion = 0 }, session);
        Assert.Equal((HttpStatusCode.Conflict, "Settings.changed_meanwhile"), (status, answer.GetProperty("code").GetString()));

        var after = (await addon.ApiAsync(HttpMethod.Get, "setup", session: session)).Answer;
        Assert.Equal((1, "Asia/Novosibirsk", "settings"), (after.GetProperty("version").GetInt32(), after.GetProperty("zone").GetString(), after.GetProperty("zoneSource").GetString()));
        Assert.Equal(101, after.GetProperty("settings").GetProperty("roles").GetProperty("heads").GetProperty("11").GetInt64());
        await using var all = addon.Storage.Open();
        Assert.Equal(8, (await all.Settings.IgnoreQueryFilters().SingleAsync(Stop)).SavedByUserId);
    }

    [Fact]
    public async Task Settings_that_cannot_be_are_refused_in_words_and_change_nothing()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);
        var session = await addon.SessionAsync();

        var (status, answer) = await addon.ApiAsync(
            HttpMethod.Put, "setup/settings", new { settings = new { timeZone = "Moscow" }, expectedVersion = 0 }, session, language: "en");

        Assert.Equal((HttpStatusCode.BadRequest, "Settings.value_timeZone"), (status, answer.GetProperty("code").GetString()));
        Assert.StartsWith("timeZone", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await addon.ApiAsync(HttpMethod.Get, "setup", session: session)).Answer.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task The_portal_is_set_up_when_the_end_of_the_setup_was_saved()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);
        var session = await addon.SessionAsync();

        var before = await IsSetUpAsync();
        await addon.ApiAsync(HttpMethod.Put, "setup/settings", new { settings = new { setUpUnfinished = true }, expectedVersion = 0 }, session);
        var meanwhile = await IsSetUpAsync();
        var kept = (await addon.ApiAsync(HttpMethod.Get, "setup", session: session)).Answer.GetProperty("settings").GetProperty("setUpUnfinished").GetBoolean();
        await addon.ApiAsync(HttpMethod.Put, "setup/settings", new { settings = new { }, expectedVersion = 1 }, session);

        Assert.Equal((false, false, true, true), (before, meanwhile, kept, await IsSetUpAsync()));

        async Task<bool> IsSetUpAsync()
        {
            await using var db = addon.Storage.Open();
            return await new PortalRegistry(addon.Storage, TimeProvider.System).IsSetUpAsync(await db.Portals.SingleAsync(p => p.Key == addon.Bitrix24.MemberId, Stop), Stop);
        }
    }

    [Theory, EveryDatabase]
    public async Task Events_and_pages_are_bound_once_and_former_addresses_are_taken_off(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        addon.Bitrix24.Placements.Add("LEFT_MENU|https://former.example.com/bitrix24/placements/LEFT_MENU");
        var session = await addon.SessionAsync();

        var (status, first) = await addon.ApiAsync(HttpMethod.Post, "setup/bind", new { }, session);
        var (_, second) = await addon.ApiAsync(HttpMethod.Post, "setup/bind", new { }, session);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((Manifest.Current.Events.Count, 2), (first.GetProperty("events").GetInt32(), first.GetProperty("placements").GetInt32()));
        Assert.Equal((Manifest.Current.Events.Count, 2), (second.GetProperty("events").GetInt32(), second.GetProperty("placements").GetInt32()));
        Assert.Empty(first.GetProperty("leftOut").EnumerateArray());
        Assert.Equal(
            [$"CRM_ANALYTICS_MENU|{PublicUrl}bitrix24/placements/CRM_ANALYTICS_MENU", $"LEFT_MENU|{PublicUrl}bitrix24/placements/LEFT_MENU"], addon.Bitrix24.Placements.Order());
    }

    [Fact]
    public async Task Without_the_scope_pages_are_left_out_and_it_is_said_why()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);
        addon.Bitrix24.Scopes.Remove("placement");

        var (_, answer) = await addon.ApiAsync(HttpMethod.Post, "setup/bind", new { }, await addon.SessionAsync());

        Assert.Equal(
            ["CRM_ANALYTICS_MENU placement", "LEFT_MENU placement"],
            answer.GetProperty("leftOut").EnumerateArray().Select(l => $"{l.GetProperty("name").GetString()} {l.GetProperty("scope").GetString()}").Order());
    }

    [Fact]
    public async Task The_checks_name_what_is_missing_with_its_remedy_in_the_visitors_language()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);
        addon.Bitrix24.Scopes.Remove("placement");
        var session = await addon.SessionAsync();

        var russian = (await addon.ApiAsync(HttpMethod.Get, "setup/checks", session: session)).Answer.EnumerateArray().ToList();
        var english = (await addon.ApiAsync(HttpMethod.Get, "setup/checks", session: session, language: "en")).Answer.EnumerateArray().ToList();

        Assert.Equal(russian.Select(f => f.GetProperty("level").GetString()), english.Select(f => f.GetProperty("level").GetString()));
        Assert.Contains(russian, f => f.GetProperty("level").GetString() == "warning" && f.GetProperty("text").GetString()!.Contains("placement", StringComparison.Ordinal));
        Assert.Contains(english, f => f.GetProperty("text").GetString()!.Contains("“My day”", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task Progress_is_told_by_source_and_asking_for_the_reading_marks_it(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        var session = await addon.SessionAsync();
        await using var all = addon.Storage.Open();
        var portal = await all.Portals.SingleAsync(p => p.Key == addon.Bitrix24.MemberId, Stop);
        await using var db = addon.Storage.Open(portal.Id);
        db.Cursors.AddRange(
            new() { Source = "calls", AfterId = 25, NewestId = 100 }, new() { Source = "deals", AfterId = 7, Complete = true, ReadThroughMs = 1000 },
            new() { Source = "tasks", Failure = "InsufficientScope" });
        await db.SaveChangesAsync(Stop);

        var (_, answer) = await addon.ApiAsync(HttpMethod.Post, "setup/sync", new { }, session, language: "en");

        Assert.Equal(
            ["calls 0.25 False ", "deals 1 True ", "tasks 0 False"],
            answer.GetProperty("sources").EnumerateArray().Select(s => $"{s.GetProperty("code").GetString()} {s.GetProperty("fraction").GetDouble():0.##} {s.GetProperty("isComplete").GetBoolean()}{(s.GetProperty("failure").GetString() is { } failure ? "" : " ")}"));
        Assert.Contains("insufficient_scope", answer.GetProperty("sources")[2].GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal(["Installation 0 x2"], await addon.MarksAsync());
    }

    [Fact]
    public async Task Every_preset_is_made_of_norms_that_can_be_saved_and_begin_without_consequences()
    {
        await using var addon = await StartAsync(DatabaseKind.Sqlite);

        var presets = (await addon.ApiAsync(HttpMethod.Get, "setup/presets", session: await addon.SessionAsync())).Answer.EnumerateArray().ToList();

        Assert.Equal(3, presets.Count);
        Assert.All(presets, preset => Assert.NotEmpty(preset.GetProperty("name").GetString()!));
        Assert.All(
            presets.SelectMany(p => p.GetProperty("rules").EnumerateArray()),
            rule => Assert.True(RuleDocument.Parse(rule.GetRawText()) is NormRule { DryRun: true, Enabled: true }));
    }

    [Theory, EveryDatabase]
    public async Task Data_health_tells_what_waits_failed_and_was_lost_and_replays_it(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        var portal = await PortalUnderTest.StartAsync(addon.Storage, addon.Bitrix24.MemberId, Stop);
        var session = await addon.SessionAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using (var db = addon.Storage.Open(portal.Row.Id))
        {
            db.Inbox.AddRange(
                new() { Kind = InboxKind.Deal, Key = "77", Generation = 1, FirstMarkedAtMs = now, NotBeforeMs = now + 600_000, Attempts = 9, DeadReason = "AccessDenied" },
                new() { Kind = InboxKind.Deal, Key = "78", Generation = 1, FirstMarkedAtMs = now - 5000, NotBeforeMs = now + 600_000 });
            db.Effects.Add(new() { Key = "k", Subject = "user:1", Document = "{}", State = Bitrix24Addon.Effects.EffectState.Parked, Failure = "AccessDenied", CreatedAtMs = now });
            db.RestLog.AddRange(
                new() { SentAtMs = now - 1000, DurationMs = 120, Caller = "sync", Methods = "crm.item.list ×3", HttpStatus = 200, Errors = "crm.item.list: ACCESS_DENIED ×2, QUERY_LIMIT_EXCEEDED", OperatingSeconds = 12.5 },
                new() { SentAtMs = now - 2000, DurationMs = 80, Caller = "sync", Methods = "crm.item.list ×3", HttpStatus = 200 });
            await db.SaveChangesAsync(Stop);
            await Deliveries.AddAsync(db, new DeliveryRow { Day = portal.Context.Metrics.Days.DayOf(now), Kind = FactKind.Deal, Received = 10, Read = 8, Healed = 3, Lost = 2 }, Stop);
        }

        var health = (await addon.ApiAsync(HttpMethod.Get, "health", session: session, language: "en")).Answer;
        var replayed = (await addon.ApiAsync(HttpMethod.Post, "health/replay", new { }, session)).Answer;
        var after = (await addon.ApiAsync(HttpMethod.Get, "health", session: session)).Answer;

        var backlog = health.GetProperty("backlog");
        Assert.Equal((2, 1, 1), (backlog.GetProperty("waiting").GetInt32(), backlog.GetProperty("dead").GetInt32(), backlog.GetProperty("effectsParked").GetInt32()));
        var letter = health.GetProperty("deadLetters")[0];
        Assert.Equal(("Deal", "77", 9), (letter.GetProperty("kind").GetString(), letter.GetProperty("key").GetString(), letter.GetProperty("attempts").GetInt32()));
        Assert.Contains("ACCESS_DENIED", letter.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(health.GetProperty("parkedEffects")[0].GetProperty("reason").GetString()!);
        Assert.Equal((10, 3, 2), (health.GetProperty("deliveries")[0].GetProperty("received").GetInt32(), health.GetProperty("deliveries")[0].GetProperty("healed").GetInt32(), health.GetProperty("deliveries")[0].GetProperty("lost").GetInt32()));
        var rest = health.GetProperty("rest");
        Assert.Equal(7200, rest.GetProperty("allowedAnHour").GetInt32());
        Assert.Contains(rest.GetProperty("methods").EnumerateArray(), m => m.GetProperty("methods").GetString() == "crm.item.list ×3" && m.GetProperty("requests").GetInt32() == 2 && m.GetProperty("operatingSeconds").GetDouble() == 12.5);
        Assert.Equal(
            ["crm.item.list ACCESS_DENIED 2", "crm.item.list ×3 QUERY_LIMIT_EXCEEDED 1"],
            rest.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("method").GetString()} {e.GetProperty("code").GetString()} {e.GetProperty("count").GetInt32()}").Order(StringComparer.Ordinal));
        Assert.Equal(1, replayed.GetProperty("letters").GetInt32());
        Assert.Equal(0, after.GetProperty("backlog").GetProperty("dead").GetInt32());
    }

    private static async Task<ServedAddon> StartAsync(DatabaseKind kind)
    {
        var addon = await ServedAddon.StartHeardAsync(kind, ("App:PublicUrl", PublicUrl));
        await addon.InstallAsync();
        return addon;
    }
}
