using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Rules.Documents;

/// <summary>
/// A rule as somebody wrote it: one JSON document, comments allowed. The kinds are a closed set, told apart by <c>kind</c>; a document
/// that cannot be understood wholly is refused with its line and a remedy.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(NormRule), "norm")]
[JsonDerivedType(typeof(HandoffRule), "handoff")]
public abstract partial record RuleDocument
{
    /// <summary>What the rule is known by: small letters, digits and hyphens, at most 64; a document with the same id is its next version.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required RuleName Name { get; init; }

    /// <summary>The rule is applied.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The rule is judged and its verdicts are kept, but nothing is done in the portal.</summary>
    public bool DryRun { get; init; }

    /// <summary>Its number among the versions of the rule, from 1; 0 while it is only a file.</summary>
    [JsonIgnore]
    public int VersionNumber { get; init; }

    private static readonly string[] Kinds = ["norm", "handoff"];

    private static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a document and checks all that can be told from it alone.</summary>
    /// <param name="document">JSON.</param>
    /// <exception cref="ProblemException">It is no rule; names the line, the place and what to do.</exception>
    public static RuleDocument Parse(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            CheckKind(document);
            var rule = JsonSerializer.Deserialize<RuleDocument>(document, Json) ?? throw new ProblemException("Rules.empty");
            rule.Check(Require);
            return rule;

            void Require(bool holds, string place, string textKey, object? value)
            {
                if (!holds)
                {
                    throw new ProblemException(textKey, JsonPlace.LineOf(document, place), place, value ?? "");
                }
            }
        }
        catch (JsonException malformed)
        {
            throw new ProblemException(
                "Rules.malformed", malformed, (malformed.LineNumber ?? 0) + 1, malformed.Path ?? "$", malformed.InnerException?.Message ?? malformed.Message);
        }
    }

    /// <summary>Writes the document in full, defaults included.</summary>
    public string ToDocument() => JsonSerializer.Serialize(this, Json);

    /// <summary>
    /// Checks what the form alone cannot tell; calls <paramref name="require"/> with what must hold, the place, the text that says what to do,
    /// and the value there.
    /// </summary>
    internal virtual void Check(Action<bool, string, string, object?> require)
    {
        require(IdForm().IsMatch(Id), "id", "Rules.bad_id", Id);
        require(!string.IsNullOrWhiteSpace(Name.Ru) && !string.IsNullOrWhiteSpace(Name.En), "name", "Rules.bad_name", null);
    }

    /// <summary>Whom the rule names, each with its place; whoever saves it is told which of them the portal does not have.</summary>
    internal virtual IEnumerable<(string Place, NormScope Scope)> Scopes() => [];

    /// <summary>Asked first: of a document of another kind no other place can be judged.</summary>
    private static void CheckKind(string document)
    {
        using var json = JsonDocument.Parse(document, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (json.RootElement.ValueKind == JsonValueKind.Object
            && !(json.RootElement.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String && Kinds.Contains(kind.GetString())))
        {
            throw new ProblemException("Rules.kind", JsonPlace.LineOf(document, "kind"));
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex IdForm();
}

/// <summary>What people call a rule, in both languages.</summary>
/// <param name="Ru">Russian.</param>
/// <param name="En">English.</param>
public sealed record RuleName(string Ru, string En)
{
    /// <summary>The name in a language.</summary>
    /// <param name="texts">The language.</param>
    public string In(Texts texts) => texts == Texts.Russian ? Ru : En;
}
