using System.Text.Json.Nodes;

namespace Bitrix24.Client;

/// <summary>One call: a method and its parameters in the order they are sent (old task methods are positional).</summary>
/// <param name="Method">The method.</param>
/// <param name="Parameters">The parameters as a JSON tree; names are case-sensitive.</param>
public sealed record RestCall(RestMethod Method, JsonObject Parameters)
{
    private const int MaxKeyLength = 255;

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

    internal static void CheckIdempotencyKey(RestCall call)
    {
        if (call.IdempotencyKey is { } key
            && (call.Method.Version != RestVersion.V3 || key.Length is 0 or > MaxKeyLength || key.Any(letter => letter is < ' ' or > '~')))
        {
            throw new ArgumentException($"{call.Method.Name} takes no such idempotency key: REST 3.0 only, 1 to {MaxKeyLength} printable ASCII characters.", nameof(call));
        }
    }

    /// <summary>The method's name; parameters may be personal data and are left out.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => Method.Name;
}
