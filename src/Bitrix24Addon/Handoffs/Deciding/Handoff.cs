namespace Bitrix24Addon.Handoffs.Deciding;

/// <summary>Where a handoff stands.</summary>
public enum HandoffPhase
{
    /// <summary>The giver has to complete the questionnaire; nothing is offered.</summary>
    Incomplete,

    /// <summary>Nobody who may receive it is free.</summary>
    Waiting,

    /// <summary>It was offered to a receiver, who neither took nor returned it yet.</summary>
    Offered,

    /// <summary>The receiver took it and works on it.</summary>
    Accepted,

    /// <summary>It is the giver's again, with what is missing; what he mends is offered anew.</summary>
    Returned,

    /// <summary>The head decides who gets it.</summary>
    WithHead,

    /// <summary>The receiver did what it was handed over for.</summary>
    Completed,

    /// <summary>The receiver keeps it, and did not do in twice his time what it was handed over for; the head was told.</summary>
    Unfinished,

    /// <summary>It stays with its giver: he took it back, the head decided so, or the head did not decide in his time.</summary>
    Left,
}

/// <summary>What somebody did to a handoff.</summary>
public enum HandoffActKind
{
    /// <summary>The receiver took it: by button, or by acting on the object where the rule says so.</summary>
    Accept,

    /// <summary>The receiver returned it with a reason.</summary>
    Return,

    /// <summary>The giver mended what was missing.</summary>
    Mend,

    /// <summary>The head gave it to somebody, whoever has it.</summary>
    Assign,

    /// <summary>The head left it with the giver, or the giver took it back before anybody had taken it.</summary>
    Leave,

    /// <summary>The receiver did the work.</summary>
    Complete,
}

/// <summary>An act, as it is recorded.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Kind">What.</param>
/// <param name="UserId">Who.</param>
/// <param name="ToUserId">To whom the head gave it; null for other acts.</param>
/// <param name="Reason">Code of the reason of a return; null for other acts.</param>
public sealed record HandoffAct(long AtMs, HandoffActKind Kind, long UserId, long? ToUserId = null, string? Reason = null);

/// <summary>A handoff after so many acts.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="SinceMs">Since when, Unix milliseconds.</param>
/// <param name="GiverId">Who hands over.</param>
/// <param name="ReceiverId">To whom it is offered, or who has taken it; null in all other phases.</param>
/// <param name="DueAtMs">When the phase ends by itself, Unix milliseconds; null when it is over.</param>
/// <param name="RemindAtMs">When the receiver is reminded, Unix milliseconds; null when he is not, or not again.</param>
/// <param name="IsReminded">The receiver was reminded in this phase.</param>
/// <param name="IsLate">The work was not done in its time, and the head was told.</param>
/// <param name="Returns">How often it was returned.</param>
/// <param name="Asked">Who did not answer in time, or was absent then, since the giver offered it last.</param>
/// <param name="ActsSeen">How many of the recorded acts it has gone through.</param>
public sealed record Handoff(
    HandoffPhase Phase, long SinceMs, long GiverId, long? ReceiverId, long? DueAtMs, long? RemindAtMs, bool IsReminded, bool IsLate, int Returns, IReadOnlyList<long> Asked,
    int ActsSeen)
{
    /// <summary>Nothing changes it any more.</summary>
    public bool IsOver => Phase is HandoffPhase.Completed or HandoffPhase.Unfinished or HandoffPhase.Left;

    /// <summary>Who answers for the object now.</summary>
    public long OwnerId => Phase is HandoffPhase.Accepted or HandoffPhase.Completed or HandoffPhase.Unfinished ? ReceiverId!.Value : GiverId;
}
