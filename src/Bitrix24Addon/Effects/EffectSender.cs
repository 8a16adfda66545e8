using Bitrix24.Client;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Schedule;

namespace Bitrix24Addon.Effects;

/// <summary>An effect on its way: with its call, or with why there is none.</summary>
/// <param name="Row">The row.</param>
/// <param name="Effect">The effect.</param>
/// <param name="Call">What is sent.</param>
/// <param name="Failed">Why nothing can be sent.</param>
internal sealed record OutgoingEffect(EffectRow Row, Effect Effect, RestCall? Call, EffectEnd? Failed = null)
{
    // A portal resolves such text inside a batch wherever it stands.
    private const string BatchReference = "$result[";

    public bool GoesAlone => EffectMeans.Of(Effect).GoesAlone || Row.Document.Contains(BatchReference, StringComparison.Ordinal);
}

/// <summary>Sends effects and tells how each ended; writes nothing down.</summary>
/// <param name="client">Calls the portal.</param>
/// <param name="bot">The add-on's bot.</param>
/// <param name="calls">What each effect is as a call.</param>
/// <param name="texts">The portal's language.</param>
/// <param name="makeReport">Makes the file of a report.</param>
/// <param name="time">The clock.</param>
/// <param name="timings">How long a sending may take.</param>
internal sealed class EffectSender(
    Bitrix24Client client, Bot bot, EffectCalls calls, Texts texts, Func<SendReport, CancellationToken, Task<FileToSend>> makeReport, TimeProvider time,
    WorkTimings timings)
{
    // A bot that is registered anew, or taken into a chat, is tried again, but not for ever.
    private const int MostAttemptsAsBot = 3;
    private const string NoBot = "BOT_NOT_FOUND";
    private const string ForeignBot = "BOT_OWNERSHIP_ERROR";

    private bool _isNameChosen;
    private bool _isWithoutBots;

    // Whatever keeps the bot from being registered does so for all messages of this run: they do not ask one after the other.
    private Bitrix24Exception? _hindrance;

    /// <summary>Makes the call of an effect.</summary>
    public async Task<OutgoingEffect> PrepareAsync(EffectRow row, Effect effect, CancellationToken cancellationToken)
    {
        if (await ChooseNameAsync(row, effect, cancellationToken).ConfigureAwait(false) is { } hindered)
        {
            return new OutgoingEffect(row, effect, null, hindered);
        }

        try
        {
            var file = effect is SendReport report ? await makeReport(report, cancellationToken).ConfigureAwait(false) : null;
            return new OutgoingEffect(row, effect, calls.Of(effect, file));
        }
        catch (ProblemException problem)
        {
            return new OutgoingEffect(row, effect, null, new EffectEnd(
                EffectState.Parked, null, problem.TextKey, new DoctorText(problem.TextKey, [.. problem.Arguments])));
        }
    }

    /// <summary>Finds out in whose name messages come: the bot's, or the owner's where bots are not to be had.</summary>
    /// <returns>Why the message has to wait, or null.</returns>
    public async Task<EffectEnd?> ChooseNameAsync(EffectRow row, Effect effect, CancellationToken cancellationToken)
    {
        if (_isNameChosen || effect is not (SendMessage or SendReport))
        {
            return null;
        }

        if (_hindrance is null && await TryChooseNameAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        // Registering is harmless to repeat, so an unknown outcome of it is no unknown outcome of the message.
        row.Attempts++;
        var end = EndOf(_hindrance!.Error, row, _hindrance.MethodName);
        return end.State == EffectState.Unknown ? end with { State = EffectState.Pending } : end;
    }

    private async Task<bool> TryChooseNameAsync(CancellationToken cancellationToken)
    {
        try
        {
            calls.Bot = _isWithoutBots ? null : await bot.EnsureAsync(texts.Get("Effects.bot_name"), cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused) when (refused.Error.Kind is Bitrix24ErrorKind.InsufficientScope or Bitrix24ErrorKind.MethodNotFound)
        {
            calls.Bot = null;
        }
        catch (Bitrix24Exception refused)
        {
            _hindrance = refused;
            return false;
        }

        _isNameChosen = true;
        return true;
    }

    /// <summary>Notes that effects are about to be sent, and sends one by itself, or several in a batch, unless it takes so long that others may have taken them over.</summary>
    /// <param name="effects">The effects.</param>
    /// <param name="begin">Notes it, and tells which of them may be sent.</param>
    /// <param name="cancellationToken">Breaks the sending off.</param>
    public async Task<IReadOnlyList<(EffectRow Row, EffectEnd End)>> SendAsync(
        IReadOnlyList<OutgoingEffect> effects, Func<Task<IReadOnlyCollection<EffectRow>>> begin, CancellationToken cancellationToken)
    {
        var machine = time.OfTheMachine();
        var (began, beganAt) = (machine.GetTimestamp(), machine.GetUtcNow());
        var begun = await begin().ConfigureAwait(false);
        effects = [.. effects.Where(e => begun.Contains(e.Row))];
        if (effects.Count == 0)
        {
            return [];
        }

        using var limit = new CancellationTokenSource(timings.Sending, machine);

        // Leases end by the clock on the wall, which goes on while a machine sleeps.
        var sending = client.While(() => machine.GetElapsedTime(began) < timings.Sending && machine.GetUtcNow() - beganAt < timings.Sending);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return effects is [{ GoesAlone: true } single]
                ? [(single.Row, await SendAloneAsync(sending, single, either.Token).ConfigureAwait(false))]
                : await SendBatchAsync(sending, effects, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var unknown = new Bitrix24Error(Bitrix24ErrorKind.OutcomeUnknown, "CLIENT_BROKEN_OFF", "The sending took too long.");
            return [.. effects.Select(e => (e.Row, EndOf(unknown, e.Row, e.Call!.Method.Name)))];
        }
    }

    /// <summary>What an error means for an effect.</summary>
    public EffectEnd EndOf(Bitrix24Error error, EffectRow row, string name) =>
        EffectEnd.Of(error, row.Attempts, time.GetUtcNow(), client.Credentials.Portal, name);

    private async Task<EffectEnd> SendAloneAsync(Bitrix24Client sending, OutgoingEffect effect, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await sending.CallAsync(effect.Call!, cancellationToken).ConfigureAwait(false);
            return await EndAsync(effect, answer, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused) when (effect.Effect is CreateTask && !calls.UsesClassicTasks && EffectEnd.IsWithoutVersionThree(refused.Error))
        {
            calls.UsesClassicTasks = true;
            return await SendAloneAsync(sending, effect with { Call = calls.Of(effect.Effect, null) }, cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused)
        {
            return await EndAsync(effect, null, refused.Error, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<(EffectRow Row, EffectEnd End)>> SendBatchAsync(
        Bitrix24Client sending, IReadOnlyList<OutgoingEffect> effects, CancellationToken cancellationToken)
    {
        var commands = effects.Select(e => new KeyValuePair<string, RestCall>($"e{e.Row.Id}", e.Call!)).ToList();
        IReadOnlyDictionary<string, CommandOutcome> outcomes;
        try
        {
            outcomes = await sending.BatchAsync(commands, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Bitrix24Exception refused)
        {
            return [.. effects.Select(e => (e.Row, EndOf(refused.Error, e.Row, e.Call!.Method.Name)))];
        }

        var ends = new List<(EffectRow Row, EffectEnd End)>();
        foreach (var effect in effects)
        {
            var outcome = outcomes[$"e{effect.Row.Id}"];
            var error = outcome.IsNotRun ? Bitrix24Error.CommandNotRun : outcome.Error;
            ends.Add((effect.Row, await EndAsync(effect, outcome.Answer, error, cancellationToken).ConfigureAwait(false)));
        }

        return ends;
    }

    private async Task<EffectEnd> EndAsync(OutgoingEffect effect, RestAnswer? answer, Bitrix24Error? error, CancellationToken cancellationToken)
    {
        error ??= EffectCalls.Refusal(answer!.Result);
        if (error is null)
        {
            return EffectEnd.Done(EffectCalls.ResultId(answer!.Result));
        }

        var end = EndOf(error, effect.Row, effect.Call!.Method.Name);
        return end.State == EffectState.Parked && await IsMendedAsync(effect, error, cancellationToken).ConfigureAwait(false)
            ? end with { State = EffectState.Pending }
            : end;
    }

    /// <summary>Mends what keeps the bot from writing: it was deleted, a group chat has not taken it in, or bots are not allowed any more.</summary>
    private async Task<bool> IsMendedAsync(OutgoingEffect effect, Bitrix24Error error, CancellationToken cancellationToken)
    {
        var dialog = effect.Effect switch { SendMessage message => message.DialogId, SendReport report => report.DialogId, _ => "" };
        if (calls.Bot is not { } sender || dialog.Length == 0)
        {
            return false;
        }

        var mayTryAgain = effect.Row.Attempts < MostAttemptsAsBot;
        var isForbidden = error.Kind is Bitrix24ErrorKind.InsufficientScope or Bitrix24ErrorKind.MethodNotFound;
        if (isForbidden || (error.Code is NoBot or ForeignBot && mayTryAgain))
        {
            // A portal may let a bot be registered and yet not let it send: for the rest of the run the owner speaks.
            _isWithoutBots |= isForbidden;
            await bot.ForgetAsync(cancellationToken).ConfigureAwait(false);
            _isNameChosen = false;
            return true;
        }

        return error.Kind == Bitrix24ErrorKind.AccessDenied && mayTryAgain
            && await bot.EnterAsync(sender, dialog, cancellationToken).ConfigureAwait(false);
    }
}
