namespace Bitrix24.Client.Incoming;

/// <summary>Something happened in the portal. Says what, never how it was before: read the object to learn more.</summary>
/// <remarks>Source: api-reference/events/index.md. Posts are sent once, in no order; one that is not taken is lost.</remarks>
public abstract record IncomingEvent : IncomingPost
{
    private protected IncomingEvent(string name, FormNode body)
        : base(body, PostAuth.OfBlock(body["auth"]))
    {
        Name = name;
        HandlerId = body["event_handler_id"].ToId();
        SentAt = body["ts"].ToInstant();
        Data = body["data"];
    }

    /// <summary>The event's name in capitals, for example <c>ONCRMDEALADD</c>.</summary>
    public string Name { get; }

    /// <summary>The id of the registered handler; events of open lines have none.</summary>
    public long? HandlerId { get; }

    /// <summary>When the portal sent it, to the second; says nothing of the order.</summary>
    public DateTimeOffset? SentAt { get; }

    /// <summary>The event's data.</summary>
    public FormNode Data { get; }

    private protected override string Subject => Name;

    internal static IncomingEvent Of(string name, FormNode body) => name switch
    {
        "ONAPPINSTALL" => new ApplicationInstalled(body),
        "ONAPPUPDATE" => new ApplicationUpdated(body),
        "ONAPPUNINSTALL" => new ApplicationUninstalled(body),
        "ONAPPPAYMENT" => new PaymentChanged(body),
        "ONAPPMETHODCONFIRM" => new MethodConfirmed(body),
        "ONAPPTEST" => new EventTested(body),
        "ONOFFLINEEVENT" => new OfflineNotice(body),
        _ when name.StartsWith(BotEvent.Prefix, StringComparison.Ordinal) => new BotEvent(name, body),
        _ => new ObjectEvent(name, body),
    };
}

/// <summary>What became of an object, by the end of the event's name.</summary>
public enum ObjectChange
{
    /// <summary>Something else, or the name does not tell.</summary>
    Other,

    /// <summary>It is new.</summary>
    Add,

    /// <summary>It was changed.</summary>
    Update,

    /// <summary>It is gone.</summary>
    Delete,
}

/// <summary>An event of an object: a deal, a task, a call, a message. The helpers know every place where the portal puts an id.</summary>
/// <remarks>
/// Source: the pages of events, api-reference/crm (<c>data[FIELDS][ID]</c>, timeline comments <c>data[ID]</c>), tasks/events-tasks
/// (<c>FIELDS_AFTER</c>, <c>FIELDS_BEFORE</c> and the text <c>undefined</c> in place of either), calendar/calendar-event/events
/// (<c>data[id]</c>), log/events (<c>data[FIELDS][POST_ID]</c>), telephony (<c>data[CALL_ID]</c>).
/// </remarks>
public sealed record ObjectEvent : IncomingEvent
{
    private const string DynamicItem = "ONCRMDYNAMICITEM";

    internal ObjectEvent(string name, FormNode body)
        : base(name, body)
    {
        var end = name.StartsWith(DynamicItem, StringComparison.Ordinal) ? name.IndexOf('_', StringComparison.Ordinal) : -1;
        var verb = end < 0 ? name : name[..end];
        Change = verb.EndsWith("ADD", StringComparison.Ordinal) ? ObjectChange.Add
            : verb.EndsWith("UPDATE", StringComparison.Ordinal) ? ObjectChange.Update
            : verb.EndsWith("DELETE", StringComparison.Ordinal) ? ObjectChange.Delete
            : ObjectChange.Other;
        Kind = Change == ObjectChange.Other ? verb : verb[..^Change.ToString().Length];
        EntityTypeId = Fields["ENTITY_TYPE_ID"].ToId() ?? (end < 0 ? null : new FormNode(name[(end + 1)..]).ToId());
    }

    /// <summary>The name without what became of the object and without a type: <c>ONCRMDEAL</c>, <c>ONCRMDYNAMICITEM</c>.</summary>
    public string Kind { get; }

