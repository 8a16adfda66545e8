using System.Text.RegularExpressions;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Rules.Documents;

/// <summary>
/// A handoff: what one tier passes to the next, what it must tell with it, who receives it and in what time. Times are working minutes of whoever has to act.
/// </summary>
public sealed partial record HandoffRule : RuleDocument
{
    private const int MostMinutes = 100_000;

    /// <summary>The tier that gives; null for whoever has the object.</summary>
    public Tier? From { get; init; }

    /// <summary>The tier that receives.</summary>
    public required Tier To { get; init; }

    /// <summary>What is passed on.</summary>
    public required HandoffItem Item { get; init; }

    /// <summary>What begins it.</summary>
    public required HandoffTrigger Trigger { get; init; }

    /// <summary>What must be known before it is offered; the giver is asked for what is missing.</summary>
    public IReadOnlyList<Question> Questionnaire { get; init; } = [];

    /// <summary>Who of the tier receives it.</summary>
    public Receiving Receivers { get; init; } = new();

    /// <summary>The times.</summary>
    public required HandoffTimes Times { get; init; }

    /// <summary>What becomes of an offer that nobody answers.</summary>
    public HandoffExpiry AfterExpiry { get; init; } = HandoffExpiry.NextReceiver;

    /// <summary>By what it is taken, besides the button in the card and the one under the message.</summary>
    public IReadOnlyList<HandoffAcceptance> AcceptedBy { get; init; } = [];

    /// <summary>By what the work is done.</summary>
    public HandoffCompletion CompletedBy { get; init; } = new();

    /// <summary>Why it may be returned; a receiver names one of them.</summary>
    public IReadOnlyList<ReturnReason> ReturnReasons { get; init; } = [];

    /// <summary>So often it goes back to the giver; the next return goes to the head.</summary>
    public int MostReturns { get; init; } = 1;

    /// <summary>When the tier that gives is held back; null for never.</summary>
    public QueueLimit? Queue { get; init; }

    internal override IEnumerable<(string Place, NormScope Scope)> Scopes()
    {
        yield return ("to", new NormScope(Tier: To));
        if (From is { } from)
        {
            yield return ("from", new NormScope(Tier: from));
        }

        foreach (var person in Receivers.ByField?.People.Values.SelectMany(people => people).Distinct() ?? [])
        {
            yield return ("receivers.byField.people", new NormScope(UserId: person));
        }
    }

    internal override void Check(Action<bool, string, string, object?> require)
    {
        base.Check(require);
        require(From != To, "to", "Rules.handoff_same_tier", To);
        CheckTrigger(require);
        CheckQuestionnaire(require);
        require(Receivers.Limit is null or > 0 and <= 10_000, "receivers.limit", "Rules.handoff_limit", Receivers.Limit);
        require(Receivers.ByField is null || IsField(Receivers.ByField.Field), "receivers.byField.field", "Rules.handoff_field", Receivers.ByField?.Field);
        require(
            Receivers.ByField is null || (Receivers.ByField.People.Count > 0 && Receivers.ByField.People.Values.All(people => people is { Count: > 0 } && people.All(id => id > 0))),
            "receivers.byField.people", "Rules.handoff_people", null);
        foreach (var (place, minutes) in new[] { ("accept", Times.Accept), ("work", Times.Work), ("mend", Times.Mend), ("head", Times.Head) })
        {
            require(minutes is > 0 and <= MostMinutes, $"times.{place}", "Rules.handoff_minutes", minutes);
        }

        require(Times.RemindBefore is null or > 0 && !(Times.RemindBefore >= Times.Accept), "times.remindBefore", "Rules.handoff_remind", Times.RemindBefore);
        require(MostReturns is >= 0 and <= 10, "mostReturns", "Rules.handoff_returns", MostReturns);
        require(AcceptedBy.Distinct().Count() == AcceptedBy.Count, "acceptedBy", "Rules.handoff_twice", null);
        require(CompletedBy.Stages.All(IsStage), "completedBy.stages", "Rules.handoff_stage", CompletedBy.Stages.FirstOrDefault(s => !IsStage(s)));
        require(Queue is null || From is not null, "queue", "Rules.handoff_queue_from", null);
        require(Queue is null || Queue.Most is not null || Queue.MostWait is not null, "queue", "Rules.handoff_queue", null);
        require(Queue?.Most is null or > 0 and <= 100_000, "queue.most", "Rules.handoff_queue_most", Queue?.Most);
        require(Queue?.ResumeAt is null || (Queue.ResumeAt >= 0 && Queue.ResumeAt < Queue.Most), "queue.resumeAt", "Rules.handoff_queue_resume", Queue?.ResumeAt);
        require(Queue?.MostWait is null or > 0 and <= MostMinutes, "queue.mostWait", "Rules.handoff_minutes", Queue?.MostWait);
        require(
            Queue is null || (!string.IsNullOrWhiteSpace(Queue.Alternative.Ru) && !string.IsNullOrWhiteSpace(Queue.Alternative.En)), "queue.alternative", "Rules.bad_name", null);
        for (var i = 0; i < ReturnReasons.Count; i++)
        {
            var reason = ReturnReasons[i];
            require(reason is not null && IsCode(reason.Code), $"returnReasons[{i}].code", "Rules.handoff_code", reason?.Code);
            require(ReturnReasons.Take(i).All(r => r.Code != reason!.Code), $"returnReasons[{i}].code", "Rules.handoff_code_twice", reason!.Code);
            require(!string.IsNullOrWhiteSpace(reason.Ru) && !string.IsNullOrWhiteSpace(reason.En), $"returnReasons[{i}]", "Rules.bad_name", null);
        }
    }

