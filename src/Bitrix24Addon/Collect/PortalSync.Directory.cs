using System.Text.Json;
using Bitrix24.Client;
using Bitrix24.Client.Json;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Collect;

/// <content>What one batch tells about the portal before anything else is read.</content>
public sealed partial class PortalSync
{
    /// <summary>Reads clock, owner, directories and departments in one request.</summary>
    private async Task<DirectoryRead> ReadDirectoryAsync(PortalRow portal, CancellationToken cancellationToken)
    {
        var readStartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var calls = new Dictionary<string, RestCall>
        {
            ["time"] = CommonMethods.ServerTime(),
            ["profile"] = UserMethods.Profile(),
            ["quote_stages"] = CrmMethods.ListStatuses("QUOTE_STATUS"),
            ["funnels"] = CrmMethods.ListCategories(2),
            ["currencies"] = CrmMethods.ListCurrencies(),
            [Sources.Departments] = UserMethods.ListDepartments(),
        };
        var outcomes = await client.BatchAsync([.. calls], cancellationToken: cancellationToken).ConfigureAwait(false);
        var serverTime = outcomes["time"].Require(CommonMethods.ServerTimeMethod).Result.GetString();
        if (!DateTimeOffset.TryParse(serverTime, null, out var now))
        {
            throw new ProblemException("Sync.server_time", serverTime ?? "");
        }

        var before = PortalDirectory.Parse(portal.Directory);
        var failures = outcomes.Where(o => o.Value.Error is not null).ToDictionary(o => o.Key, o => o.Value.Error!);
        var profile = outcomes["profile"].Answer?.Result.As(Bitrix24JsonContext.Default.Profile);
        var directory = before with
        {
            OwnerTimeZone = profile is null ? before.OwnerTimeZone : string.IsNullOrWhiteSpace(profile.TimeZone) ? null : profile.TimeZone,
            OwnerIsAdministrator = profile is null ? before.OwnerIsAdministrator : profile.IsAdministrator ?? false,
            ServerOffsetMinutes = (int)now.Offset.TotalMinutes,
            Statuses = Statuses(outcomes["quote_stages"]) ?? before.Statuses,
            Funnels = outcomes["funnels"].Answer?.Result.AsList(Bitrix24JsonContext.Default.CrmCategory, "categories")
                .ToDictionary(c => (int)c.Id, c => c.Name ?? "") ?? before.Funnels,
        };
        if (outcomes["currencies"].Answer is { } currencies)
        {
            directory = WithCurrencies(directory, currencies.Result);
        }

        // A department that came late comes with the next sync; without any nobody could be told apart.
        var pages = new PageReader(client) { IdRowField = UserMethods.Departments.IdRowField, AllowsChanges = true };
        var departments = outcomes[Sources.Departments].Answer is { } first
            ? await pages.ReadAsync(UserMethods.ListDepartments(), "START", first, cancellationToken).ConfigureAwait(false)
            : null;
        return new DirectoryRead(
            directory, departments?.Select(Rows.Department).OfType<Observation>().ToList(), failures, now.ToUnixTimeMilliseconds(), readStartedAtMs);
    }

    private static List<DirectoryStatus>? Statuses(CommandOutcome outcome) =>
        outcome.Answer?.Result.AsList(Bitrix24JsonContext.Default.CrmStatus)
            .Select(s => new DirectoryStatus(s.EntityId ?? "", s.StatusId ?? "", s.Name ?? "", (int)(s.Sort ?? 0), s.Semantics)).ToList();

    private static PortalDirectory WithCurrencies(PortalDirectory directory, JsonElement result)
    {
        var currencies = result.AsList(Bitrix24JsonContext.Default.Currency).Where(c => !string.IsNullOrEmpty(c.Code)).ToList();
        var baseCode = currencies.FirstOrDefault(c => c.Base == true)?.Code ?? "";

        // AMOUNT is the rate of AMOUNT_CNT units; the base currency is 1 by definition, whatever its row says.
        var rates = currencies.Where(c => c is { Amount: > 0 })
            .ToDictionary(c => c.Code!, c => c.Amount!.Value / (c.AmountCount is > 0 and var count ? count : 1));
        if (baseCode.Length > 0)
        {
            rates[baseCode] = 1;
        }

        return directory with { BaseCurrency = baseCode, RatesToBase = rates };
    }

    private sealed record DirectoryRead(
        PortalDirectory Directory, IReadOnlyList<Observation>? Departments, IReadOnlyDictionary<string, Bitrix24Error> Failures,
        long ServerTimeMs, long ReadStartedAtMs);
}
