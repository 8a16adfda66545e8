using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator;

/// <summary>One call the portal answered, kept when <see cref="PortalSimulatorOptions.RecordCalls"/> is on.</summary>
/// <param name="Method">Method name as the caller spelt it.</param>
/// <param name="IsV3">Called under /rest/api/.</param>
/// <param name="IsInBatch">A command of a batch.</param>
/// <param name="Parameters">Parameters without the credential.</param>
/// <param name="Answer">The whole envelope as the method alone would be answered.</param>
public sealed record RecordedCall(string Method, bool IsV3, bool IsInBatch, JsonObject Parameters, JsonObject Answer);
