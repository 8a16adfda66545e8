using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Handoffs.Deciding;

/// <summary>Somebody who may receive.</summary>
/// <param name="UserId">Who.</param>
/// <param name="IsAbsent">He does not work today.</param>
/// <param name="Open">Handoffs that are offered to him or that he works on, without this one.</param>
/// <param name="Limit">So many he may have.</param>
/// <param name="LastOfferedAtMs">When he was offered one last, Unix milliseconds; 0 for never.</param>
/// <param name="Time">His working time.</param>
public sealed record HandoffReceiver(long UserId, bool IsAbsent, int Open, int Limit, long LastOfferedAtMs, WorkingTimeCalculator Time)
{
    /// <summary>Something can be offered to him.</summary>
    public bool IsFree => !IsAbsent && Open < Limit;
}

/// <summary>What is known of a handoff.</summary>
/// <param name="NowMs">The moment it is judged at, Unix milliseconds.</param>
/// <param name="GiverId">Who hands over.</param>
/// <param name="BeganAtMs">When its trigger came, Unix milliseconds.</param>
/// <param name="Missing">What the questionnaire lacks; empty when it is complete.</param>
/// <param name="Receivers">Who may receive.</param>
/// <param name="PreferredId">Whom the client knows already, or whom a field of the object names; null for nobody.</param>
/// <param name="ByLoad">The least loaded comes first; else whoever was offered one longest ago.</param>
/// <param name="GiverTime">The giver's working time.</param>
/// <param name="PortalTime">Working time of the portal, for the head, while nobody is free, and for whoever the head chose beside the rule.</param>
/// <param name="Acts">All acts so far, in the order they were recorded.</param>
/// <param name="Current">The handoff after the acts it has gone through; null when its trigger has just come.</param>
public sealed record HandoffFacts(
    long NowMs, long GiverId, long BeganAtMs, IReadOnlyList<string> Missing, IReadOnlyList<HandoffReceiver> Receivers, long? PreferredId, bool ByLoad,
    WorkingTimeCalculator GiverTime, WorkingTimeCalculator PortalTime, IReadOnlyList<HandoffAct> Acts, Handoff? Current);

/// <summary>Why a step was taken; what follows in the portal is told by it.</summary>
public enum HandoffReason
{
    /// <summary>The questionnaire lacks something.</summary>
    QuestionnaireIncomplete,

    /// <summary>Somebody is free.</summary>
    ReceiverFree,

    /// <summary>Nobody is free.</summary>
    NobodyFree,

    /// <summary>Somebody acted.</summary>
    Act,

    /// <summary>The time of the phase is over.</summary>
    TimeOver,

    /// <summary>The time of the phase is nearly over.</summary>
    Reminder,

    /// <summary>Somebody's working time is another than was known: the phase ends at another moment.</summary>
    Rescheduled,

    /// <summary>The one to whom it is offered does not work today.</summary>
    ReceiverAbsent,

    /// <summary>It was returned oftener than the rule allows.</summary>
    ReturnedAgain,
}

/// <summary>A step in the life of a handoff.</summary>
/// <param name="After">The handoff after it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Act">The act that led to it; null where time did.</param>
public sealed record HandoffStep(Handoff After, HandoffReason Reason, HandoffAct? Act = null);
