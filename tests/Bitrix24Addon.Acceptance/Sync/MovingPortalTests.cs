using System.Globalization;
using Bitrix24.PortalSimulator;
using Bitrix24Addon.Collect;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Reports;
using Bitrix24Addon.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Acceptance.Sync;

/// <summary>Portals and settings that change while they are read, and people who move and leave.</summary>
public sealed class MovingPortalTests
{
    [Theory, EveryDatabase]
    public async Task A_win_is_frozen_with_the_amount_it_was_won_at_although_the_deal_was_read_before_it(DatabaseKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync(kind, cancellation);
        world.AddBusyDeals();

        await world.SyncAsync(afterDeals: () => world.Play(
            """{"t":"2025-11-10T18:00:00+03:00","op":"update","table":"deal","id":7,"fields":{"opportunity":90000,"stageId":"WON"}}"""));
        world.Clock.Advance(TimeSpan.FromMinutes(30));
        await world.SyncAsync();

        Assert.Equal(90000, await world.TotalAsync(20251110, "won_sum"));
    }

    [Theory, EveryDatabase]
    public async Task Settings_saved_while_history_is_read_hold_for_all_of_it(DatabaseKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync(kind, cancellation);
        world.AddBusyDeals();
        world.Play("""{"t":"2025-11-10T18:00:00+03:00","op":"update","table":"deal","id":7,"fields":{"stageId":"WON"}}""");

        await world.SyncAsync(afterDeals: () => world.Addon.Registry.PutSettingsAsync(
            world.Addon.Portal, PortalSettings.Parse("""{"countedFunnels":[5]}"""), cancellation).GetAwaiter().GetResult());

        Assert.Equal(0, await world.TotalAsync(20251110, "deals_won"));
    }

    [Theory, EveryDatabase]
    public async Task Reading_an_earlier_history_does_not_move_people_who_changed_department_since(DatabaseKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync(kind, cancellation);
        world.Play("""{"t":"2025-11-10T08:00:00+03:00","op":"add","table":"department","id":14,"fields":{"NAME":"N","PARENT":1}}""");
        world.AddCall("2025-11-12T10:00:00+03:00");
        world.Clock.SetUtcNow(At("2025-11-12T18:00:00+03:00"));
        await world.Addon.SyncAsync(cancellation, At("2025-11-11T00:00:00+03:00").ToUnixTimeMilliseconds());
        world.Play("""{"t":"2025-11-20T10:00:00+03:00","op":"update","table":"user","id":101,"fields":{"UF_DEPARTMENT":[14]}}""");
        world.Clock.SetUtcNow(At("2025-11-20T18:00:00+03:00"));

        await world.Addon.SyncAsync(cancellation, At("2025-11-10T00:00:00+03:00").ToUnixTimeMilliseconds());

        var report = await world.Addon.ReportAsync(20251112, 20251112, cancellation);
        var calls = report.GetProperty("departments").EnumerateArray()
            .ToDictionary(d => d.GetProperty("departmentId").GetInt64(), d => d.GetProperty("metrics").GetProperty("calls_out").GetInt64());
        Assert.Equal(1, calls[13]);
        Assert.Equal(0, calls.GetValueOrDefault(14));
    }

    [Theory, EveryDatabase]
    public async Task A_report_on_the_past_goes_to_who_heads_the_department_today(DatabaseKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync(kind, cancellation);
        world.Play("""{"t":"2025-11-10T08:00:00+03:00","op":"update","table":"department","id":13,"fields":{"UF_HEAD":102}}""");
        world.AddCall("2025-11-12T10:00:00+03:00");
        world.Clock.SetUtcNow(At("2025-11-12T18:00:00+03:00"));
        await world.Addon.SyncAsync(cancellation);
        world.Play("""{"t":"2025-12-01T10:00:00+03:00","op":"update","table":"user","id":102,"fields":{"ACTIVE":false}}""");
        world.Play("""{"t":"2025-12-01T10:00:00+03:00","op":"update","table":"department","id":13,"fields":{"UF_HEAD":101}}""");
        world.Clock.SetUtcNow(At("2025-12-02T18:00:00+03:00"));
        await world.Addon.SyncAsync(cancellation);

        var posted = await world.Addon.PostAsync(new ReportRequest(20251101, 20251130), cancellation);

        Assert.Contains(posted, p => p is { Receiver: "101", Scope: "department:13", Outcome: PostOutcome.Posted });
        Assert.DoesNotContain(posted, p => p.Receiver == "102");
    }

    [Theory, EveryDatabase]
    public async Task When_most_of_a_list_vanishes_at_once_nothing_is_forgotten_until_it_is_accepted(DatabaseKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync(kind, cancellation);
        world.AddBusyDeals();
        await world.SyncAsync();
        for (var deal = 1; deal <= 40; deal++)
        {
            world.Play($$"""{"t":"2025-11-10T18:10:00+03:00","op":"delete","table":"deal","id":{{deal}} }""");
        }

        world.Clock.Advance(TimeSpan.FromMinutes(30));
        var synced = await world.Addon.SyncAsync(cancellation);

        Assert.Equal(0, synced.Deleted);
        Assert.Equal(PortalSync.TooMuchGone, synced.Failures["deals"].Code);
        Assert.Contains("too_much_gone", await DealsAsync(), StringComparison.Ordinal);

        // The hourly reading that compares no ids cannot tell that it has mended.
        world.Clock.Advance(TimeSpan.FromMinutes(30));
        await world.Addon.SyncAsync(cancellation, findDeletions: false);
        Assert.Contains("too_much_gone", await DealsAsync(), StringComparison.Ordinal);

        Assert.Equal(40, (await world.Addon.SyncAsync(cancellation, acceptDeletions: true)).Deleted);
        Assert.DoesNotContain("too_much_gone", await DealsAsync(), StringComparison.Ordinal);

        async Task<string> DealsAsync() =>
            (await world.Addon.ReportAsync(20251110, 20251110, cancellation)).GetProperty("completeness").GetProperty("deals").GetString()!;
    }

