using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests.Wrappers;

/// <summary>Calls of every factory: one with what must be given, one with everything.</summary>
internal static class SampleCalls
{
    private const string Activity = """
        {"OWNER_TYPE_ID":2,"OWNER_ID":5,"TYPE_ID":2,"SUBJECT":"Call","RESPONSIBLE_ID":5,"DIRECTION":2,
         "COMMUNICATIONS":[{"VALUE":"+79990000000","ENTITY_ID":5,"ENTITY_TYPE_ID":3}]}
        """;

    private static readonly DateTimeOffset Instant = new(2025, 11, 3, 14, 8, 40, TimeSpan.FromHours(3));

    private static readonly ConcurrentDictionary<string, IReadOnlyList<RestCall>> Made = new(StringComparer.Ordinal);

    // Factories that take a span cannot be called by reflection.
    private static readonly Dictionary<string, Func<IReadOnlyList<RestCall>>> ByHand = new(StringComparer.Ordinal)
    {
        ["MessengerMethods.UploadFile"] = () => [MessengerMethods.UploadFile("5", "a.txt", "x"u8), MessengerMethods.UploadFile("5", "a.txt", "x"u8, "text")],
        ["ChatMethods.ChangeAvatar"] = () => [ChatMethods.ChangeAvatar(5, "x"u8)],
        ["CrmDocumentMethods.UploadDocument"] = () =>
        [
            CrmDocumentMethods.UploadDocument(2, 5, "Offer", "5", "ru", "x"u8), CrmDocumentMethods.UploadDocument(2, 5, "Offer", "5", "ru", "x"u8, "x"u8),
        ],
        ["DiskMethods.UploadFile"] = () => [DiskMethods.UploadFile(5, "a.txt", "x"u8), DiskMethods.UploadFile(5, "a.txt", "x"u8, uniqueName: true)],
        ["DiskMethods.UploadToStorage"] = () => [DiskMethods.UploadToStorage(5, "a.txt", "x"u8), DiskMethods.UploadToStorage(5, "a.txt", "x"u8, uniqueName: true)],
        ["ExternalCallMethods.UploadRecord"] = () => [ExternalCallMethods.UploadRecord("externalCall.5", "a.mp3", "x"u8)],
        ["BotMethods.UploadFile"] = () => [BotMethods.UploadFile(new BotIdentity(5, "token"), "chat5", "a.txt", "x"u8, "text")],
    };

    // Objects that the caller composes, as he would.
    private static readonly Dictionary<string, string> Objects = new(StringComparer.Ordinal)
    {
        ["CrmActivityMethods.AddActivity.fields"] = Activity,
        ["CrmActivityMethods.UpdateActivity.fields"] = Activity,
        ["CrmActivityCardMethods.AddActivity.fields"] = """{"completed":true,"deadline":"2025-11-03T14:08:40+03:00","responsibleId":5,"badgeCode":"x"}""",
        ["CrmActivityCardMethods.UpdateActivity.fields"] = """{"completed":true}""",
        ["CrmItemMethods.AddItem.fields"] = """{"title":"Lead","stageId":"NEW","assignedById":5,"ufCrm1":"x"}""",
        ["CrmItemMethods.UpdateItem.fields"] = """{"stageId":"IN_PROCESS","opportunity":10.5,"observers":[5]}""",
        ["CrmProductRowMethods.AddProductRow.fields"] = """{"ownerId":5,"ownerType":"D","productName":"Film","price":10.5,"quantity":2}""",
        ["CrmProductRowMethods.UpdateProductRow.fields"] = """{"price":10.5,"taxRate":20,"taxIncluded":"Y"}""",
        ["CrmProductRowMethods.SetProductRows.rows"] = """{"productId":5,"price":10.5,"quantity":2,"discountTypeId":2,"sort":10}""",
        ["ExternalCallMethods.AddTranscript.messages"] = """{"SIDE":"User","START_TIME":1,"STOP_TIME":3,"MESSAGE":"Hello"}""",
        ["RobotMethods.UpdateRobot.fields"] =
            """{"HANDLER":"https://addon.example/robot","NAME":"Robot","USE_PLACEMENT":"Y","PLACEMENT_HANDLER":"https://addon.example/page"}""",
    };

    /// <summary>The calls a factory makes.</summary>
    public static IReadOnlyList<RestCall> Of(string factory) => Made.GetOrAdd(factory, Make);

    private static IReadOnlyList<RestCall> Make(string factory)
    {
        var method = Wrapped.Factories[factory];
        var needsHand = method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike);
        Assert.True(needsHand == ByHand.ContainsKey(factory), $"{factory} is {(needsHand ? "to be" : "not to be")} called by hand.");
        return needsHand ? ByHand[factory]() : [Call(method, withOptional: false), Call(method, withOptional: true)];
    }

    private static RestCall Call(MethodInfo method, bool withOptional)
    {
        var arguments = method.GetParameters().Select(parameter => parameter.HasDefaultValue && !withOptional
            ? parameter.DefaultValue
            : Sample(parameter.ParameterType, $"{method.DeclaringType!.Name}.{method.Name}.{parameter.Name}", parameter.Name!));
        return method.Invoke(null, [.. arguments]) switch
        {
            ListQuery { List.IsKeyed: false } query => query.WholeList(),
            ListQuery query => query.Page(0, through: null, isNewestFirst: false),
            var call => (RestCall)call!,
        };
    }

    private static object Sample(Type type, string where, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(JsonObject))
        {
            return JsonNode.Parse(Objects.GetValueOrDefault(where, "{}"))!;
        }

        if (type == typeof(IEnumerable<JsonObject>) || type == typeof(IReadOnlyList<JsonObject>))
        {
            return new[] { JsonNode.Parse(Objects.GetValueOrDefault(where, "{}"))!.AsObject() };
        }

        return type switch
        {
            _ when type == typeof(JsonNode) => JsonValue.Create("text"),
            _ when type == typeof(string) => name.EndsWith("Id", StringComparison.Ordinal) ? "5" : "text",
            _ when type == typeof(int) => 2,
            _ when type == typeof(long) => 5L,
            _ when type == typeof(decimal) => 10.5m,
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTimeOffset) => Instant,
            _ when type == typeof(DateOnly) => DateOnly.FromDateTime(Instant.Date),
            _ when type == typeof(Uri) => new Uri("https://addon.example/door"),
            _ when type == typeof(BotIdentity) => new BotIdentity(5, "token"),
            _ when type.IsAssignableFrom(typeof(NamedFile[])) => new[] { new NamedFile("a.txt", "x"u8.ToArray()) },
            _ when type.IsAssignableFrom(typeof(long[])) => new long[] { 5 },
            _ when type.IsAssignableFrom(typeof(string[])) => new[] { "ID" },
            _ when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
            _ => throw new ArgumentException($"{where}: there is no sample of {type}."),
        };
    }
}
