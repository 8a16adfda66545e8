using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Privacy;

/// <summary>Each kind of personal data is forgotten after its days, not before, and figures stay.</summary>
public sealed class RetentionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Each_kind_goes_after_its_days(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        var start = personal.Clock.GetUtcNow();
        foreach (var (days, left) in new[]
        {
            (4, "log letter texts verdict phone"), (6, "letter texts verdict phone"), (29, "letter texts verdict phone"), (31, "texts verdict phone"),
            (89, "texts verdict phone"), (91, "verdict phone"), (399, "verdict phone"), (402, ""),
        })
        {
            personal.Clock.SetUtcNow(start.AddDays(days));
            await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);
            Assert.Equal((days, left), (days, await LeftAsync(personal)));
        }
    }

    [Theory, EveryDatabase]
    public async Task The_settings_say_how_many_days(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        var retention = new RetentionSettings { RestLogDays = 3, DeadLettersDays = 60, TextsDays = 7, VerdictsDays = 100, PhonesDays = 62 };
        await personal.Portal.Registry.PutSettingsAsync(
            personal.Portal.Row, new PortalSettings { TimeZone = "Europe/Berlin", ContractStages = ["SIGNED"], Retention = retention }, Stop);
        foreach (var (days, left) in new[] { (8, "letter verdict phone"), (61, "verdict phone"), (64, "verdict"), (102, "") })
        {
            personal.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(PersonalPortal.Monday).AddDays(days));
            await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);
            Assert.Equal((days, left), (days, await LeftAsync(personal)));
        }
    }

    [Theory, EveryDatabase]
    public async Task Figures_of_days_without_phones_are_final(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        var figures = await personal.Portal.FiguresAsync(Stop);
        personal.Clock.Advance(TimeSpan.FromDays(402));
        await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);
        Assert.DoesNotContain(PersonalPortal.Phone, await personal.EverythingAsync(), StringComparison.Ordinal);

        // Other settings rebuild what can still be counted.
        await personal.Portal.Registry.PutSettingsAsync(personal.Portal.Row, new PortalSettings { TimeZone = "Europe/Berlin", MissedReturnMinutes = 1 }, Stop);

        Assert.Equal(figures, await personal.Portal.FiguresAsync(Stop));
        Assert.Equal(1, await personal.Portal.FigureAsync(MetricCatalogue.MissedReturned, 5));
        Assert.Null((await personal.Portal.VersionsAsync(FactKind.Call, 1))[0].As<CallFact>().PhoneHash);
    }

    [Theory, EveryDatabase]
    public async Task What_was_parked_so_long_is_resumed_no_more_and_what_waits_keeps_its_text(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        personal.Clock.Advance(TimeSpan.FromDays(91));
        await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);

        var effects = (await personal.EffectsAsync()).ToDictionary(row => row.Key);
        Assert.Equal((EffectState.Parked, "Stale", ""), (effects["refused"].State, effects["refused"].Failure, Assert.IsType<Notify>(Outbox.Read(effects["refused"].Document)).Message));
        Assert.Equal("Ждёт", Assert.IsType<Notify>(Outbox.Read(effects["waiting"].Document)).Message);
        await using var db = personal.Open();
        Assert.Equal(0, await Outbox.ResumeParkedAsync(db, 0, Stop));
    }

    [Theory, EveryDatabase]
    public async Task While_the_history_is_read_no_phones_go_and_nothing_is_final(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        await SetAsync(personal, uninstalledAtMs: null);
        personal.Clock.Advance(TimeSpan.FromDays(402));
        await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);

        Assert.Equal("phone", await LeftAsync(personal));
        Assert.Equal(0, (await RowAsync(personal)).FrozenThroughDay);
        Assert.Equal(0, (await RowAsync(personal)).HistoryStartedAtMs);
    }

    [Theory, EveryDatabase]
    public async Task A_portal_that_left_while_its_history_was_read_keeps_no_phones_and_is_read_from_the_beginning_if_it_returns(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        await SetAsync(personal, uninstalledAtMs: PersonalPortal.Monday);
        await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);
        Assert.Equal(0, (await RowAsync(personal)).HistoryStartedAtMs);
        personal.Clock.Advance(TimeSpan.FromDays(402));
        await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);

        Assert.Equal("", await LeftAsync(personal));
        Assert.Equal((0, null), ((await RowAsync(personal)).FrozenThroughDay, (await RowAsync(personal)).HistoryStartedAtMs));
        Assert.Equal(2, (await personal.ReadAsync(2000)).Recorded);
    }

    [Theory, EveryDatabase]
    public async Task It_is_due_again_two_days_later_or_an_hour_after_it_failed(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        await personal.Retention.ForgetAsync(personal.Portal.Row, null, Stop);
        Assert.Equal(personal.Clock.GetUtcNow().AddDays(2).ToUnixTimeMilliseconds(), (await RowAsync(personal)).ForgetByMs);

        await personal.Retention.PutOffAsync(personal.Portal.Row.Id, Stop);
        Assert.Equal(personal.Clock.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), (await RowAsync(personal)).ForgetByMs);
    }

    [Theory]
    [InlineData("""{"retention":{"restLogDays":2}}""", "retention.restLogDays", 3)]
    [InlineData("""{"retention":{"textsDays":4000}}""", "retention.textsDays", 7)]
    [InlineData("""{"retention":{"phonesDays":61}}""", "retention.phonesDays", 62)]
    public void Too_few_or_too_many_days_are_refused_with_their_bounds(string document, string name, int least)
    {
        var refused = Assert.Throws<ProblemException>(() => PortalSettings.Parse(document));

        Assert.Equal(("Settings.value_retention", name, least), (refused.TextKey, refused.Arguments[1], refused.Arguments[2]));
    }

    [Theory]
    [InlineData("""{"notifications":{"quietHours":"08:00-08:00"}}""", "Settings.value_notificationsQuietHours")]
    [InlineData("""{"notifications":{"mostADay":0}}""", "Settings.value_notificationsMostADay")]
    [InlineData("""{"notifications":null}""", "Settings.value_notifications")]
    [InlineData("""{"retention":null}""", "Settings.value_retentionNull")]
    public void Values_that_cannot_be_are_refused(string document, string key) =>
        Assert.Equal(key, Assert.Throws<ProblemException>(() => PortalSettings.Parse(document)).TextKey);

    [Fact]
    public void Settings_are_read_as_they_are_written()
    {
        var settings = new PortalSettings { Notifications = new NotificationSettings { QuietHours = null, MostADay = 3 }, Retention = new RetentionSettings { TextsDays = 30 } };

        Assert.Equal(settings.ToDocument(), PortalSettings.Parse(settings.ToDocument()).ToDocument());
        Assert.Contains("\"quietHours\": \"21:00-08:00\"", new PortalSettings().ToDocument(), StringComparison.Ordinal);
    }

    private static async Task<string> LeftAsync(PersonalPortal personal)
    {
        await using var db = personal.Open();
        var left = new[]
        {
            ("log", await db.RestLog.AnyAsync(Stop)), ("letter", await db.Inbox.AnyAsync(i => i.DeadReason != null, Stop)),
            ("texts", (await personal.EffectsAsync()).Exists(row => row.State == EffectState.Done && row.TextsErasedAtMs is null)),
            ("verdict", await db.Verdicts.AnyAsync(Stop)), ("phone", await db.Facts.AnyAsync(f => f.LookupKey != null, Stop)),
        };
        return string.Join(' ', left.Where(kind => kind.Item2).Select(kind => kind.Item1));
    }

    /// <summary>Its history is not read to the end.</summary>
    private static async Task SetAsync(PersonalPortal personal, long? uninstalledAtMs)
    {
        await using var db = personal.Open();
        await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.HistoryCompleteAtMs, (long?)null).SetProperty(p => p.UninstalledAtMs, uninstalledAtMs), Stop);
    }

    private static async Task<PortalRow> RowAsync(PersonalPortal personal) => (await personal.Portal.Registry.FindAsync(personal.Portal.Row.Id, Stop))!;
}
