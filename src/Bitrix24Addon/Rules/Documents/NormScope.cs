using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Rules.Documents;

/// <summary>For whom a target holds: exactly one of a person, a department with those below it, a tier, or everyone (none of them).</summary>
/// <param name="UserId">One person.</param>
/// <param name="DepartmentId">One department.</param>
/// <param name="Tier">One tier.</param>
[JsonConverter(typeof(NormScopeConverter))]
public sealed record NormScope(long? UserId = null, long? DepartmentId = null, Tier? Tier = null)
{
    /// <summary>Everybody.</summary>
    public static NormScope Everyone { get; } = new();
}

/// <summary>
/// Scopes in JSON: <c>"everyone"</c>, <c>{"tier": "callCentre"}</c>, <c>{"department": 11}</c>, <c>{"user": 113}</c>.
/// </summary>
public sealed class NormScopeConverter : JsonConverter<NormScope>
{
    private const string Wanted = "Write the scope as \"everyone\", {\"tier\": \"callCentre\"}, {\"department\": 11} or {\"user\": 113}.";

    /// <inheritdoc/>
    public override NormScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("everyone"))
        {
            return NormScope.Everyone;
        }

        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            throw new JsonException(Wanted);
        }

        var name = reader.GetString();
        reader.Read();
        var scope = name switch
        {
            "user" when Id(ref reader) is { } user => new NormScope(UserId: user),
            "department" when Id(ref reader) is { } department => new NormScope(DepartmentId: department),
            "tier" when reader.TokenType == JsonTokenType.String && TierOf(reader.GetString()!) is { } tier => new NormScope(Tier: tier),
            _ => throw new JsonException(Wanted),
        };
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject ? scope : throw new JsonException(Wanted);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, NormScope value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        if (value == NormScope.Everyone)
        {
            writer.WriteStringValue("everyone");
            return;
        }

        writer.WriteStartObject();
        if (value.Tier is { } tier)
        {
            writer.WriteString("tier", JsonNamingPolicy.CamelCase.ConvertName(tier.ToString()));
        }
        else
        {
            writer.WriteNumber(value.UserId is null ? "department" : "user", value.UserId ?? value.DepartmentId!.Value);
        }

        writer.WriteEndObject();
    }

    private static long? Id(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) && id > 0 ? id : null;

    private static Tier? TierOf(string name) =>
        Enum.GetValues<Tier>().Where(tier => JsonNamingPolicy.CamelCase.ConvertName(tier.ToString()) == name).Select(tier => (Tier?)tier).FirstOrDefault();
}
