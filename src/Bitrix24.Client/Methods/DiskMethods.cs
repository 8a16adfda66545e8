namespace Bitrix24.Client.Methods;

/// <summary>The disk of the portal: storages, folders, files. Uploads are not allowed in batches.</summary>
public static class DiskMethods
{
    /// <summary><c>disk.storage.getList</c>: the storages, 50 a page. Rows: <see cref="Rows.DiskStorage"/>.</summary>
    public static readonly RestMethod StorageList = new(
        "disk.storage.getList", "api-reference/disk/storage/disk-storage-get-list.md", "disk", IsRead: true);

    /// <summary>
    /// <c>disk.storage.getForApp</c>: the storage of the application, made when there is none; for administrators, refused to webhooks.
    /// Result: <see cref="Rows.DiskStorage"/>.
    /// </summary>
    public static readonly RestMethod StorageForApp = new(
        "disk.storage.getForApp", "api-reference/disk/storage/disk-storage-get-for-app.md", "disk", IsRead: true);

    /// <summary>
    /// <c>disk.storage.getChildren</c>: what lies at the top of a storage, 50 a page. Rows: <see cref="Rows.DiskObject"/>.
    /// </summary>
    public static readonly RestMethod StorageChildren = new(
        "disk.storage.getChildren", "api-reference/disk/storage/disk-storage-get-children.md", "disk", IsRead: true);

    /// <summary>
    /// <c>disk.storage.addFolder</c>: makes a folder at the top of a storage. Result: <see cref="Rows.DiskObject"/>. Errors:
    /// <c>DISK_OBJ_22000</c> (the name is taken), <c>ERROR_ARGUMENT</c>, <c>ERROR_NOT_FOUND</c>, <c>ACCESS_DENIED</c>.
    /// </summary>
    public static readonly RestMethod StorageAddFolder = new(
        "disk.storage.addFolder", "api-reference/disk/storage/disk-storage-add-folder.md", "disk", IsRead: false);

    /// <summary><c>disk.storage.uploadFile</c>: uploads a file to the top of a storage. Result: <see cref="Rows.DiskObject"/>.</summary>
    public static readonly RestMethod StorageUploadFile = new(
        "disk.storage.uploadFile", "api-reference/disk/storage/disk-storage-upload-file.md", "disk", IsRead: false, AllowedInBatch: false);

    /// <summary><c>disk.folder.get</c>: one folder. Result: <see cref="Rows.DiskObject"/>.</summary>
    public static readonly RestMethod FolderGet = new(
        "disk.folder.get", "api-reference/disk/folder/disk-folder-get.md", "disk", IsRead: true);

    /// <summary><c>disk.folder.getChildren</c>: what lies in a folder, 50 a page. Rows: <see cref="Rows.DiskObject"/>.</summary>
    public static readonly RestMethod FolderChildren = new(
        "disk.folder.getChildren", "api-reference/disk/folder/disk-folder-get-children.md", "disk", IsRead: true);

    /// <summary><c>disk.folder.addSubFolder</c>: makes a folder in a folder. Result: <see cref="Rows.DiskObject"/>.</summary>
    public static readonly RestMethod FolderAddSubFolder = new(
        "disk.folder.addSubFolder", "api-reference/disk/folder/disk-folder-add-subfolder.md", "disk", IsRead: false);

    /// <summary>
    /// <c>disk.folder.uploadFile</c>: uploads a file to a folder. Result: <see cref="Rows.DiskObject"/>. Errors: <c>ERROR_ARGUMENT</c>,
    /// <c>ERROR_NOT_FOUND</c>, <c>DISK_BASE_SERVICE_22001</c> (no name), <c>DISK_OBJ_22000</c> (the name is taken),
    /// <c>ERROR_COULD_NOT_SAVE_FILE</c>, <c>ACCESS_DENIED</c>.
    /// </summary>
    public static readonly RestMethod FolderUploadFile = new(
        "disk.folder.uploadFile", "api-reference/disk/folder/disk-folder-upload-file.md", "disk", IsRead: false, AllowedInBatch: false);

    /// <summary><c>disk.file.get</c>: one file. Result: <see cref="Rows.DiskObject"/>.</summary>
    public static readonly RestMethod FileGet = new("disk.file.get", "api-reference/disk/file/disk-file-get.md", "disk", IsRead: true);

    /// <summary><c>disk.file.getExternalLink</c>: a public address of a file. Result: the address.</summary>
    public static readonly RestMethod FileExternalLink = new(
        "disk.file.getExternalLink", "api-reference/disk/file/disk-file-get-external-link.md", "disk", IsRead: false);

    /// <summary><c>disk.file.markDeleted</c>: puts a file into the bin. Result: <see cref="Rows.DiskObject"/>.</summary>
    public static readonly RestMethod FileMarkDeleted = new(
        "disk.file.markDeleted", "api-reference/disk/file/disk-file-mark-deleted.md", "disk", IsRead: false);

