using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>Documents made of templates for CRM items.</summary>
public static class CrmDocumentMethods
{
    /// <summary>
    /// <c>crm.documentgenerator.document.add</c>: makes a document; its PDF comes later, ask again for it. The result's <c>document</c>:
    /// <see cref="Rows.CrmDocument"/>. Errors: <c>DOCGEN_ACCESS_ERROR</c>, <c>DOCGEN_LIMIT_ERROR</c> (the plan allows no more), <c>0</c>
    /// (the text tells: no such template, no such item and so on), <c>100</c>.
    /// </summary>
    public static readonly RestMethod DocumentAdd = new(
        "crm.documentgenerator.document.add",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-add.md",
        "crm",
        IsRead: false);

    /// <summary>
    /// <c>crm.documentgenerator.document.get</c>: one document. The result's <c>document</c>: <see cref="Rows.CrmDocument"/>. Errors:
    /// <c>DOCGEN_ACCESS_ERROR</c>, <c>0</c> (no such document), <c>100</c> (a parameter is missing); texts with an empty code.
    /// </summary>
    public static readonly RestMethod DocumentGet = new(
        "crm.documentgenerator.document.get",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-get.md",
        "crm",
        IsRead: true);

    /// <summary>
    /// <c>crm.documentgenerator.document.list</c>: documents, 50 a page. The result's <c>documents</c>: <see cref="Rows.CrmDocument"/>.
    /// </summary>
    public static readonly RestMethod DocumentList = new(
        "crm.documentgenerator.document.list",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-list.md",
        "crm",
        IsRead: true);

    /// <summary>
    /// <c>crm.documentgenerator.document.update</c>: makes a document anew with other values. The result's <c>document</c>:
    /// <see cref="Rows.CrmDocument"/>.
    /// </summary>
    public static readonly RestMethod DocumentUpdate = new(
        "crm.documentgenerator.document.update",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-update.md",
        "crm",
        IsRead: false);

    /// <summary><c>crm.documentgenerator.document.delete</c>: deletes a document. Result: null.</summary>
    public static readonly RestMethod DocumentDelete = new(
        "crm.documentgenerator.document.delete",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-delete.md",
        "crm",
        IsRead: false);

    /// <summary>
    /// <c>crm.documentgenerator.document.enablepublicurl</c>: makes a document public, or takes that back. Result:
    /// <see cref="Rows.PublicLink"/>.
    /// </summary>
    public static readonly RestMethod DocumentPublicUrl = new(
        "crm.documentgenerator.document.enablepublicurl",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-enable-public-url.md",
        "crm",
        IsRead: false);

    /// <summary>
    /// <c>crm.documentgenerator.document.getfields</c>: the fields of a document with their values. Result:
    /// <see cref="Rows.DocumentFields"/>.
    /// </summary>
    public static readonly RestMethod DocumentFields = new(
        "crm.documentgenerator.document.getfields",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-get-fields.md",
        "crm",
        IsRead: true);

    /// <summary>
    /// <c>crm.documentgenerator.document.upload</c>: takes a finished file as document. The result's <c>document</c>:
    /// <see cref="Rows.CrmDocument"/>.
    /// </summary>
    public static readonly RestMethod DocumentUpload = new(
        "crm.documentgenerator.document.upload",
        "api-reference/crm/document-generator/documents/crm-document-generator-document-upload.md",
        "crm",
        IsRead: false, AllowedInBatch: false);

    /// <summary>
    /// <c>crm.documentgenerator.template.list</c>: the templates, 50 a page. The result's <c>templates</c>, a map by id:
    /// <see cref="Rows.DocumentTemplate"/>.
    /// </summary>
    public static readonly RestMethod TemplateList = new(
        "crm.documentgenerator.template.list",
        "api-reference/crm/document-generator/templates/crm-document-generator-template-list.md",
        "crm",
        IsRead: true);

    /// <summary>Reads documents by id. Field names are camelCase.</summary>
    public static readonly ListMethod Documents = new(DocumentList) { IdField = "id", IdRowField = "id", RowsName = "documents", Start = 0 };

