using System.Text.Json;

namespace Bitrix24.PortalSimulator.Conformity;

/// <summary>A parameter or name that passes although the schema says otherwise, and why.</summary>
internal sealed record Leniency(string Method, string Name, string Reason);

/// <summary>A method without a schema or without a sample answer: the passage it follows, names it may answer, or the method whose sample serves.</summary>
internal sealed record UnsampledMethod(string Method, string Source, string[]? Names, string? SameAs);

/// <summary>The judge's allow-list, kept as data with reasons.</summary>
internal sealed record Leniencies(Leniency[] Parameters, string[] Time, Leniency[] Names, UnsampledMethod[] AnsweredWithoutExample)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static Leniencies Load()
    {
        using var stream = typeof(Leniencies).Assembly.GetManifestResourceStream("Bitrix24.PortalSimulator.Conformity.leniencies.json")!;
        return JsonSerializer.Deserialize<Leniencies>(stream, CamelCase)!;
    }
}