    /// <summary><c>disk.file.delete</c>: deletes a file for good. Result: <c>true</c>.</summary>
    public static readonly RestMethod FileDelete = new(
        "disk.file.delete", "api-reference/disk/file/disk-file-delete.md", "disk", IsRead: false);

    /// <summary>Asks for a page of the storages; read on with <see cref="Lists.PageReader"/>.</summary>
    /// <param name="entityType">Only those of one kind, for example <c>user</c>.</param>
    /// <param name="entityId">Only that of one owner, for example a user's id.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListStorages(string? entityType = null, string? entityId = null, int start = 0) =>
        new(StorageList, Write.Parameters(
            ("filter", Write.Parameters(("ENTITY_TYPE", entityType), ("ENTITY_ID", entityId))), ("order", Write.Parameters(("ID", "ASC"))),
            ("start", start)));

    /// <summary>Asks for the storage of the application.</summary>
    /// <returns>The call.</returns>
    public static RestCall GetApplicationStorage() => new(StorageForApp);

    /// <summary>Asks for a page of what lies at the top of a storage; read on with <see cref="Lists.PageReader"/>.</summary>
    /// <param name="id">The storage's id.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListStorageChildren(long id, int start = 0) =>
        new(StorageChildren, Write.Parameters(("id", id), ("order", Write.Parameters(("ID", "ASC"))), ("start", start)));

    /// <summary>Makes a folder at the top of a storage.</summary>
    /// <param name="id">The storage's id.</param>
    /// <param name="name">The name.</param>
    /// <returns>The call.</returns>
    public static RestCall AddFolder(long id, string name) =>
        new(StorageAddFolder, Write.Parameters(("id", id), ("data", Write.Parameters(("NAME", name)))));

    /// <summary>Uploads a file to the top of a storage.</summary>
    /// <param name="id">The storage's id.</param>
    /// <param name="name">The name.</param>
    /// <param name="content">The content.</param>
    /// <param name="uniqueName">Whether to add a number when the name is taken. Default false.</param>
    /// <returns>The call.</returns>
    public static RestCall UploadToStorage(long id, string name, ReadOnlySpan<byte> content, bool uniqueName = false) =>
        new(StorageUploadFile, Write.Parameters(
            ("id", id), ("data", Write.Parameters(("NAME", name))), ("fileContent", Write.File(name, content)),
            ("generateUniqueName", uniqueName)));

    /// <summary>Asks for a folder.</summary>
    /// <param name="id">The folder's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetFolder(long id) => new(FolderGet, Write.Parameters(("id", id)));

    /// <summary>Asks for a page of what lies in a folder; read on with <see cref="Lists.PageReader"/>.</summary>
    /// <param name="id">The folder's id.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListFolderChildren(long id, int start = 0) =>
        new(FolderChildren, Write.Parameters(("id", id), ("order", Write.Parameters(("ID", "ASC"))), ("start", start)));

    /// <summary>Makes a folder in a folder.</summary>
    /// <param name="id">The folder's id.</param>
    /// <param name="name">The name.</param>
    /// <returns>The call.</returns>
    public static RestCall AddSubFolder(long id, string name) =>
        new(FolderAddSubFolder, Write.Parameters(("id", id), ("data", Write.Parameters(("NAME", name)))));

    /// <summary>Uploads a file to a folder.</summary>
    /// <param name="id">The folder's id.</param>
    /// <param name="name">The name.</param>
    /// <param name="content">The content.</param>
    /// <param name="uniqueName">Whether to add a number when the name is taken. Default false.</param>
    /// <returns>The call.</returns>
    public static RestCall UploadFile(long id, string name, ReadOnlySpan<byte> content, bool uniqueName = false) =>
        new(FolderUploadFile, Write.Parameters(
            ("id", id), ("data", Write.Parameters(("NAME", name))), ("fileContent", Write.File(name, content)),
            ("generateUniqueName", uniqueName)));

    /// <summary>Asks for a file.</summary>
    /// <param name="id">The file's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetFile(long id) => new(FileGet, Write.Parameters(("id", id)));

    /// <summary>Asks for a public address of a file.</summary>
    /// <param name="id">The file's id.</param>
    /// <returns>The call; its result is the address.</returns>
    public static RestCall GetExternalLink(long id) => new(FileExternalLink, Write.Parameters(("id", id)));

    /// <summary>Puts a file into the bin.</summary>
    /// <param name="id">The file's id.</param>
    /// <returns>The call.</returns>
    public static RestCall PutIntoBin(long id) => new(FileMarkDeleted, Write.Parameters(("id", id)));

    /// <summary>Deletes a file for good.</summary>
    /// <param name="id">The file's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteFile(long id) => new(FileDelete, Write.Parameters(("id", id)));
}
