using Bitrix24Addon.Schedule;
using Bitrix24Addon.Storage;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Bitrix24Addon.Tests.Storage;

public sealed class LeasesTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task One_at_a_time_has_a_lease(DatabaseKind kind)
    {
        await using var house = await House.BuildAsync(kind);
        var first = await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop);

        Assert.NotNull(first);
        Assert.Null(await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop));
        Assert.NotNull(await house.Leases.TryTakeAsync(2, LeaseNames.Inbox, Minute, Stop));
        Assert.NotNull(await house.Leases.TryTakeAsync(1, LeaseNames.Outbox, Minute, Stop));

        await house.Leases.ReleaseAsync(first);
        Assert.Equal(first.Epoch + 1, (await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop))?.Epoch);
    }

    [Theory, EveryDatabase]
    public async Task Of_many_at_once_one_gets_it(DatabaseKind kind)
    {
        await using var house = await House.BuildAsync(kind);
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => house.Leases.TryTakeAsync(1, LeaseNames.Sync, Minute, Stop))));

        Assert.Single(taken, lease => lease is not null);
    }

    [Theory, EveryDatabase]
    public async Task Who_froze_and_woke_cannot_write(DatabaseKind kind)
    {
        await using var house = await House.BuildAsync(kind);
        var frozen = await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop);
        house.Time.Advance(TimeSpan.FromSeconds(61));
        var heir = await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop);

        Assert.True(await HoldsAsync(house, heir!));
        Assert.False(await HoldsAsync(house, frozen!));
        Assert.False(await house.Leases.RenewAsync(frozen!, Minute, Stop));
        await using var db = house.Storage.Open(1);
        await using var transaction = await db.BeginWriteAsync(Stop);
        await Assert.ThrowsAsync<LeaseLostException>(() => frozen!.RequireAsync(db, Stop));
    }

    [Theory, EveryDatabase]
    public async Task A_renewed_lease_is_not_taken(DatabaseKind kind)
    {
        await using var house = await House.BuildAsync(kind);
        var lease = await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop);
        house.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.True(await house.Leases.RenewAsync(lease!, Minute, Stop));
        house.Time.Advance(TimeSpan.FromSeconds(50));

        Assert.Null(await house.Leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop));
    }

    [Fact]
    public async Task A_jump_of_a_shared_clock_ends_no_lease()
    {
        await using var house = await House.BuildAsync(DatabaseKind.Sqlite);
        var leases = new Leases(house.Storage, new SharedClock(house.Time, pace: 60));
        Assert.NotNull(await leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop));
        house.Time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await leases.TryTakeAsync(1, LeaseNames.Inbox, Minute, Stop));
    }

    private static async Task<bool> HoldsAsync(House house, Lease lease)
    {
        await using var db = house.Storage.Open(lease.PortalId);
        await using var transaction = await db.BeginWriteAsync(Stop);
        return await lease.IsHeldAsync(db, Stop);
    }

    private sealed class House(DatabaseUnderTest database, AddonStorage storage) : IAsyncDisposable
    {
        public AddonStorage Storage { get; } = storage;

        public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(55));

        public Leases Leases => new(Storage, Time);

        public static async Task<House> BuildAsync(DatabaseKind kind)
        {
            var database = await DatabaseUnderTest.CreateAsync(kind);
            var storage = new AddonStorage(database.ConnectionString);
            await storage.MigrateAsync(Stop);
            return new House(database, storage);
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
