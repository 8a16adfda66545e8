using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.WorkingTime;

namespace Bitrix24Addon.Norms;

/// <summary>What a verdict keeps of a decision on a norm: all that a person may dispute, and how far the portal was read.</summary>
/// <param name="Arithmetic">How it came about.</param>
/// <param name="Target">The target that was chosen, and why.</param>
/// <param name="StandardOrigin">Whose schedule is the full-time day.</param>
/// <param name="StandardOriginId">The department whose schedule it is.</param>
/// <param name="Exclusions">What was taken off his time.</param>
/// <param name="Evidence">The facts that counted: kind, id, version.</param>
/// <param name="Reading">How far the portal was read; only for the rule's own metric and the person judged.</param>
internal sealed record VerdictDocument(
    NormArithmetic Arithmetic, ChosenTarget? Target, WorkScheduleOrigin StandardOrigin, long? StandardOriginId, IReadOnlyList<Exclusion> Exclusions,
    IReadOnlyList<long[]> Evidence, NormReading Reading)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The document of a decision.</summary>
    public static VerdictDocument Of(string metric, NormFacts facts, Decision decision, NormReading reading) => new(
        decision.Arithmetic, decision.Target, facts.StandardOrigin, facts.StandardOriginId, decision.Exclusions,
        [.. decision.Evidence.Select(f => new[] { (long)f.Kind, f.Id, f.Version })],
        reading.Of(metric, facts.UserId));

    /// <summary>Reads the stored form.</summary>
    public static VerdictDocument Parse(string document) =>
        JsonSerializer.Deserialize<VerdictDocument>(document, Json) ?? throw new InvalidOperationException("The document of a verdict is empty.");

    /// <summary>So much of the stored form holds the arithmetic, which stands first in it.</summary>
    public const int ArithmeticLength = 300;

    /// <summary>Reads the arithmetic alone from the beginning of the stored form: who shows thousands of verdicts needs no evidence.</summary>
    /// <param name="beginning">At least the first <see cref="ArithmeticLength"/> characters, or all.</param>
    public static NormArithmetic ArithmeticOf(string beginning)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(beginning), isFinalBlock: false, default);
        if (!reader.Read() || !reader.Read() || !reader.ValueTextEquals("arithmetic"u8))
        {
            throw new InvalidOperationException("The arithmetic does not stand first in the document of a verdict.");
        }

        return JsonSerializer.Deserialize<NormArithmetic>(ref reader, Json) ?? throw new InvalidOperationException("The document of a verdict has no arithmetic.");
    }

    /// <summary>Writes the stored form.</summary>
    public string ToDocument() => JsonSerializer.Serialize(this, Json);
}
