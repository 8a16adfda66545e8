using System.Text.Json;
using System.Text.Json.Serialization;
using Bitrix24.Client.Json;

namespace Bitrix24.Client.Rows;

/// <summary>A document of a CRM item (<c>crm.documentgenerator.document.list</c>).</summary>
public sealed record CrmDocument
{
    /// <summary>The document's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The title.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The number.</summary>
    [JsonPropertyName("number")]
    public string? Number { get; init; }

    /// <summary>The template.</summary>
    [JsonPropertyName("templateId")]
    public long? TemplateId { get; init; }

    /// <summary>The item's type.</summary>
    [JsonPropertyName("entityTypeId")]
    public long? EntityTypeId { get; init; }

    /// <summary>The item.</summary>
    [JsonPropertyName("entityId")]
    public long? EntityId { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("createTime")]
    public DateTimeOffset? CreateTime { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("updateTime")]
    public DateTimeOffset? UpdateTime { get; init; }

    /// <summary>Who made it.</summary>
    [JsonPropertyName("createdBy")]
    public long? CreatedBy { get; init; }

    /// <summary>Who changed it last.</summary>
    [JsonPropertyName("updatedBy")]
    public long? UpdatedBy { get; init; }

    /// <summary>True with stamp and signature.</summary>
    [JsonPropertyName("stampsEnabled")]
    public bool? HasStamps { get; init; }

    /// <summary>True when no PDF could be made.</summary>
    [JsonPropertyName("isTransformationError")]
    public bool? IsTransformationError { get; init; }

    /// <summary>Where people fetch the DOCX file.</summary>
    [JsonPropertyName("downloadUrl")]
    public string? DownloadUrl { get; init; }

    /// <summary>Where programs fetch it; holds a token.</summary>
    [JsonPropertyName("downloadUrlMachine")]
    public string? DownloadUrlMachine { get; init; }

    /// <summary>Where people fetch the PDF; null until it is made.</summary>
    [JsonPropertyName("pdfUrl")]
    public string? PdfUrl { get; init; }

    /// <summary>Where programs fetch the PDF; holds a token.</summary>
    [JsonPropertyName("pdfUrlMachine")]
    public string? PdfUrlMachine { get; init; }

    /// <summary>Where everybody can see it; null when nobody can.</summary>
    [JsonPropertyName("publicUrl")]
    public string? PublicUrl { get; init; }

    /// <summary>The values of its fields.</summary>
    [JsonPropertyName("values")]
    public JsonElement? Values { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>Where everybody can see a document (<c>crm.documentgenerator.document.enablepublicurl</c>).</summary>
public sealed record PublicLink
{
    /// <summary>The address; null when nobody can.</summary>
    [JsonPropertyName("publicUrl")]
    public string? PublicUrl { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A template of documents (<c>crm.documentgenerator.template.list</c>).</summary>
public sealed record DocumentTemplate
{
    /// <summary>The template's id.</summary>
    [JsonPropertyName("id")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The region.</summary>
    [JsonPropertyName("region")]
    public string? Region { get; init; }

    /// <summary>What it is for: types of items, with <c>_category_5</c> for one funnel.</summary>
    [JsonPropertyName("entityTypeId")]
    public IReadOnlyList<string>? EntityTypes { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>The fields of a document (<c>crm.documentgenerator.document.getfields</c>).</summary>
public sealed record DocumentFields
{
    /// <summary>The fields by name.</summary>
    [JsonPropertyName("documentFields")]
    [JsonConverter(typeof(RowMapConverter<DocumentField>))]
    public IReadOnlyDictionary<string, DocumentField>? Fields { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A field of a document.</summary>
public sealed record DocumentField
{
    /// <summary>The name people see.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>The value: a text, or a list to choose from.</summary>
    [JsonPropertyName("value")]
    public JsonElement? Value { get; init; }

    /// <summary>The type, for example <c>IMAGE</c>; null for a text.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>True when it must have a value.</summary>
    [JsonPropertyName("required")]
    [JsonConverter(typeof(YesNoConverter))]
    public bool? IsRequired { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
