using System.Text.Json.Serialization.Metadata;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>Where the rows of each documented answer lie and what they are.</summary>
internal static class DocumentedResults
{
    private static readonly Bitrix24JsonContext Json = Bitrix24JsonContext.Default;

    /// <summary>The method, the property of the result that holds the rows (empty for the result itself), their type.</summary>
    public static readonly (string Field, string Path, JsonTypeInfo Type)[] Rows =
    [
        ("BotMethods.BotRegister", "", Json.BotAnswer),
        ("BotMethods.ChatGet", "", Json.BotChat),
        ("BotMethods.FileUpload", "", Json.UploadedFile),
        ("BotMethods.MessageContext", "", Json.BotMessagePage),
        ("BotMethods.MessageSend", "", Json.SentBotMessage),
        ("CalendarMethods.EventGetById", "", Json.CalendarEvent),
        ("CommonMethods.FeatureGet", "", Json.FeatureState),
        ("CommonMethods.MethodGet", "", Json.MethodState),
        ("CrmActivityMethods.ActivityGet", "", Json.CrmActivity),
        ("CrmActivityMethods.CallTranscript", "", Json.CallTranscript),
        ("CrmDirectoryMethods.CategoryGet", "category", Json.CrmCategory),
        ("CrmDirectoryMethods.CurrencyGet", "", Json.Currency),
        ("CrmDirectoryMethods.StatusEntityItems", "", Json.DirectoryItem),
        ("CrmDirectoryMethods.StatusGet", "", Json.CrmStatus),
        ("CrmDuplicateMethods.FindByComm", "", Json.DuplicateMatches),
        ("CrmItemMethods.ItemAdd", "item", Json.CrmItem),
        ("CrmItemMethods.ItemFields", "", Json.CrmFields),
        ("CrmItemMethods.ItemUpdate", "item", Json.CrmItem),
        ("CrmMethods.ActivityBindingList", "", Json.ActivityBinding),
        ("CrmMethods.CategoryList", "categories", Json.CrmCategory),
        ("CrmMethods.ItemGet", "item", Json.CrmItem),
        ("CrmMethods.ItemList", "items", Json.CrmItem),
        ("CrmMethods.OrderEntityList", "orderEntity", Json.OrderBinding),
        ("CrmMethods.StageHistoryList", "items", Json.StageHistoryRecord),
        ("CrmMethods.StatusList", "", Json.CrmStatus),
        ("CrmTimelineMethods.CommentGet", "", Json.TimelineComment),
        ("CrmTimelineMethods.CommentList", "", Json.TimelineComment),
        ("CrmTimelineMethods.LogMessageAdd", "logMessage", Json.LogMessage),
        ("CrmTimelineMethods.LogMessageGet", "logMessage", Json.LogMessage),
        ("CrmTimelineMethods.LogMessageList", "", Json.LogMessage),
        ("CrmTodoMethods.TodoAdd", "", Json.NewRow),
        ("CrmTodoMethods.TodoUpdate", "", Json.NewRow),
        ("CrmTodoMethods.TodoUpdateColor", "", Json.NewRow),
        ("CrmTodoMethods.TodoUpdateDeadline", "", Json.NewRow),
        ("CrmTodoMethods.TodoUpdateDescription", "", Json.NewRow),
        ("CrmTodoMethods.TodoUpdateResponsibleUser", "", Json.NewRow),
        ("EventMethods.Unbind", "", Json.RemovedHandlers),
        ("ExternalCallMethods.AttachRecord", "", Json.AttachedRecord),
        ("ExternalCallMethods.AttachTranscript", "", Json.AttachedTranscript),
        ("ExternalCallMethods.Finish", "", Json.FinishedCall),
        ("ExternalCallMethods.LineAdd", "", Json.RowId),
        ("ExternalCallMethods.LineGet", "", Json.ExternalLine),
        ("ExternalCallMethods.LineUpdate", "", Json.RowId),
        ("ExternalCallMethods.Register", "", Json.RegisteredCall),
        ("ExternalCallMethods.SearchCrmEntities", "", Json.Caller),
        ("MessengerMethods.DialogGet", "", Json.Dialog),
        ("MessengerMethods.DialogMessagesGet", "", Json.MessagePage),
        ("MessengerMethods.FileUpload", "", Json.UploadedFile),
        ("OfflineEventMethods.Get", "", Json.OfflineEventBatch),
        ("OfflineEventMethods.List", "", Json.OfflineEvent),
        ("OptionMethods.AppGet", "", Json.SavedOptions),
        ("OptionMethods.UserGet", "", Json.SavedOptions),
        ("PlacementMethods.Get", "", Json.PlacementHandler),
        ("PlacementMethods.Unbind", "", Json.RemovedHandlers),
        ("TaskMethods.TaskAddClassic", "task", Json.TaskItem),
        ("TaskMethods.TaskList", "tasks", Json.TaskItem),
        ("TelephonyMethods.StatisticGet", "", Json.CallStatistic),
        ("TimemanMethods.RecordList", "items", Json.WorkingDayRecord),
        ("UserMethods.DepartmentGet", "", Json.Department),
        ("UserMethods.UserGet", "", Json.User),
    ];

    /// <summary>Methods that answer with a scalar, a list of scalars or nothing.</summary>
    public static readonly string[] Plain =
    [
        "CrmActivityMethods.ActivityAdd",
        "CrmActivityMethods.ActivityDelete",
        "CrmActivityMethods.ActivityUpdate",
        "CrmActivityMethods.BindingAdd",
        "CrmActivityMethods.BindingDelete",
        "CrmActivityMethods.BindingMove",
        "CrmItemMethods.ItemDelete",
        "CrmTimelineMethods.CommentAdd",
        "CrmTimelineMethods.CommentDelete",
        "CrmTimelineMethods.CommentUpdate",
        "CrmTimelineMethods.LogMessageDelete",
        "CrmTriggerMethods.Add",
        "CrmTriggerMethods.Delete",
        "CrmTriggerMethods.Execute",
        "CrmTriggerMethods.ExecuteWebhook",
        "EventMethods.Bind",
        "ExternalCallMethods.Hide",
        "ExternalCallMethods.LineDelete",
        "ExternalCallMethods.Show",
        "MessengerMethods.ChatUserAdd",
        "MessengerMethods.MessageAdd",
        "MessengerMethods.NotifySystemAdd",
        "OfflineEventMethods.Clear",
        "OfflineEventMethods.Error",
        "OptionMethods.AppSet",
        "OptionMethods.UserSet",
        "PlacementMethods.List",
        "RobotMethods.ActivityLog",
        "RobotMethods.Add",
        "RobotMethods.Delete",
        "RobotMethods.EventSend",
        "RobotMethods.Update",
    ];

    /// <summary>What a row changes although it should not: the method, the place, the reason. One that is no longer needed fails its test.</summary>
    public static readonly (string Field, string Path, string Reason)[] Exceptions =
    [
    ];
}
