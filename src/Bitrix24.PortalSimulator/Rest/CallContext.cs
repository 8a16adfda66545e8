using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>Who calls: a concrete user through a webhook or an application token, within scopes.</summary>
internal sealed record Caller(long UserId, string CredentialKey, bool IsApplication, IReadOnlySet<string> Scopes);

/// <summary>One call of one method.</summary>
internal sealed class CallContext(SimulatedPortal portal, Caller caller, Parameters parameters, DateTimeOffset now)
{
    public SimulatedPortal Portal => portal;

    public PortalState State => portal.State;

    public Caller Caller => caller;

    public Parameters Parameters => parameters;

    public DateTimeOffset Now => now;

    /// <exception cref="RestException">Nothing is told of the person.</exception>
    public void RequireVisible(long userId)
    {
        if (portal.Options.HiddenPeople.Contains(userId))
        {
            throw new RestException(400, "", "Доступ запрещён");
        }
    }

    public bool IsAdministrator => State.IsAdministrator(caller.UserId);

    /// <summary>Rows of which the caller is responsible; an administrator sees all.</summary>
    public Predicate<Row>? ResponsibleOnly(string field) =>
        IsAdministrator ? null : row => row.Integer(field) == caller.UserId;

    public long Start(string name = "start") => parameters.Integer(name) ?? 0;

    public JsonObject Write(Table table, Row row, Predicate<FieldSpec> isSelected, AnswerStyle style, Func<string, string>? rename = null)
    {
        var result = new JsonObject();
        foreach (var field in table.Fields.Values)
        {
            if (isSelected(field))
            {
                result[rename?.Invoke(field.Name) ?? field.Name] = FieldValue.Write(row.Value(field), field.Kind, style, State.ServerOffset);
            }
        }
        // User fields of the portal are not in the catalogue; the row knows which it has.
        foreach (var name in row.FieldNames)
        {
            if (!table.Fields.ContainsKey(name) && table.Field(name) is { } field && isSelected(field))
            {
                result[name] = FieldValue.Write(row[name], field.Kind, style, State.ServerOffset);
            }
        }
        return result;
    }

    /// <summary>Which fields a select asks for: all but the ones given only on request when it is empty or has "*".</summary>
    public static Predicate<FieldSpec> Selection(IReadOnlyList<string> select)
    {
        var all = select.Count == 0 || select.Contains("*");
        var userFields = select.Contains("UF_*");
        var names = select.ToHashSet(StringComparer.Ordinal);
        return field => names.Contains(field.Name) || (!field.OnlyWhenAsked && (all || (userFields && field.Name.StartsWith("UF_", StringComparison.Ordinal))));
    }

    public static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);
}
