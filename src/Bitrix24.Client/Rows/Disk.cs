using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bitrix24.Client.Rows;

/// <summary>A storage of the disk (<c>disk.storage.getList</c>).</summary>
public sealed record DiskStorage
{
    /// <summary>The storage's id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary>The code.</summary>
    [JsonPropertyName("CODE")]
    public string? Code { get; init; }

    /// <summary>Whose it is, for example <c>user</c> or <c>restapp</c>.</summary>
    [JsonPropertyName("ENTITY_TYPE")]
    public string? EntityType { get; init; }

    /// <summary>The owner's id.</summary>
    [JsonPropertyName("ENTITY_ID")]
    public string? EntityId { get; init; }

    /// <summary>Its top folder.</summary>
    [JsonPropertyName("ROOT_OBJECT_ID")]
    public long? RootFolderId { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}

/// <summary>A folder or a file of the disk (<c>disk.folder.getChildren</c>).</summary>
public sealed record DiskObject
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public long Id { get; init; }

    /// <summary>The name.</summary>
    [JsonPropertyName("NAME")]
    public string? Name { get; init; }

    /// <summary><c>folder</c> or <c>file</c>.</summary>
    [JsonPropertyName("TYPE")]
    public string? Type { get; init; }

    /// <summary>The storage.</summary>
    [JsonPropertyName("STORAGE_ID")]
    public long? StorageId { get; init; }

    /// <summary>The folder it lies in.</summary>
    [JsonPropertyName("PARENT_ID")]
    public long? ParentId { get; init; }

    /// <summary>The stored file behind it; null of a folder.</summary>
    [JsonPropertyName("FILE_ID")]
    public long? FileId { get; init; }

    /// <summary>The size in bytes; null of a folder.</summary>
    [JsonPropertyName("SIZE")]
    public long? SizeBytes { get; init; }

    /// <summary>0 not deleted, 3 in the bin, 4 with its folder.</summary>
    [JsonPropertyName("DELETED_TYPE")]
    public long? DeletedType { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyName("CREATE_TIME")]
    public DateTimeOffset? CreateTime { get; init; }

    /// <summary>When it was changed last.</summary>
    [JsonPropertyName("UPDATE_TIME")]
    public DateTimeOffset? UpdateTime { get; init; }

    /// <summary>Who made it.</summary>
    [JsonPropertyName("CREATED_BY")]
    public long? CreatedBy { get; init; }

    /// <summary>Who changed it last.</summary>
    [JsonPropertyName("UPDATED_BY")]
    public long? UpdatedBy { get; init; }

    /// <summary>Where the file can be fetched from; holds a token.</summary>
    [JsonPropertyName("DOWNLOAD_URL")]
    public string? DownloadUrl { get; init; }

    /// <summary>Where people see it.</summary>
    [JsonPropertyName("DETAIL_URL")]
    public string? DetailUrl { get; init; }

    /// <summary>Every other field of the row, as it came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }
}
