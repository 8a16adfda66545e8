namespace Bitrix24.Client.Batches;

/// <summary>What may stand in one batch (settings/how-to-call-rest-api/batch.md).</summary>
internal static class BatchRules
{
    public static void Check(IReadOnlyCollection<RestCall> calls, RestVersion version)
    {
        if (calls.Count is 0 or > Bitrix24Client.MaxBatchCommands)
        {
            throw new ArgumentException($"A batch holds 1 to {Bitrix24Client.MaxBatchCommands} commands, not {calls.Count}.", nameof(calls));
        }

        if (calls.FirstOrDefault(call => !call.Method.AllowedInBatch) is { } forbidden)
        {
            throw new ArgumentException($"{forbidden.Method.Name} is not allowed in a batch; call it by itself.", nameof(calls));
        }

        if (calls.FirstOrDefault(call => call.IdempotencyKey is not null) is { } keyed)
        {
            throw new ArgumentException($"{keyed.Method.Name} has an idempotency key, which holds for a request; call it by itself.", nameof(calls));
        }

        if (calls.FirstOrDefault(call => call.Method.Version != version) is { } stranger)
        {
            throw new ArgumentException($"{stranger.Method.Name} belongs to the other kind of REST and needs its own batch.", nameof(calls));
        }
    }

    public static void CheckKeys(IReadOnlyList<KeyValuePair<string, RestCall>> commands)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, call) in commands)
        {
            if (key.Length == 0 || !key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            {
                throw new ArgumentException($"The key '{key}' of {call.Method.Name} must be ASCII letters, digits and underscores.", nameof(commands));
            }

            if (!seen.Add(key))
            {
                throw new ArgumentException($"The key '{key}' is given twice.", nameof(commands));
            }
        }
    }
}
