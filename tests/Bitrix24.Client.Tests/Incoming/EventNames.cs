namespace Bitrix24.Client.Tests.Incoming;

/// <summary>Every event that the pages of events name; each has its payload file.</summary>
internal static class EventNames
{
    private const string Changes = "ADD UPDATE DELETE";

    /// <remarks>api-reference: crm, tasks, telephony, imopenlines, calendar, user, sonet-group, log, chat-bots, common/events, events.</remarks>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Of("ONCRMLEAD ONCRMDEAL ONCRMCONTACT ONCRMCOMPANY ONCRMQUOTE ONCRMACTIVITY ONCRMDYNAMICITEM ONCRMTIMELINECOMMENT", Changes),
        .. Of("ONCRMDOCUMENTGENERATORDOCUMENT ONCRMTYPE", Changes),
        .. Of("ONCRMDYNAMICITEM", "ADD_31 UPDATE_31 DELETE_31"),
        .. Of("ONCRMLEADUSERFIELD ONCRMDEALUSERFIELD ONCRMTYPEUSERFIELD", Changes + " SETENUMVALUES"),
        .. Of("ONCRMINVOICE", Changes + " SETSTATUS"),
        "ONCRMDEALMOVETOCATEGORY",
        .. Of("ONTASK ONTASKCOMMENT", Changes),
        .. Of("ONVOXIMPLANTCALL", "INIT START END"),
        .. Of("ONEXTERNALCALL", "START BACKSTART"),
        .. Of("ONSESSION", "START FINISH"),
        .. Of("ONOPENLINEMESSAGE ONIMCONNECTORMESSAGE", Changes),
        .. Of("ONIMCONNECTOR", "DIALOGSTART DIALOGFINISH LINEDELETE STATUSDELETE"),
        .. Of("ONCALENDARENTRY ONCALENDARSECTION ONSONETGROUP ONLIVEFEEDPOST", Changes),
        "ONUSERADD",
        .. Of("ONIMBOTV2", "MESSAGEADD MESSAGEUPDATE MESSAGEDELETE COMMANDADD JOINCHAT DELETE CONTEXTGET REACTIONCHANGE"),
        "ONIMBOTMESSAGEADD",
        "ONIMCOMMANDADD",
        .. Of("ONAPP", "INSTALL UPDATE UNINSTALL PAYMENT METHODCONFIRM TEST"),
        "ONOFFLINEEVENT",
    ];

    private static IEnumerable<string> Of(string subjects, string ends) =>
        from subject in subjects.Split(' ') from end in ends.Split(' ') select subject + end;
}
