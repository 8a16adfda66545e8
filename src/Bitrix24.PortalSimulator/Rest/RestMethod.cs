using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>What a method answers: result and, for classic lists, total and next.</summary>
internal sealed record MethodResult(JsonNode? Result, int? Total = null, int? Next = null);

/// <summary>A REST method of the portal.</summary>
internal sealed record RestMethod(string Name, string[] Scopes, Func<CallContext, MethodResult> Handler)
{
    /// <summary>Called under /rest/api/ only.</summary>
    public bool IsV3 { get; init; }

    /// <summary>Reads many rows; costs the operating time of a list command.</summary>
    public bool IsList { get; init; }

    /// <summary>REST 3.0 only: creates, changes or deletes, and so honours an Idempotency-Key.</summary>
    public bool HonoursIdempotencyKey { get; init; }

    /// <summary>Uploads or downloads a file and so is forbidden inside a batch.</summary>
    public bool TransfersFile { get; init; }
}
