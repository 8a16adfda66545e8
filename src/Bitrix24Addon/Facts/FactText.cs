using System.Text.Json;

namespace Bitrix24Addon.Facts;

/// <summary>The stored form of tracked fields.</summary>
internal static class FactText
{
    /// <summary>The fields as JSON; equal fields are equal texts.</summary>
    public static string Of(FactPayload? payload) => payload is null ? "null" : JsonSerializer.Serialize(payload, payload.GetType(), PayloadJson.Default);
}
