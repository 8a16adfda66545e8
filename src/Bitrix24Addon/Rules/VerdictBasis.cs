using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Storage;
using Bitrix24Addon.WorkingTime;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Rules;

/// <summary>
/// What verdicts depend on that is neither fact nor setting: whose token it is, zone, currency and stages of quotes as the portal told
/// them, and the production calendar as it was known. Few verdicts differ in it, so it is kept once and found by its fingerprint.
/// </summary>
/// <param name="OwnerUserId">The user in whose name we call.</param>
/// <param name="OwnerTimeZone">The zone of his profile.</param>
/// <param name="ServerOffsetMinutes">The server's offset from UTC.</param>
/// <param name="BaseCurrency">The base currency.</param>
/// <param name="QuoteStages">The stages of quotes.</param>
/// <param name="Calendar">The production calendar in full: a later version of the program has other data.</param>
internal sealed record VerdictBasis(
    long OwnerUserId, string? OwnerTimeZone, int ServerOffsetMinutes, string BaseCurrency, IReadOnlyList<DirectoryStatus> QuoteStages, string Calendar)
{
    /// <summary>The fingerprint and the stored form for a portal as it is.</summary>
    public static VerdictBasisRow RowOf(PortalContext portal)
    {
        var directory = portal.Directory;
        var stages = directory.Statuses.Where(s => s.Directory == "QUOTE_STATUS").OrderBy(s => s.Code, StringComparer.Ordinal)
            .Select(s => s with { Name = "" });
        var document = JsonSerializer.Serialize(new VerdictBasis(
            portal.Portal.OwnerUserId, directory.OwnerTimeZone, directory.ServerOffsetMinutes, directory.BaseCurrency, [.. stages], portal.Calendar.ToDocument()));
        return new VerdictBasisRow { Key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(document))), Document = document };
    }

    /// <summary>The portal as a verdict saw it: by a version of its settings and by what it said of itself then.</summary>
    public static async Task<PortalContext> RestoreAsync(AddonDbContext db, int settingsVersion, string key, CancellationToken cancellationToken)
    {
        var settings = await db.Settings.AsNoTracking().SingleOrDefaultAsync(s => s.Version == settingsVersion, cancellationToken).ConfigureAwait(false);
        var row = await db.VerdictBases.AsNoTracking().SingleAsync(b => b.Key == key, cancellationToken).ConfigureAwait(false);
        var basis = JsonSerializer.Deserialize<VerdictBasis>(row.Document) ?? throw new InvalidOperationException($"The basis {key} of verdicts is empty.");
        var directory = new PortalDirectory
        {
            OwnerTimeZone = basis.OwnerTimeZone, ServerOffsetMinutes = basis.ServerOffsetMinutes, BaseCurrency = basis.BaseCurrency, Statuses = basis.QuoteStages,
        };
        return new PortalContext(
            new PortalRow { Id = row.PortalId, Key = "", Host = "", PhoneKey = [], OwnerUserId = basis.OwnerUserId, Directory = directory.ToDocument() },
            settings is null ? new PortalSettings() : PortalSettings.Parse(settings.Document),
            ProductionCalendar.Parse(basis.Calendar));
    }
}
