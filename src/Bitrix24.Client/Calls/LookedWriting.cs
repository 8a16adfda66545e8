namespace Bitrix24.Client;

/// <summary>One write on its way: sent, waited for, looked for, repeated.</summary>
internal sealed class LookedWriting(Bitrix24Client client, LookedWrite write)
{
    private const int MostRepeats = 1;

    // The portal keeps a key for 24 hours (api-reference/rest-v3.md); clocks differ, and a request lasts.
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    private int _repeats;
    private DateTimeOffset _sentAt;
    private Bitrix24Exception? _open;

    public async Task<WriteOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var firstSentAt = _sentAt = write.SentAt ?? client.Time.GetUtcNow();
        if (write.SentAt is null && await SendAsync(cancellationToken) is { } answered)
        {
            return answered;
        }

        while (true)
        {
            var lookAt = _sentAt + client.Options.UnknownWait;
            var isKeyed = write.Write.IdempotencyKey is not null && Latest(lookAt, client.Time.GetUtcNow()) - firstSentAt < KeyLife;
            if (isKeyed ? _repeats >= client.Options.MaxRetries : write.Look is null || write.Judge is null)
            {
                throw Unknown(_open);
            }

            await WaitAsync(lookAt, cancellationToken);
            if (!isKeyed && await LookAsync(write.Look!, write.Judge!, cancellationToken) is { } found)
            {
                return found;
            }

            if (!isKeyed && _repeats >= MostRepeats)
            {
                throw Unknown(_open);
            }

            _repeats++;
            try
            {
                if (await SendAsync(cancellationToken) is { } repeated)
                {
                    return repeated;
                }
            }
            catch (Bitrix24Exception failed) when (isKeyed && failed.Error.Kind != Bitrix24ErrorKind.IdempotencyKey)
            {
                // The repetition was refused, which tells nothing of the first.
                throw Unknown(failed);
            }
        }
    }

    /// <summary>Sends the write; null when nobody knows whether it was carried out.</summary>
    private async Task<WriteOutcome?> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new WriteOutcome(await client.CallAsync(write.Write, cancellationToken));
        }
        catch (Bitrix24Exception failed) when (failed.Error.MayHaveBeenCarriedOut)
        {
            (_open, _sentAt) = (failed, client.Time.GetUtcNow());
            return null;
        }
    }

    /// <summary>What the look found; null when the write surely did not arrive.</summary>
    private async Task<WriteOutcome?> LookAsync(RestCall look, Func<RestAnswer, Sight> judge, CancellationToken cancellationToken)
    {
        try
        {
            return judge(await client.CallAsync(look, cancellationToken)) switch
            {
                { IsFound: true } sight => new WriteOutcome(null, sight.What),
                { IsFound: false } => null,
                _ => throw Unknown(_open),
            };
        }
        catch (Bitrix24Exception failed) when (failed.Error.Kind != Bitrix24ErrorKind.OutcomeUnknown)
        {
            throw Unknown(failed);
        }
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private async Task WaitAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        var wait = instant - client.Time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), client.Time, cancellationToken);
        }
    }

    private Bitrix24Exception Unknown(Bitrix24Exception? cause) => new(
        write.Write.Method.Name,
        cause is null
            ? new Bitrix24Error(Bitrix24ErrorKind.OutcomeUnknown, "CLIENT_OUTCOME_UNKNOWN", "Nothing tells whether the write was carried out.")
            : cause.Error with { Kind = Bitrix24ErrorKind.OutcomeUnknown },
        cause);
}