    /// <summary>What became of the object.</summary>
    public ObjectChange Change { get; }

    /// <summary>The fields that the event tells: <c>FIELDS</c>; of tasks those after the change, or before it when there is nothing after.</summary>
    public FormNode Fields => Data["FIELDS"].IsMap ? Data["FIELDS"] : Data["FIELDS_AFTER"].IsMap ? Data["FIELDS_AFTER"] : Data["FIELDS_BEFORE"];

    /// <summary>
    /// The object's id, wherever the event has it. Null when there is none: events of calls, of open lines and of the new task card's
    /// comments, whose <c>ID</c> is 0 (see <see cref="MessageId"/>).
    /// </summary>
    public long? ObjectId
    {
        get
        {
            FormNode[] places =
            [
                Data["FIELDS"]["ID"], Data["FIELDS_AFTER"]["ID"], Data["FIELDS_BEFORE"]["ID"], Data["ID"], Data["id"], Data["FIELDS"]["POST_ID"],
            ];
            return Array.Find(places, place => place.Defined is not null)?.ToId();
        }
    }

    /// <summary>The type of a dynamic item or document, from its data or from the name <c>ONCRMDYNAMICITEMADD_31</c>.</summary>
    public long? EntityTypeId { get; }

    /// <summary>The object that a document belongs to.</summary>
    public long? EntityId => Fields["ENTITY_ID"].ToId();

    /// <summary>The task of a comment.</summary>
    public long? TaskId => Fields["TASK_ID"].ToId();

    /// <summary>The chat message that a comment of the new task card is.</summary>
    public long? MessageId => Fields["MESSAGE_ID"].ToId();

    /// <summary>The call, with events of telephony; the key under which its record is found.</summary>
    public string? CallId => Data["CALL_ID"].Defined;
}

/// <summary>Events wait to be fetched by <c>event.offline.get</c>.</summary>
/// <remarks>Source: api-reference/events/on-offline-event.md. It has no data.</remarks>
public sealed record OfflineNotice : IncomingEvent
{
    internal OfflineNotice(FormNode body)
        : base("ONOFFLINEEVENT", body)
    {
    }
}

/// <summary>An event of a chat bot. It has two blocks of tokens: only the outer one, in <see cref="IncomingPost.Auth"/>, proves who posts.</summary>
/// <remarks>Source: api-reference/chat-bots/chat-bots-v2/imbot.v2/events/events.md.</remarks>
public sealed record BotEvent : IncomingEvent
{
    internal const string Prefix = "ONIMBOTV2";

    internal BotEvent(string name, FormNode body)
        : base(name, body) => BotAuth = PostAuth.OfBlock(Data["bot"]["auth"]);

    /// <summary>The bot.</summary>
    public long? BotId => Data["bot"]["id"].ToId();

    /// <summary>The bot's code, as it was registered.</summary>
    public string? BotCode => Data["bot"]["code"].Defined;

    /// <summary>The bot's own tokens, to answer with. Its application token proves nothing.</summary>
    public PostAuth BotAuth { get; }

    /// <summary>The dialog: <c>chat5</c>, or the user's id in a chat of two.</summary>
    public string? DialogId => Data["dialogId"].Defined ?? Data["chat"]["dialogId"].Defined;

    /// <summary>The user who wrote, asked or added the bot.</summary>
    public long? UserId => Data["user"]["id"].ToId();

    /// <summary>The message, whole or only its id where it was deleted.</summary>
    public long? MessageId => Data["message"]["id"].ToId() ?? Data["messageId"].ToId();

    /// <summary>The message's text as it was written; null when there is none.</summary>
    public string? Text => Data["message"]["text"].Text;

    /// <summary>The command, for example <c>/help</c>.</summary>
    public string? Command => Data["command"]["command"].Defined;

    /// <summary>What stands behind the command.</summary>
    public string? CommandParameters => Data["command"]["params"].Text;

    /// <summary>The portal's language.</summary>
    public string? Language => Data["language"].Defined;
}
