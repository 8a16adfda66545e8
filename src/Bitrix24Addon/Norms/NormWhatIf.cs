using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;
using Bitrix24Addon.Storage;

namespace Bitrix24Addon.Norms;

/// <summary>What a norm would have said.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Day">The day, yyyymmdd.</param>
/// <param name="Decision">What it says; its effects are only words.</param>
public sealed record WhatIfVerdict(long UserId, int Day, Decision Decision);

/// <summary>
/// Asks what a norm would have said on past days, with hindsight: by all facts known today, in the order in which they happened. It calls
/// the function that the daily close calls, and writes nothing. One day of one rule is a dry run.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="time">The clock.</param>
public sealed class NormWhatIf(AddonStorage storage, TimeProvider time)
{
    /// <summary>Asks about a period; verdicts are ordered by day and user.</summary>
    /// <param name="portal">The portal.</param>
    /// <param name="rule">The norm, in force or only written down.</param>
    /// <param name="fromDay">First day, yyyymmdd.</param>
    /// <param name="toDay">Last day, yyyymmdd.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The history has not been read yet.</exception>
    public async Task<IReadOnlyList<WhatIfVerdict>> RunAsync(PortalRow portal, NormRule rule, int fromDay, int toDay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(rule);
        if (portal.HistoryCompleteAtMs is null)
        {
            throw new ProblemException(portal.HistoryStartedAtMs is null ? "Reports.nothing_read" : "Reports.history_unfinished", portal.Host);
        }

        await using var db = storage.Open(portal.Id);
        var session = await NormSession.OpenAsync(db, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
        var judged = await session.JudgeAsync(rule, fromDay, toDay, cancellationToken).ConfigureAwait(false);
        return judged.ConvertAll(j => new WhatIfVerdict(j.Facts.UserId, j.Facts.Day, j.Decision));
    }
}
