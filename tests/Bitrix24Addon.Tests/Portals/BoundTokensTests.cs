using Bitrix24Addon.Portals;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Portals;

/// <summary>Tokens are encrypted for one portal: a row that is copied to another is of no use there.</summary>
public sealed class BoundTokensTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task A_row_that_is_copied_to_another_portal_cannot_be_decrypted(DatabaseKind kind)
    {
        await using var portal = await InstalledPortal.StartAsync(kind);
        var own = (await portal.Store().ReadAsync(Stop))!;
        var other = await portal.Process<PortalRegistry>().RegisterAsync("5t4a3n", "other.example.com", 1, Stop);
        var stolen = (await portal.AccessAsync())!;
        Assert.DoesNotContain(own.RefreshToken, stolen.RefreshToken, StringComparison.Ordinal);
        await using (var db = portal.Storage.Open(other.Id))
        {
            db.Access.Add(stolen);
            await db.SaveChangesAsync(Stop);
        }

        var refused = await Assert.ThrowsAsync<ProblemException>(async () =>
        {
            var client = (await portal.Process<PortalClients>().ForAsync(other, Stop))!;
            await client.CallAsync(Bitrix24.Client.Methods.UserMethods.Profile(), Stop);
        });

        Assert.Equal("Portals.keys_foreign", refused.TextKey);
        Assert.DoesNotContain(stolen.RefreshToken, refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(own, await portal.Store().ReadAsync(Stop));
    }

    [Fact]
    public void A_text_is_read_with_its_portal_its_keys_and_whole_or_not_at_all()
    {
        var (folder, otherFolder) = (Directory.CreateTempSubdirectory("addon-keys-"), Directory.CreateTempSubdirectory("addon-keys-"));
        try
        {
            var keys = new KeyRing(folder.FullName);
            var text = keys.Protect("0a1b2c", "refresh1");

            Assert.Equal("refresh1", new KeyRing(folder.FullName).Unprotect("0a1b2c", text));
            Assert.NotEqual(text, keys.Protect("0a1b2c", "refresh1"));
            foreach (var memberId in new[] { "0a1b2d", "0a1b2", "0A1B2C", "", "0a1b2c " })
            {
                Assert.Throws<ProblemException>(() => keys.Unprotect(memberId, text));
            }

            Assert.Throws<ProblemException>(() => new KeyRing(otherFolder.FullName).Unprotect("0a1b2c", text));
            Assert.Throws<ProblemException>(() => keys.Unprotect("0a1b2c", text[..^2]));
            Assert.Throws<ProblemException>(() => keys.Unprotect("0a1b2c", (text[0] == 'A' ? 'B' : 'A') + text[1..]));
        }
        finally
        {
            folder.Delete(recursive: true);
            otherFolder.Delete(recursive: true);
        }
    }
}
