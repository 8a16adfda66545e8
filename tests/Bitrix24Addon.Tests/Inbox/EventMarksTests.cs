using System.Text;
using Bitrix24.Client.Incoming;
using Bitrix24Addon.Inbox;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Tests.Inbox;

public sealed class EventMarksTests
{
    [Theory]
    [InlineData("event=ONCRMLEADADD&data[FIELDS][ID]=5", InboxKind.Lead, "5", false)]
    [InlineData("event=onCrmLeadUpdate&data%5BFIELDS%5D%5BID%5D=5", InboxKind.Lead, "5", false)]
    [InlineData("event=ONCRMLEADDELETE&data[FIELDS][ID]=5", InboxKind.Lead, "5", true)]
    [InlineData("event=ONCRMDEALUPDATE&data[FIELDS][ID]=007", InboxKind.Deal, "7", false)]
    [InlineData("event=ONCRMDEALMOVETOCATEGORY&data[FIELDS][ID]=7&data[FIELDS][CATEGORY_ID]=2&data[FIELDS][STAGE_ID]=C2:NEW", InboxKind.Deal, "7", false)]
    [InlineData("event=ONCRMQUOTEDELETE&data[FIELDS][ID]=8", InboxKind.Quote, "8", true)]
    [InlineData("event=onCrmActivityAdd&data[FIELDS][ID]=999999999999999999", InboxKind.Activity, "999999999999999999", false)]
    [InlineData("event=ONCRMDYNAMICITEMUPDATE&data[FIELDS][ID]=9&data[FIELDS][ENTITY_TYPE_ID]=31", InboxKind.Invoice, "9", false)]
    [InlineData("event=ONCRMDYNAMICITEMADD_31&data[FIELDS][ID]=9", InboxKind.Invoice, "9", false)]
    [InlineData("event=ONTASKADD&data[FIELDS_BEFORE]=undefined&data[FIELDS_AFTER][ID]=3&data[IS_ACCESSIBLE_AFTER]=undefined", InboxKind.Task, "3", false)]
    [InlineData("event=ONTASKUPDATE&data[FIELDS_BEFORE][ID]=3&data[FIELDS_AFTER][ID]=3", InboxKind.Task, "3", false)]
    [InlineData("event=ONTASKDELETE&data[FIELDS_BEFORE][ID]=3&data[FIELDS_AFTER]=undefined", InboxKind.Task, "3", true)]
    [InlineData("event=ONTASKDELETE&data[FIELDS_BEFORE][ID]=3&data[FIELDS_AFTER][ID]=undefined", InboxKind.Task, "3", true)]
    [InlineData("event=ONVOXIMPLANTCALLEND&data[CALL_ID]=externalCall.0a1b%2F7&data[CALL_TYPE]=1", InboxKind.Call, "externalCall.0a1b/7", false)]
    [InlineData("event=ONCALENDARENTRYUPDATE&data[id]=12", InboxKind.CalendarEvent, "12", false)]
    [InlineData("event=ONCALENDARENTRYDELETE&data[id]=12", InboxKind.CalendarEvent, "12", true)]
    [InlineData("event=ONUSERADD&data[ID]=44&data[EMAIL]=a%40b.ru", InboxKind.User, "44", false)]
    public void An_event_marks_its_object(string body, InboxKind kind, string key, bool isDeletion) =>
        Assert.Equal(new InboxMark(kind, key, isDeletion), Assert.Single(EventMarks.Of(Event(body))));

    [Theory]
    [InlineData("event=ONCRMDYNAMICITEMADD&data[FIELDS][ID]=9&data[FIELDS][ENTITY_TYPE_ID]=128")]
    [InlineData("event=ONCRMDYNAMICITEMADD_128&data[FIELDS][ID]=9&data[FIELDS][ENTITY_TYPE_ID]=128")]
    [InlineData("event=ONTASKCOMMENTADD&data[FIELDS_AFTER][ID]=0&data[FIELDS_AFTER][TASK_ID]=3&data[FIELDS_AFTER][MESSAGE_ID]=8")]
    [InlineData("event=ONCRMDEALUSERFIELDADD&data[FIELDS][ID]=1")]
    [InlineData("event=ONCRMLEADADD_5&data[FIELDS][ID]=1")]
    [InlineData("event=ONCRMCONTACTUPDATE&data[FIELDS][ID]=1")]
    [InlineData("event=ONCRMTIMELINECOMMENTADD&data[ID]=1")]
    [InlineData("event=ONAPPTEST&data[QUERY][a]=b")]
    [InlineData("event=ONOFFLINEEVENT")]
    [InlineData("event=ADD")]
    public void An_event_without_meaning_for_us_marks_nothing(string body) => Assert.Empty(EventMarks.Of(Event(body)));

    [Theory]
    [InlineData("event=ONCRMDEALADD")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID]=")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID]=0")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID]=-5")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID]=5%20OR%201")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID]=%D9%A5")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID]=1000000000000000000")]
    [InlineData("event=ONCRMDEALADD&data[FIELDS][ID][]=5")]
    [InlineData("event=ONTASKADD&data[FIELDS_BEFORE]=undefined&data[FIELDS_AFTER]=undefined")]
    [InlineData("event=ONTASKADD&data[FIELDS_AFTER][ID]=undefined")]
    [InlineData("event=ONVOXIMPLANTCALLEND&data[CALL_ID]=a%0Ab")]
    [InlineData("event=ONVOXIMPLANTCALLEND&data[CALL_ID]=")]
    [InlineData("event=ONUSERADD&data[EMAIL]=a")]
    public void An_id_that_is_none_is_refused(string body) => Assert.Throws<FormatException>(() => EventMarks.Of(Event(body)));

    [Fact]
    public void The_id_of_a_call_has_a_limit()
    {
        Assert.Equal(128, EventMarks.Of(Event("event=ONVOXIMPLANTCALLEND&data[CALL_ID]=" + new string('x', 128)))[0].Key.Length);
        Assert.Throws<FormatException>(() => EventMarks.Of(Event("event=ONVOXIMPLANTCALLEND&data[CALL_ID]=" + new string('x', 129))));
    }

    [Fact]
    public void Every_event_that_the_application_subscribes_to_has_a_meaning()
    {
        var objects = Manifest.Current.Events.Where(e => !e.Name.StartsWith("ONAPP", StringComparison.Ordinal)).ToList();

        Assert.True(objects.Count > 20);
        Assert.All(objects, e => Assert.Single(EventMarks.Of(Event(
            $"event={e.Name}&data[FIELDS][ID]=1&data[FIELDS][ENTITY_TYPE_ID]=31&data[FIELDS_AFTER][ID]=1&data[ID]=1&data[id]=1&data[CALL_ID]=1"))));
    }

    private static IncomingEvent Event(string body)
    {
        Assert.True(IncomingPost.TryRead("application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(body), null, out var post, out _));
        return Assert.IsType<IncomingEvent>(post, exactMatch: false);
    }
}
