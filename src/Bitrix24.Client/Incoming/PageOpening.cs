using System.Text;
using System.Text.Json;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Incoming;

/// <summary>
/// A page of the application is opened in the portal's frame: its main page, its installation, a placement. The tokens in
/// <see cref="IncomingPost.Auth"/> are those of the user who opens it.
/// </summary>
/// <remarks>
/// Source: settings/oauth/simple-way.md, api-reference/widgets/index.md, api-reference/widgets/placements.md. <c>BI_ANALYTICS_MENU</c> is
/// opened by GET and without data, so it is none.
/// </remarks>
public sealed record PageOpening : IncomingPost
{
    private PageOpening(FormNode body, FormNode query)
        : base(body, PostAuth.OfPage(body, query)) => Query = query;

    /// <summary>The placement's code; <c>DEFAULT</c> for the main page and the installation.</summary>
    public required string Placement { get; init; }

    /// <summary>True for the main page and the installation.</summary>
    public bool IsMainPage => Placement == "DEFAULT";

    /// <summary>What the placement tells, an object; null when it tells nothing or <see cref="AreOptionsBroken"/>.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>The options were there and are not a JSON object that can be read.</summary>
    public bool AreOptionsBroken { get; init; }

    /// <summary>The page that the placement was opened from, where the portal knows it.</summary>
    public string? OpenedFrom => Text("URI");

    /// <summary>The object that the placement belongs to: the <c>ID</c>, <c>taskId</c> or <c>USER_ID</c> of its options.</summary>
    public long? ObjectId => Id("ID") ?? Id("taskId") ?? Id("USER_ID");

    /// <summary>The call, with <c>CALL_CARD</c>.</summary>
    public string? CallId => Text("CALL_ID") is { Length: > 0 } id and not "undefined" ? id : null;

    /// <summary>The language of the user's portal: <c>ru</c>, <c>en</c>, <c>la</c> and so on.</summary>
    public string? Language { get; init; }

    /// <summary>Whether the portal is called by https; null when it does not tell.</summary>
    public bool? IsHttps { get; init; }

    /// <summary>What binds the page's JavaScript to its frame (<c>APP_SID</c>); a secret of this opening, and no application token.</summary>
    public string? FrameSession { get; init; }

    /// <summary>The whole query string: what stands in the address that was registered comes back here.</summary>
    public FormNode Query { get; }

    private protected override string Subject => Placement;

    internal static (IncomingPost? Post, PostFault Fault) Read(FormNode body, string? query)
    {
        if (!PhpForm.TryParse(Encoding.UTF8.GetBytes(query is ['?', ..] ? query[1..] : query ?? ""), out var parsed))
        {
            return (null, PostFault.BrokenQuery);
        }

        var options = body["PLACEMENT_OPTIONS"].Defined;
        var element = options is null ? null : ObjectIn(options);
        var page = new PageOpening(body, parsed.Root)
        {
            Placement = body["PLACEMENT"].Defined ?? "DEFAULT",
            Options = element,
            AreOptionsBroken = options is not null && element is null,
            Language = Field("LANG").Defined,
            IsHttps = Field("PROTOCOL").ToBoolean(),
            FrameSession = Field("APP_SID").Defined,
        };
        return (page, PostFault.None);

        FormNode Field(string name) => parsed.Root[name].IsNothing ? body[name] : parsed.Root[name];
    }

    /// <summary>The object in the text. PHP writes an empty one as <c>[]</c>.</summary>
    private static JsonElement? ObjectIn(string json)
    {
        try
        {
            var element = ReadableJson.Parse(Encoding.UTF8.GetBytes(json));
            return element.ValueKind == JsonValueKind.Object ? element
                : element is { ValueKind: JsonValueKind.Array } && element.GetArrayLength() == 0 ? JsonElement.Parse("{}"u8)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private long? Id(string name) => Lenient.ReadInteger(Option(name)) is > 0 and var id ? id : null;

    private string? Text(string name) => Option(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private JsonElement? Option(string name) => Options is { } options ? AnswerReader.Property(options, name) : null;
}
