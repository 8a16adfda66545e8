using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>All settings of the application or of a user (<c>app.option.get</c>, <c>user.option.get</c>).</summary>
public sealed record SavedOptions
{
    /// <summary>The values by name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Values { get; set; }
}