    private static DateTimeOffset At(string iso) => DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);

    private sealed class World : IAsyncDisposable
    {
        private readonly SimulatedPortal _portal;
        private readonly DatabaseUnderTest _database;
        private readonly CancellationToken _cancellation;

        private World(SimulatedPortal portal, DatabaseUnderTest database, AddonUnderTest addon, FakeTimeProvider clock, CancellationToken cancellation)
        {
            _portal = portal;
            _database = database;
            Addon = addon;
            Clock = clock;
            _cancellation = cancellation;
        }

        public AddonUnderTest Addon { get; }

        public FakeTimeProvider Clock { get; }

        public static async Task<World> StartAsync(DatabaseKind kind, CancellationToken cancellation)
        {
            var clock = new FakeTimeProvider(At("2025-11-10T08:00:00+03:00"));
            var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { TimeProvider = clock }.WithoutLimits(), cancellation);
            foreach (var line in new[]
            {
                """{"t":"2025-11-10T08:00:00+03:00","op":"add","table":"department","id":1,"fields":{"NAME":"C","PARENT":null}}""",
                """{"t":"2025-11-10T08:00:00+03:00","op":"add","table":"department","id":13,"fields":{"NAME":"M","PARENT":1}}""",
                """{"t":"2025-11-10T08:00:00+03:00","op":"add","table":"user","id":101,"fields":{"NAME":"U101","UF_DEPARTMENT":[13]}}""",
                """{"t":"2025-11-10T08:00:00+03:00","op":"add","table":"user","id":102,"fields":{"NAME":"U102","UF_DEPARTMENT":[13]}}""",
            })
            {
                portal.ApplyLine(line);
            }

            var database = await DatabaseUnderTest.CreateAsync(kind);
            var addon = await AddonUnderTest.StartAsync(
                database.ConnectionString, portal.WebhookUrl, clock, o => o.RequestThreshold = 10_000, cancellationToken: cancellation);
            return new World(portal, database, addon, clock, cancellation);
        }

        public void Play(string line) => _portal.ApplyLine(line);

        public void AddCall(string at) => Play(
            $$"""{"t":"{{at}}","op":"add","table":"call","id":1,"fields":{"CALL_ID":"a","PORTAL_USER_ID":101,"PHONE_NUMBER":"+79161230001","CALL_TYPE":1,"CALL_DURATION":60,"CALL_START_DATE":"{{at}}","CALL_FAILED_CODE":"200"} }""");

        /// <summary>Enough moves that deals and their history come in different batches.</summary>
        public void AddBusyDeals()
        {
            var at = At("2025-11-10T09:00:00+03:00");
            for (var deal = 1; deal <= 60; deal++)
            {
                Play($$"""{"t":"{{at:yyyy-MM-ddTHH:mm:sszzz}}","op":"add","table":"deal","id":{{deal}},"fields":{"title":"d","assignedById":101,"opportunity":1000,"currencyId":"RUB"} }""");
            }

            for (var move = 0; move < 60; move++)
            {
                at = at.AddMinutes(5);
                for (var deal = 1; deal <= 60; deal++)
                {
                    Play($$"""{"t":"{{at:yyyy-MM-ddTHH:mm:sszzz}}","op":"update","table":"deal","id":{{deal}},"fields":{"stageId":"{{(move % 2 == 0 ? "PREPARATION" : "EXECUTING")}}"} }""");
                }
            }

            Clock.SetUtcNow(At("2025-11-10T18:00:00+03:00"));
        }

        /// <summary>Synchronises; the action runs once, when the deals are read and their history is not.</summary>
        public async Task SyncAsync(Action? afterDeals = null)
        {
            var isDone = afterDeals is null;
            await Addon.SyncAsync(_cancellation, progress: new Shown(progress =>
            {
                if (!isDone && progress is { Source: "deals", Fraction: >= 1 })
                {
                    isDone = true;
                    afterDeals!();
                }
            }));
            Assert.True(isDone, "The deals were never read to their end.");
        }

        public async Task<decimal> TotalAsync(int day, string metric)
        {
            var report = await Addon.ReportAsync(day, day, _cancellation);
            return report.GetProperty("total").GetProperty("metrics").GetProperty(metric).GetDecimal();
        }

        public async ValueTask DisposeAsync()
        {
            await Addon.DisposeAsync();
            await _database.DisposeAsync();
            await _portal.DisposeAsync();
        }

        private sealed class Shown(Action<SyncProgress> show) : IProgress<SyncProgress>
        {
            public void Report(SyncProgress value) => show(value);
        }
    }
}