    private void CheckTrigger(Action<bool, string, string, object?> require)
    {
        require(Trigger.On != HandoffStart.Stage || Trigger.Stages.Count > 0, "trigger.stages", "Rules.handoff_no_stage", null);
        require(Trigger.On == HandoffStart.Stage || Trigger.Stages.Count == 0, "trigger.stages", "Rules.handoff_needless", "stages");
        require(Trigger.Stages.All(IsStage), "trigger.stages", "Rules.handoff_stage", Trigger.Stages.FirstOrDefault(s => !IsStage(s)));
        require(Trigger.On == HandoffStart.Category == (Trigger.Category is not null), "trigger.category", "Rules.handoff_category", Trigger.Category);
        require(Trigger.Category is null or >= 0 && (Trigger.Category is null || Item == HandoffItem.Deal), "trigger.category", "Rules.handoff_category", Trigger.Category);
    }

    private void CheckQuestionnaire(Action<bool, string, string, object?> require)
    {
        for (var i = 0; i < Questionnaire.Count; i++)
        {
            var question = Questionnaire[i];
            require(question is not null && IsField(question.Field), $"questionnaire[{i}].field", "Rules.handoff_field", question?.Field);
            require(Questionnaire.Take(i).All(q => q.Field != question!.Field), $"questionnaire[{i}].field", "Rules.handoff_field_twice", question!.Field);
            require(question.Check == QuestionCheck.OneOf == (question.Values.Count > 0), $"questionnaire[{i}].values", "Rules.handoff_values", null);
            require(question.Check == QuestionCheck.AtLeast == (question.Least is not null), $"questionnaire[{i}].least", "Rules.handoff_least", null);
        }
    }

    private static bool IsField(string? field) => field is not null && FieldForm().IsMatch(field);

    private static bool IsStage(string? stage) => stage is not null && StageForm().IsMatch(stage);

    private static bool IsCode(string? code) => code is not null && CodeForm().IsMatch(code);

    // As crm.item.* names fields, own ones included: ufCrm_1700000000, ufCrmRegion.
    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_]{0,99}$")]
    private static partial Regex FieldForm();

    // NEW, C3:PREPARATION, DT128_5:UC_8Y7Q2A.
    [GeneratedRegex("^[A-Z0-9_]{1,40}(:[A-Z0-9_]{1,40})?$")]
    private static partial Regex StageForm();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$")]
    private static partial Regex CodeForm();
}

/// <summary>What can be handed over.</summary>
public enum HandoffItem
{
    /// <summary>A lead.</summary>
    Lead,

    /// <summary>A deal.</summary>
    Deal,
}

/// <summary>What begins a handoff.</summary>
public enum HandoffStart
{
    /// <summary>The object is created.</summary>
    Created,

    /// <summary>It comes to one of some stages.</summary>
    Stage,

    /// <summary>The deal comes to a funnel.</summary>
    Category,

    /// <summary>The giver presses the button in the card.</summary>
    Button,

    /// <summary>A robot or a business process asks for it.</summary>
    Robot,
}

/// <summary>What begins a handoff.</summary>
public sealed record HandoffTrigger
{
    /// <summary>The kind of moment.</summary>
    public required HandoffStart On { get; init; }

    /// <summary>The stages, as <c>crm.item.*</c> names them in <c>stageId</c>, such as <c>C3:PREPARATION</c>; for <see cref="HandoffStart.Stage"/>.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>The funnel, <c>categoryId</c>; for <see cref="HandoffStart.Category"/>.</summary>
    public int? Category { get; init; }
}

/// <summary>How an answer is checked.</summary>
public enum QuestionCheck
{
    /// <summary>It is there.</summary>
    Filled,

    /// <summary>It is a phone number that can be called.</summary>
    Phone,

