using System.Globalization;
using System.Text;
using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Rules;
using Bitrix24Addon.Storage;
using Bitrix24Addon.Tests.Facts;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24Addon.Tests.Privacy;

/// <summary>A portal in which user 5 missed a call of contact 55 and returned it, was judged and was told so, and his head too.</summary>
internal sealed class PersonalPortal : IAsyncDisposable
{
    public const long Monday = 1_774_857_600_000; // 2026-03-30 10:00 in Berlin
    public const int Day = 20260330;
    public const string Name = "Анна Орлова";
    public const string LongerName = "Анна Орлова-Белая";
    public const string Phone = "0123456789ABCDEF0123456789ABCDEF";

    private readonly DatabaseUnderTest _database;

    private PersonalPortal(DatabaseUnderTest database, PortalUnderTest portal) => (_database, Portal) = (database, portal);

    public PortalUnderTest Portal { get; }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Monday + 3_600_000));

    public Erasure Erasure => new(Portal.Storage, Portal.Registry, Clock);

    public Retention Retention => new(Portal.Storage, Portal.Registry, new RestLog(Portal.Storage, Clock, NullLogger<RestLog>.Instance), Clock);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PersonalPortal> StartAsync(DatabaseKind kind)
    {
        var database = await DatabaseUnderTest.CreateAsync(kind);
        var storage = new AddonStorage(database.ConnectionString);
        await storage.MigrateAsync(Stop);
        var personal = new PersonalPortal(database, await PortalUnderTest.StartAsync(storage, "https://portal", Stop));
        await personal.ReadAsync(1000);
        await personal.FillAsync();
        return personal;
    }

    /// <summary>Reads all records of the portal.</summary>
    public Task<Applied> ReadAsync(long readStartedAtMs, int? vote = null) => Portal.ApplyAsync(
        readStartedAtMs,
        new Observation(FactKind.User, 5, 0, new UserFact(true, [1])),
        new Observation(FactKind.Call, 1, Monday, new CallFact("missed", 5, 2, "304", 0, null, Phone, 70)),
        new Observation(FactKind.Call, 2, Monday + 300_000, new CallFact("returned", 5, 1, "200", 60, vote, Phone, null)),
        new Observation(FactKind.Activity, 70, Monday, new ActivityFact(2, "VOXIMPLANT_CALL", 5, true, Monday, Monday, false, "missed", ["D_9", "C_55"])),
        new Observation(FactKind.Activity, 71, Monday, new ActivityFact(1, "CRM_MEETING", 5, true, Monday, Monday, false, null, ["C_56"])));

    public AddonDbContext Open() => Portal.Storage.Open(Portal.Row.Id);

    /// <summary>Everything that stands in any table, one row a line.</summary>
    public async Task<string> EverythingAsync()
    {
        await using var db = Open();
        await db.Database.OpenConnectionAsync(Stop);
        var all = new StringBuilder();
        foreach (var table in db.Model.GetEntityTypes().Select(type => type.GetTableName()!))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The names are those of the model.
            command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(Stop);
            while (await reader.ReadAsync(Stop))
            {
                all.Append(table);
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    all.Append('|').Append(Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture));
                }

                all.AppendLine();
            }
        }

        return all.ToString();
    }

    public async Task<List<EffectRow>> EffectsAsync()
    {
        await using var db = Open();
        return await db.Effects.AsNoTracking().OrderBy(e => e.Id).ToListAsync(Stop);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task FillAsync()
    {
        await using var db = Open();
        await using var transaction = await db.BeginWriteAsync(Stop);
        var row = await db.Portals.SingleAsync(p => p.Id == Portal.Row.Id, Stop);
        var directory = PortalDirectory.Parse(row.Directory) with
        {
            UserNames = new Dictionary<long, string> { [5] = Name, [6] = LongerName }, UserTimeZones = new Dictionary<long, string> { [5] = "Asia/Omsk" },
        };
        row.Directory = directory.ToDocument();
        db.Verdicts.Add(new VerdictRow
        {
            RuleId = "calls", RuleVersion = 1, Day = Day, UserId = 5, Revision = 1, Outcome = "below", Reason = "", JudgedAtMs = Monday, Basis = "", Document = "{}",
        });
        db.Inbox.Add(new InboxRow { Kind = InboxKind.User, Key = "5", Generation = 1, FirstMarkedAtMs = Monday });
        db.Inbox.Add(new InboxRow { Kind = InboxKind.Deal, Key = "9", Generation = 1, FirstMarkedAtMs = Monday, DeadReason = "AccessDenied" });
        db.RestLog.Add(new RestLogRow { SentAtMs = Monday, Caller = "sync", Methods = "profile", HttpStatus = 200 });
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(Stop);
        await Outbox.AddAsync(
            db,
            [
                new CreateTask("task", "user:5", "Задание", $"{Name}: 12 из 25", 5, Monday), new Notify("told", "user:5", 5, "Сказано", "told"),
                new SendReport("head", "dialog:6", "6", $"[B]{Name}[/B] 12, {LongerName} 25", Day, Day), new Notify("waiting", "user:5", 5, "Ждёт", "waiting"),
                new Notify("refused", "user:6", 6, "Отказано", "refused"), new SendMessage("later", "dialog:6", "6", $"{Name} ждёт"),
            ],
            Monday, Stop);
        await db.Effects.Where(e => e.Key == "task" || e.Key == "told" || e.Key == "head")
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EffectState.Done).SetProperty(e => e.ResultId, 77).SetProperty(e => e.LastSentAtMs, Monday), Stop);
        await db.Effects.Where(e => e.Key == "refused")
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.State, EffectState.Parked).SetProperty(e => e.Failure, "InvalidArgument"), Stop);
        await transaction.CommitAsync(Stop);
    }
}
