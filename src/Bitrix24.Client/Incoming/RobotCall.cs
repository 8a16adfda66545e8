namespace Bitrix24.Client.Incoming;

/// <summary>
/// A robot or an activity of the application is at work in a business process and asks its handler. Where it waits
/// (<see cref="WaitsForAnswer"/>), it is answered by <c>bizproc.event.send</c> with <see cref="EventToken"/>.
/// </summary>
/// <remarks>
/// Source: api-reference/bizproc/bizproc-robot/bizproc-robot-add.md, api-reference/bizproc/bizproc-event-send.md. The pages describe
/// <c>document_id</c>, <c>properties</c> and the token; the other fields are those that the portal's own code sends.
/// </remarks>
public sealed record RobotCall : IncomingPost
{
    private RobotCall(FormNode body)
        : base(body, PostAuth.OfBlock(body["auth"]))
    {
    }

    /// <summary>The business process; a secret no more than an id.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The robot's code, as it was registered.</summary>
    public string? Code { get; init; }

    /// <summary>Module, class and id of the document: <c>crm</c>, <c>CCrmDocumentDeal</c>, <c>DEAL_123</c>.</summary>
    public IReadOnlyList<string> DocumentId { get; init; } = [];

    /// <summary>Module, class and type of the document: <c>crm</c>, <c>CCrmDocumentDeal</c>, <c>DEAL</c>.</summary>
    public IReadOnlyList<string> DocumentType { get; init; } = [];

    /// <summary>The document's type, from its id: <c>DEAL</c>, <c>LEAD</c>, <c>DYNAMIC_128</c>; null when the id is none of the CRM.</summary>
    public string? DocumentTypeCode => LastId is { } id ? id[..id.LastIndexOf('_')] : null;

    /// <summary>The document's number: 123 of <c>DEAL_123</c>.</summary>
    public long? DocumentNumber => LastId is { } id ? new FormNode(id[(id.LastIndexOf('_') + 1)..]).ToId() : null;

    /// <summary>What the answer is sent with; whoever has it can answer in the application's place.</summary>
    public string? EventToken { get; init; }

    /// <summary>The robot's parameters: texts, or lists where they are multiple.</summary>
    public FormNode Properties { get; init; } = FormNode.Nothing;

    /// <summary>Whether the process waits for an answer; it does unless the robot was registered not to.</summary>
    public bool WaitsForAnswer { get; init; }

    /// <summary>How long the process waits, in seconds.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>When it was sent, to the second.</summary>
    public DateTimeOffset? SentAt { get; init; }

    private string? LastId => DocumentId is [.., var id] && id.LastIndexOf('_') > 0 ? id : null;

    private protected override string Subject => Code ?? "";

    /// <summary>A field, in the letters of the portal's code or of the pages.</summary>
    internal static FormNode Field(FormNode body, string name) => body[name].IsNothing ? body[name.ToUpperInvariant()] : body[name];

    internal static RobotCall Of(FormNode body) => new(body)
    {
        WorkflowId = Field(body, "workflow_id").Defined,
        Code = Field(body, "code").Defined,
        DocumentId = Texts(Field(body, "document_id")),
        DocumentType = Texts(Field(body, "document_type")),
        EventToken = Field(body, "event_token").Defined,
        Properties = Field(body, "properties"),
        WaitsForAnswer = Field(body, "use_subscription").ToBoolean() != false,
        TimeoutSeconds = Field(body, "timeout_duration").ToInteger(),
        SentAt = Field(body, "ts").ToInstant(),
    };

    private static string[] Texts(FormNode list) => [.. list.Items.Select(item => item.Text).OfType<string>()];
}