    /// <summary>Makes a document.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="values">Values of fields in place of those the item gives.</param>
    /// <param name="withStamps">Whether to put in stamp and signature. Default of the portal: false.</param>
    /// <returns>The call; its result is <c>{document}</c>.</returns>
    public static RestCall AddDocument(long templateId, int entityTypeId, long entityId, JsonObject? values = null, bool? withStamps = null) =>
        new(DocumentAdd, Write.Parameters(
            ("templateId", templateId), ("entityTypeId", entityTypeId), ("entityId", entityId), ("values", values),
            ("stampsEnabled", Write.OneZero(withStamps))));

    /// <summary>Asks for a document.</summary>
    /// <param name="id">The document's id.</param>
    /// <returns>The call; its result is <c>{document}</c>.</returns>
    public static RestCall GetDocument(long id) => new(DocumentGet, Write.Parameters(("id", id)));

    /// <summary>
    /// Asks for a page of the documents of an item, in the order of their ids; read on with <see cref="Lists.PageReader"/> and its
    /// <c>RowsName</c>.
    /// </summary>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is <c>{documents}</c>.</returns>
    public static RestCall ListDocuments(int entityTypeId, long entityId, int start = 0) =>
        new(DocumentList, Write.Parameters(
            ("select", new JsonArray("*")), ("filter", Write.Parameters(("entityTypeId", entityTypeId), ("entityId", entityId))),
            ("order", Write.Parameters(("id", "ASC"))), ("start", start)));

    /// <summary>Makes a document anew.</summary>
    /// <param name="id">The document's id.</param>
    /// <param name="values">The changed values of fields.</param>
    /// <param name="withStamps">Whether to put in stamp and signature. Default of the portal: true.</param>
    /// <returns>The call; its result is <c>{document}</c>.</returns>
    public static RestCall UpdateDocument(long id, JsonObject values, bool? withStamps = null) =>
        new(DocumentUpdate, Write.Parameters(("id", id), ("values", values), ("stampsEnabled", Write.OneZero(withStamps))));

    /// <summary>Deletes a document.</summary>
    /// <param name="id">The document's id.</param>
    /// <returns>The call.</returns>
    public static RestCall DeleteDocument(long id) => new(DocumentDelete, Write.Parameters(("id", id)));

    /// <summary>Makes a document public, or takes that back.</summary>
    /// <param name="id">The document's id.</param>
    /// <param name="isPublic">False to take it back. Default true.</param>
    /// <returns>The call.</returns>
    public static RestCall EnablePublicUrl(long id, bool isPublic = true) =>
        new(DocumentPublicUrl, Write.Parameters(("id", id), ("status", Write.OneZero(isPublic))));

    /// <summary>Asks for the fields of a document with their values.</summary>
    /// <param name="id">The document's id.</param>
    /// <returns>The call.</returns>
    public static RestCall GetDocumentFields(long id) => new(DocumentFields, Write.Parameters(("id", id)));

    /// <summary>Takes a finished DOCX file as document.</summary>
    /// <param name="entityTypeId">The item's type.</param>
    /// <param name="entityId">The item's id.</param>
    /// <param name="title">The title.</param>
    /// <param name="number">The number.</param>
    /// <param name="region">The region, for example <c>ru</c>.</param>
    /// <param name="content">The DOCX file.</param>
    /// <param name="pdf">The same as PDF; empty when there is none.</param>
    /// <returns>The call; its result is <c>{document}</c>.</returns>
    public static RestCall UploadDocument(
        int entityTypeId,
        long entityId,
        string title,
        string number,
        string region,
        ReadOnlySpan<byte> content,
        ReadOnlySpan<byte> pdf = default)
    {
        var fields = Write.Parameters(
            ("entityTypeId", entityTypeId), ("entityId", entityId), ("title", title), ("number", number), ("region", region),
            ("fileContent", Convert.ToBase64String(content)), ("pdfContent", pdf.IsEmpty ? null : Convert.ToBase64String(pdf)));
        return new RestCall(DocumentUpload, Write.Parameters(("fields", fields)));
    }

    /// <summary>Asks for a page of the templates; read on with <see cref="Lists.PageReader"/> and its <c>RowsName</c>.</summary>
    /// <param name="entityTypeId">Only those for one type of items.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is <c>{templates}</c>.</returns>
    public static RestCall ListTemplates(int? entityTypeId = null, int start = 0) =>
        new(TemplateList, Write.Parameters(
            ("filter", entityTypeId is null ? null : Write.Parameters(("entityTypeId", entityTypeId))),
            ("order", Write.Parameters(("id", "ASC"))), ("start", start)));
}