    /// <summary>It is a mail address.</summary>
    Mail,

    /// <summary>It is one of some values.</summary>
    OneOf,

    /// <summary>It is a number and not less than another.</summary>
    AtLeast,
}

/// <summary>One field that must be known.</summary>
public sealed record Question
{
    /// <summary>The field as <c>crm.item.get</c> names it.</summary>
    public required string Field { get; init; }

    /// <summary>How it is checked.</summary>
    public QuestionCheck Check { get; init; } = QuestionCheck.Filled;

    /// <summary>For <see cref="QuestionCheck.OneOf"/>: the values as the portal writes them.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>For <see cref="QuestionCheck.AtLeast"/>: the least value.</summary>
    public decimal? Least { get; init; }
}

/// <summary>By which order receivers take turns.</summary>
public enum ReceivingOrder
{
    /// <summary>Whoever was offered one longest ago.</summary>
    RoundRobin,

    /// <summary>Whoever has least open handoffs.</summary>
    LeastLoaded,

    /// <summary>Whoever has the object already: he only has to take it up.</summary>
    Responsible,
}

/// <summary>Who of the tier receives.</summary>
public sealed record Receiving
{
    /// <summary>By which order.</summary>
    public ReceivingOrder Order { get; init; } = ReceivingOrder.RoundRobin;

    /// <summary>So many open handoffs one person may have; null for any number.</summary>
    public int? Limit { get; init; }

    /// <summary>Whoever looked after the client before goes before the others.</summary>
    public bool KnownClientFirst { get; init; } = true;

    /// <summary>A field that tells who may receive it; whoever is not named for its value does not.</summary>
    public ReceivingByField? ByField { get; init; }
}

/// <summary>A field, such as a region, whose value tells who may receive.</summary>
/// <param name="Field">The field as <c>crm.item.get</c> names it.</param>
/// <param name="People">By value as the portal writes it, the user ids; for values that are not named, everybody of the tier.</param>
public sealed record ReceivingByField(string Field, IReadOnlyDictionary<string, IReadOnlyList<long>> People);

/// <summary>The times of a handoff, in working minutes of whoever has to act.</summary>
public sealed record HandoffTimes
{
    /// <summary>To take it or to return it.</summary>
    public required int Accept { get; init; }

    /// <summary>To do what it was handed over for.</summary>
    public int Work { get; init; } = 2_400;

    /// <summary>The giver's, to tell what is missing.</summary>
    public int Mend { get; init; } = 480;

    /// <summary>The head's, to decide.</summary>
    public int Head { get; init; } = 480;

    /// <summary>So long before the end the receiver is reminded; null for never.</summary>
    public int? RemindBefore { get; init; }
}

/// <summary>What becomes of an offer that nobody answers.</summary>
public enum HandoffExpiry
{
    /// <summary>The next receiver, while there is one who was not asked; then the head.</summary>
    NextReceiver,

    /// <summary>The head decides.</summary>
    Head,

    /// <summary>The giver gets it back.</summary>
    Giver,
}

/// <summary>By what, besides the buttons, a handoff is taken.</summary>
public enum HandoffAcceptance
{
    /// <summary>By a call of the receiver on the object.</summary>
    Call,

    /// <summary>By moving the object to another stage.</summary>
    StageMove,
}

/// <summary>By what the work is done.</summary>
public sealed record HandoffCompletion
{
    /// <summary>The object comes to one of these stages.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>The receiver has called on it.</summary>
    public bool Call { get; init; }
}

/// <summary>When the tier that gives is held back, because the one that receives cannot take more.</summary>
public sealed record QueueLimit
{
    /// <summary>More may not wait; null for any number. At least this or <see cref="MostWait"/> is set.</summary>
    public int? Most { get; init; }

    /// <summary>Working minutes; longer nobody may have to wait at the pace of late; null for any time.</summary>
    public int? MostWait { get; init; }

    /// <summary>When so few wait, it goes on; null for three quarters of <see cref="Most"/>.</summary>
    public int? ResumeAt { get; init; }

    /// <summary>What people do meanwhile.</summary>
    public required RuleName Alternative { get; init; }

    /// <summary>When so few wait, it goes on.</summary>
    internal int? CountToResume => ResumeAt ?? Most * 3 / 4;

    /// <summary>When the wait is so short, it goes on: three quarters of <see cref="MostWait"/>.</summary>
    internal int? WaitToResume => MostWait * 3 / 4;
}

/// <summary>Why a handoff may be returned.</summary>
/// <param name="Code">Small letters, digits and hyphens, at most 32.</param>
/// <param name="Ru">Russian.</param>
/// <param name="En">English.</param>
public sealed record ReturnReason(string Code, string Ru, string En);
