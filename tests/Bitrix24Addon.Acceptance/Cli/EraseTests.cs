using Bitrix24.PortalSimulator;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Acceptance.Cli;

/// <summary><c>erase</c> as a person runs it.</summary>
public sealed class EraseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_is_erased_once_and_a_later_read_does_not_bring_him_back()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        (await program.RunAsync("erase", "--user", "101")).MustFail(1, "sync");
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);
        var storage = new AddonStorage($"Data Source={program.Database};Pooling=False");
        var (user, name) = (await NamesAsync()).First(named => named.Key != 1 && named.Value.Length > 0);
        var contact = await ContactAsync();

        var erased = await program.RunAsync("erase", "--user", $"{user}");
        Assert.True(erased.ExitCode == 0, erased.All);
        Assert.Contains("Имя и часовой пояс: 1.", erased.Output, StringComparison.Ordinal);
        Assert.Contains($"Сотрудник {user} на ", erased.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(name, erased.All, StringComparison.Ordinal);
        Assert.Contains("Стирать больше нечего.", (await program.RunAsync("erase", "--user", $"{user}")).Output, StringComparison.Ordinal);

        var ofContact = await program.RunAsync("erase", "--contact", $"{contact}");
        Assert.True(ofContact.ExitCode == 0, ofContact.All);
        Assert.Contains("Дела без контакта: ", ofContact.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);
        Assert.False((await NamesAsync()).ContainsKey(user));
        Assert.Null(await ContactAsync(contact));

        async Task<IReadOnlyDictionary<long, string>> NamesAsync()
        {
            await using var db = storage.Open();
            return PortalDirectory.Parse((await db.Portals.AsNoTracking().SingleAsync(Stop)).Directory).UserNames;
        }

        async Task<long?> ContactAsync(long? id = null)
        {
            await using var db = storage.Open(1);
            var wanted = id is null ? "C_" : $"C_{id}";
            var link = await db.FactLinks.AsNoTracking().Where(l => l.Kind == FactKind.Activity)
                .Where(l => id == null ? l.LinkKey.StartsWith(wanted) : l.LinkKey == wanted).FirstOrDefaultAsync(Stop);
            return link is null ? null : long.Parse(link.LinkKey.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What was left behind by a webhook that was taken away, and by the application that was removed, is of the same people.</summary>
    [Fact]
    public async Task In_a_portal_that_is_connected_no_more_somebody_is_erased_wherever_he_is_left()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);
        program.Environment.Remove("Bitrix24__WebhookUrl");
        var host = portal.BaseAddress.Authority;
        await using var db = new AddonStorage($"Data Source={program.Database};Pooling=False").Open();
        var (user, name) = PortalDirectory.Parse((await db.Portals.AsNoTracking().SingleAsync(Stop)).Directory).UserNames.First(named => named.Key != 1 && named.Value.Length > 0);
        db.Portals.Add(new PortalRow
        {
            Key = "removed", Host = host, PhoneKey = [1], UninstalledAtMs = 1,
            Directory = new PortalDirectory { UserNames = new Dictionary<long, string> { [user] = name, [777] = "Пётр" } }.ToDocument(),
        });
        await db.SaveChangesAsync(Stop);

        (await program.RunAsync("erase", "--user", $"{user}", "--portal", "third.bitrix24.ru")).MustFail(1, "third.bitrix24.ru");
        var erased = await program.RunAsync("erase", "--user", $"{user}", "--portal", host);
        Assert.True(erased.ExitCode == 0, erased.All);
        Assert.Contains("Имя и часовой пояс: 2.", erased.Output, StringComparison.Ordinal);
        Assert.Contains($"Сотрудник {user} на {host}", erased.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await program.RunAsync("erase", "--user", "777", "--portal", host)).ExitCode);

        // Known in one, kept out of the other, where the history may be about to be read.
        Assert.Equal(2, await db.Erased.IgnoreQueryFilters().CountAsync(e => e.SourceId == 777, Stop));
        Assert.All(await db.Portals.AsNoTracking().ToListAsync(Stop), row => Assert.DoesNotContain(name, row.Directory, StringComparison.Ordinal));
        (await program.RunAsync("erase", "--user", "999999", "--portal", host)).MustFail(1, "О сотруднике 999999 на ");
    }

    [Fact]
    public async Task Somebody_unknown_and_a_wrong_use_are_explained()
    {
        await using var portal = await SimulatedPortal.StartAsync(new PortalSimulatorOptions { Seed = 3 }, Stop);
        using var program = ProgramUnderTest.For(portal.WebhookUrl);
        Assert.Equal(0, (await program.RunAsync("sync")).ExitCode);

        (await program.RunAsync("erase", "--user", "999999")).MustFail(1, "О сотруднике 999999 на ");
        (await program.RunAsync("erase", "--contact", "999999")).MustFail(1, "не упоминает контакт 999999");
        (await program.RunAsync("erase")).MustFail(2, "либо --user ID, либо --contact ID");
        (await program.RunAsync("erase", "--user", "5", "--contact", "5")).MustFail(2, "либо --user ID, либо --contact ID");
        (await program.RunAsync("erase", "--user", "Анна")).MustFail(2, "--user");
    }
}
