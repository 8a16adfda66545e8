using System.Text.Json;

namespace Bitrix24.Client;

/// <summary>A successful answer.</summary>
/// <param name="Result">The <c>result</c>: a scalar, an array, an object or <c>true</c>, by the method. An empty map may come as <c>[]</c>.</param>
/// <param name="Total">The count of all matches of a list method; absent or 0 when counting was switched off by <c>start=-1</c>.</param>
/// <param name="Next">The <c>start</c> of the next page when there is one.</param>
/// <param name="Time">What the call cost; null when the portal did not say.</param>
public sealed record RestAnswer(JsonElement Result, int? Total = null, int? Next = null, AnswerTime? Time = null)
{
    /// <summary>The call was not carried out again: this is the stored answer of an earlier one with the same <see cref="RestCall.IdempotencyKey"/>.</summary>
    public bool IsReplayed { get; init; }
}

/// <summary>The <c>time</c> block of an answer. Source: api-reference/data-types.md#time. Portals leave out some fields.</summary>
/// <param name="Duration">How long the portal worked on the call, in seconds.</param>
/// <param name="DateStart">When the portal began, in the server's own offset.</param>
/// <param name="DateFinish">When the portal ended, in the server's own offset.</param>
/// <param name="Operating">Seconds this method has used for this application or webhook in the last ten minutes.</param>
/// <param name="OperatingResetAt">When the oldest minute of <paramref name="Operating"/> is forgotten.</param>
public sealed record AnswerTime(
    double? Duration,
    DateTimeOffset? DateStart,
    DateTimeOffset? DateFinish,
    double? Operating,
    DateTimeOffset? OperatingResetAt);

/// <summary>What became of one command of a batch: exactly one of answer and error, or neither when it was not run.</summary>
/// <param name="Answer">The answer of a command that succeeded.</param>
/// <param name="Error">The error of a command that failed.</param>
public sealed record CommandOutcome(RestAnswer? Answer, Bitrix24Error? Error)
{
    /// <summary>True when the portal did not run the command, for example after <c>halt</c>.</summary>
    public bool IsNotRun => Answer is null && Error is null;

    /// <summary>The answer, or the command's error as an exception.</summary>
    /// <param name="method">The method of the command, for the message.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Bitrix24Exception">The command failed or was not run.</exception>
    public RestAnswer Require(RestMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Answer ?? throw new Bitrix24Exception(method.Name, Error ?? Bitrix24Error.CommandNotRun);
    }
}
