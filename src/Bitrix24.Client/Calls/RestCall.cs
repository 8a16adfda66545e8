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

    /// <summary>The method's name; parameters may be personal data and are left out.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => Method.Name;
}
