using System.Text.Json.Nodes;

namespace Bitrix24.Client;

/// <summary>One call: a method and its parameters in the order they are sent (old task methods are positional).</summary>
/// <param name="Method">The method.</param>
/// <param name="Parameters">The parameters as a JSON tree; names are case-sensitive.</param>
public sealed record RestCall(RestMethod Method, JsonObject Parameters)
{
    /// <summary>A call without parameters.</summary>
    /// <param name="method">The method.</param>
    public RestCall(RestMethod method)
        : this(method, [])
    {
    }

    /// <summary>
    /// REST 3.0 only: a call repeated with the same key within 24 hours is answered with the result of the first that succeeded, so the
    /// caller may repeat it after an unknown outcome. Two at the same moment may both run, so wait until the first is surely over.
    /// 1 to 255 printable ASCII characters; not for calls inside a batch. Source: api-reference/rest-v3.md.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The method's name; parameters may be personal data and are left out.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => Method.Name;
}
