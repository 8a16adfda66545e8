using System.Security.Cryptography;
using Bitrix24Addon.Privacy;

namespace Bitrix24Addon.Facts;

/// <content>What was erased is not stored again because the portal still tells it.</content>
public sealed partial class FactStore
{
    // Not a digit of a hash, so that nobody takes one for the other.
    private const char PseudonymMark = 'x';

    /// <summary>A random text in the place of a phone's hash.</summary>
    internal static string NewPhonePseudonym() => PseudonymMark + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether a text stands in the place of a phone's hash.</summary>
    /// <param name="hash">The text.</param>
    internal static bool IsPhonePseudonym(string? hash) => hash is [PseudonymMark, ..];

    /// <summary>Activities without the contacts that were erased.</summary>
    private async Task<IReadOnlyList<Observation>> WithoutErasedAsync(IReadOnlyList<Observation> observations, CancellationToken cancellationToken)
    {
        if (!observations.Any(o => o.Payload is ActivityFact { Owners.Count: > 0 }))
        {
            return observations;
        }

        var erased = (await Erasure.ErasedAsync(db, ErasedKind.Contact, cancellationToken).ConfigureAwait(false)).Select(id => FactKeys.CrmObject(3, id)).ToHashSet();
        return erased.Count == 0
            ? observations
            : [.. observations.Select(o => o.Payload is ActivityFact activity && activity.Owners.Any(erased.Contains)
                ? o with { Payload = activity with { Owners = [.. activity.Owners.Where(owner => !erased.Contains(owner))] } }
                : o)];
    }

    /// <summary>A call whose number was erased keeps what stands in its place when it is read again.</summary>
    private static Observation WithKnownPseudonym(FactRow? before, Observation observation) =>
        IsPhonePseudonym(before?.LookupKey) && observation.Payload is CallFact { PhoneHash: not null } call
            ? observation with { Payload = call with { PhoneHash = before!.LookupKey } }
            : observation;
}
