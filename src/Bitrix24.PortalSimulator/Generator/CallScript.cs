using System.Globalization;
using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Generator;

/// <summary>Telephone calls: each leg is a statistics row; a call about a customer has an activity too.</summary>
internal sealed class CallScript(Script script, Random random)
{
    private const int Outgoing = 1, IncomingCall = 2, Redirected = 3;

    private const string Answered = "200", Missed = "304", Busy = "486";

    public string NewPhone() => "+79" + random.Next(0, 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);

    /// <summary>An outgoing call about a record; one in five is not answered. Returns the end of the call.</summary>
    public DateTimeOffset Call(StaffMember member, DateTimeOffset start, string phone, Subject contact, int ownerTypeId, Subject owner)
    {
        var isAnswered = random.Next(5) > 0;
        var seconds = isAnswered ? TalkSeconds() : 0;
        var end = start.AddSeconds(seconds + 15);
        var callId = NewCallId();
        var activity = script.Add(end, "activity", () => new JsonObject
        {
            ["OWNER_TYPE_ID"] = ownerTypeId,
            ["OWNER_ID"] = owner.Id,
            ["BINDINGS"] = new JsonArray(new JsonObject { ["OWNER_TYPE_ID"] = 3, ["OWNER_ID"] = contact.Id }),
            ["ORIGIN_ID"] = "VI_" + callId,
            ["TYPE_ID"] = 2,
            ["PROVIDER_ID"] = "VOXIMPLANT_CALL",
            ["PROVIDER_TYPE_ID"] = "CALL",
            ["DIRECTION"] = 2,
            ["SUBJECT"] = "Исходящий звонок " + phone,
            ["START_TIME"] = Script.Iso(start),
            ["END_TIME"] = Script.Iso(end),
            ["COMPLETED"] = "Y",
            ["RESPONSIBLE_ID"] = member.Id,
        });
        AddLeg(end, callId, member.Id, phone, Outgoing, start, seconds, isAnswered ? Answered : random.Next(2) == 0 ? Missed : Busy, contact, activity);
        return end;
    }

    /// <summary>An incoming call: answered, redirected to a second person, or missed and perhaps returned.</summary>
    public void Incoming(StaffMember first, StaffMember second, DateTimeOffset start)
    {
        var (phone, callId) = (NewPhone(), NewCallId());
        var kind = random.Next(10);
        if (kind < 6)
        {
            var seconds = TalkSeconds();
            AddLeg(start.AddSeconds(seconds + 10), callId, first.Id, phone, IncomingCall, start, seconds, Answered, null, null);
        }
        else if (kind < 8 && first != second)
        {
            var seconds = TalkSeconds();
            AddLeg(start.AddSeconds(30), callId, first.Id, phone, IncomingCall, start, 0, Missed, null, null);
            AddLeg(start.AddSeconds(seconds + 45), callId, second.Id, phone, Redirected, start.AddSeconds(30), seconds, Answered, null, null);
        }
        else
        {
            AddLeg(start.AddSeconds(30), callId, first.Id, phone, IncomingCall, start, 0, Missed, null, null);
            if (random.Next(3) > 0)
            {
                var back = start.AddMinutes(random.Next(3, 45));
                var seconds = TalkSeconds();
                AddLeg(back.AddSeconds(seconds + 10), NewCallId(), first.Id, phone, Outgoing, back, seconds, Answered, null, null);
            }
        }
    }

    private void AddLeg(DateTimeOffset end, string callId, long userId, string phone, int type, DateTimeOffset start, int seconds, string code, Subject? contact, Subject? activity)
    {
        var vote = code == Answered && random.Next(6) == 0 ? random.Next(3, 6) : (int?)null;
        script.Add(end, "call", () => new JsonObject
        {
            ["CALL_ID"] = callId,
            ["PORTAL_USER_ID"] = userId,
            ["PHONE_NUMBER"] = phone,
            ["CALL_TYPE"] = type,
            ["CALL_DURATION"] = seconds,
            ["CALL_START_DATE"] = Script.Iso(start),
            ["CALL_FAILED_CODE"] = code,
            ["CALL_VOTE"] = vote,
            ["CRM_ENTITY_TYPE"] = contact is null ? null : "CONTACT",
            ["CRM_ENTITY_ID"] = contact?.Id,
            ["CRM_ACTIVITY_ID"] = activity?.Id,
        });
    }

    private int TalkSeconds() => random.Next(4) == 0 ? random.Next(4, 30) : random.Next(31, 600);

    private string NewCallId() => string.Create(CultureInfo.InvariantCulture, $"externalCall.{random.NextInt64():x16}");
}
