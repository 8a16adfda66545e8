using Bitrix24Addon.Effects;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Schedule;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Doors;

/// <summary>The program that serves forgets what is too old, by itself and in every portal it knows.</summary>
[Collection(nameof(OneDoorAtATime))]
public sealed class ServedRetentionTests
{
    private const string Everything = "log letter text verdict";

    private static readonly long Later = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Portals_that_cannot_be_called_any_more_are_not_left_out(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        var removed = await AddAsync(addon, "removed", uninstalledAtMs: 1);
        var silent = await AddAsync(addon, "silent", uninstalledAtMs: null);
        var notYet = await AddAsync(addon, "notyet", uninstalledAtMs: 1);
        await using (var db = addon.Storage.Open())
        {
            await db.Portals.Where(p => p.Id != notYet).ExecuteUpdateAsync(set => set.SetProperty(p => p.ForgetByMs, 0), Stop);
        }

        await ServedAddon.WaitAsync(async () => await LeftAsync(addon, removed) + await LeftAsync(addon, silent) == "");

        Assert.Equal(Everything, await LeftAsync(addon, notYet));
    }

    [Theory, EveryDatabase]
    public async Task The_closing_of_a_day_forgets(DatabaseKind kind)
    {
        await using var addon = await StartAsync(kind);
        await addon.InstallAsync();
        int portalId;
        await using (var all = addon.Storage.Open())
        {
            portalId = (await all.Portals.SingleAsync(Stop)).Id;
        }

        await FillAsync(addon, portalId);
        await using (var db = addon.Storage.Open(portalId))
        {
            db.Slots.Add(new SlotRow { Job = CalendarJob.DailyClose, ScheduledAtMs = 1, NotBeforeMs = 1 });
            await db.SaveChangesAsync(Stop);
        }

        await ServedAddon.WaitAsync(async () => await LeftAsync(addon, portalId) == "");
    }

    private static Task<ServedAddon> StartAsync(DatabaseKind kind) => ServedAddon.StartAsync(
        kind, ("App:BackgroundWork", "true"), ("Bitrix24:WebhookUrl", null), ("Bitrix24:OutgoingWebhookToken", null), ("App:PublicUrl", "https://addon.example.com/"));

    private static async Task<int> AddAsync(ServedAddon addon, string name, long? uninstalledAtMs)
    {
        await using var db = addon.Storage.Open();
        var portal = new PortalRow { Key = name, Host = $"{name}.bitrix24.ru", PhoneKey = [1], UninstalledAtMs = uninstalledAtMs, ForgetByMs = Later };
        db.Portals.Add(portal);
        await db.SaveChangesAsync(Stop);
        await FillAsync(addon, portal.Id);
        return portal.Id;
    }

    /// <summary>Something of each kind that is too old.</summary>
    private static async Task FillAsync(ServedAddon addon, int portalId)
    {
        await using var db = addon.Storage.Open(portalId);
        db.RestLog.Add(new RestLogRow { SentAtMs = 1, Caller = "sync", Methods = "profile", HttpStatus = 200 });
        db.Inbox.Add(new InboxRow { Kind = InboxKind.Deal, Key = "9", Generation = 1, FirstMarkedAtMs = 1, DeadReason = "AccessDenied" });
        db.Effects.Add(new EffectRow { Key = "told", Subject = "user:5", Document = Outbox.Write(new Notify("told", "user:5", 5, "Сказано", "told")), State = EffectState.Done, LastSentAtMs = 1 });
        db.Verdicts.Add(new VerdictRow
        {
            RuleId = "calls", RuleVersion = 1, Day = 20200101, UserId = 5, Revision = 1, Outcome = "below", Reason = "", JudgedAtMs = 1, Basis = "", Document = "{}",
        });
        await db.SaveChangesAsync(Stop);
    }

    private static async Task<string> LeftAsync(ServedAddon addon, int portalId)
    {
        await using var db = addon.Storage.Open(portalId);
        var left = new[]
        {
            ("log", await db.RestLog.AnyAsync(l => l.SentAtMs == 1, Stop)), ("letter", await db.Inbox.AnyAsync(i => i.DeadReason != null, Stop)),
            ("text", await db.Effects.AnyAsync(e => e.TextsErasedAtMs == null, Stop)), ("verdict", await db.Verdicts.AnyAsync(Stop)),
        };
        return string.Join(' ', left.Where(kind => kind.Item2).Select(kind => kind.Item1));
    }
}
